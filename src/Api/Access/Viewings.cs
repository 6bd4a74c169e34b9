using YaoAn.Catalog;
using EventId = YaoAn.Catalog.EventId;

namespace YaoAn.Api;

/// <summary>
/// Watching is recorded before it begins: opening a viewing writes its custody event and gives a token; bytes leave only under a token
/// that is live, in the same sign-in, for a clip it covers. A new page, or 30 idle minutes, needs another one.
/// </summary>
internal sealed class Viewings(ViewingTable table, TimeProvider time)
{
    /// <summary>A viewing ends after this time without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>Opens a viewing of one clip for its page; the token goes into the page's media addresses.</summary>
    public Task<string> OpenPlayAsync(HttpContext http, ClipRow clip, CancellationToken ct) =>
        OpenAsync(http, "play", CustodyKinds.ViewingOpened, [clip], ct);

    /// <summary>Opens a viewing of the posters in a list; they are footage too.</summary>
    public Task<string> OpenPostersAsync(HttpContext http, IReadOnlyList<ClipRow> clips, CancellationToken ct) =>
        OpenAsync(http, "posters", CustodyKinds.PostersShown, clips, ct);

    /// <summary>Records that the original is fetched as a file.</summary>
    public Task<string> OpenDownloadAsync(HttpContext http, ClipRow clip, CancellationToken ct) =>
        OpenAsync(http, "download", CustodyKinds.OriginalDownloaded, [clip], ct);

    /// <summary>Whether bytes of a clip may leave for this request under this token.</summary>
    public async Task<bool> IsLiveAsync(HttpContext http, string? token, ClipId clip, CancellationToken ct) =>
        RandomToken.DigestOf(token) is { } digest && http.User.Account() is { } account && http.User.LoginId() is { } login
        && await table.UseAsync(digest, account, login, clip, Idle, time.GetUtcNow(), ct);

    private async Task<string> OpenAsync(HttpContext http, string kind, string eventKind, IReadOnlyList<ClipRow> clips, CancellationToken ct)
    {
        var viewer = http.User.Viewer();
        if (!viewer.SeesFootage)
            throw new ProblemException(ProblemCode.NoRight);
        var (token, now) = (RandomToken.New(), time.GetUtcNow());
        var digest = RandomToken.DigestOf(token)!.Value;
        var opened = new CustodyEvent
        {
            Id = EventId.New(now),
            At = now,
            Kind = eventKind,
            Actor = viewer.Actor,
            Clip = clips is [var only] ? only.ClipId : null,
            Once = $"viewing/{digest}",
            Facts =
            [
                new("address", http.Connection.RemoteIpAddress?.ToString()),
                .. clips is [var one]
                    ? new KeyValuePair<string, object?>[] { new("sha256", one.Sha256), new("stage", one.Stage.Word()) }
                    : [new("clips", clips.Select(clip => clip.ClipId).ToArray())],
            ],
        };
        await table.OpenAsync(new ViewingRow(digest, viewer.Account, http.User.LoginId()!, kind, [.. clips.Select(clip => clip.ClipId)], now), opened, ct);
        return token;
    }
}
