using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Addresses of bytes under one opened viewing.</summary>
/// <param name="Token">The viewing's token, bound to the sign-in.</param>
public sealed record OpenViewing(string Token)
{
    public string Original(ClipId clip) => $"/api/v1/clips/{clip}/original?viewing={Uri.EscapeDataString(Token)}";

    public string Derived(ClipId clip, string name) => $"/clips/{clip}/derived/{name}?viewing={Uri.EscapeDataString(Token)}";

    public string Preview(ClipId clip) => $"/clips/{clip}/preview/index.m3u8?viewing={Uri.EscapeDataString(Token)}";

    /// <summary>The original as a file. Writes its own event, so that it needs no viewing.</summary>
    public static string Download(ClipId clip) => $"/api/v1/clips/{clip}/original?download=true";
}
