using YaoAn.Catalog;
using EventId = YaoAn.Catalog.EventId;

namespace YaoAn.Api;

/// <summary>
/// Watching is recorded before it begins: opening a viewing writes its custody event and gives a token; bytes leave only under a token
/// that is live, in the same sign-in, for a clip it covers. A new page, or 30 idle minutes, needs another one.
/// </summary>
internal sealed class Viewings(ViewingTable table, TimeProvider time)
{
    private const string PlayKind = "play";
    private const string PostersKind = "posters";

    /// <summary>A viewing ends after this time without a request.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>Opens a viewing of one clip for its page; the token goes into the page's media addresses.</summary>
    public Task<string> OpenPlayAsync(HttpContext http, ClipRow clip, CancellationToken ct) =>
        OpenAsync(http, PlayKind, CustodyKinds.ViewingOpened, clip, ct);

    /// <summary>Opens a viewing of the posters in a list; they are footage too.</summary>
    public Task<string> OpenPostersAsync(HttpContext http, IReadOnlyList<ClipId> clips, CancellationToken ct) =>
        // A list's pictures are one event of the list, however many it shows: they stand in no clip's own log.
        OpenAsync(http, PostersKind, CustodyKinds.PostersShown, clips, own: null, [new("clips", clips.ToArray())], ct);

    /// <summary>Records that the original is fetched as a file.</summary>
    public Task<string> OpenDownloadAsync(HttpContext http, ClipRow clip, CancellationToken ct) =>
        OpenAsync(http, "download", CustodyKinds.OriginalDownloaded, clip, ct);

    /// <summary>Whether a clip's original, or what was made of it, may leave for this request: only under a viewing of that very clip.</summary>
    public Task<bool> MayPlayAsync(HttpContext http, string? token, ClipId clip, CancellationToken ct) => IsLiveAsync(http, token, clip, [PlayKind], ct);

    /// <summary>Whether a clip's poster may leave for this request: a list that shows it is enough.</summary>
    public Task<bool> MayShowPosterAsync(HttpContext http, string? token, ClipId clip, CancellationToken ct) =>
        IsLiveAsync(http, token, clip, [PlayKind, PostersKind], ct);

    private async Task<bool> IsLiveAsync(HttpContext http, string? token, ClipId clip, string[] kinds, CancellationToken ct) =>
        RandomToken.DigestOf(token) is { } digest && http.User.Account() is { } account && http.User.LoginId() is { } login
        && await table.UseAsync(digest, account, login, clip, kinds, Idle, time.GetUtcNow(), ct);

    private Task<string> OpenAsync(HttpContext http, string kind, string eventKind, ClipRow clip, CancellationToken ct) =>
        OpenAsync(http, kind, eventKind, [clip.ClipId], clip.ClipId, [new("sha256", clip.Sha256), new("stage", clip.Stage.Word())], ct);

    private async Task<string> OpenAsync(
        HttpContext http, string kind, string eventKind, IReadOnlyList<ClipId> clips, ClipId? own, IReadOnlyList<KeyValuePair<string, object?>> facts, CancellationToken ct)
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
            Clip = own,
            Once = $"viewing/{digest}",
            Facts = [new("address", http.Connection.RemoteIpAddress?.ToString()), .. facts],
        };
        await table.OpenAsync(new ViewingRow(digest, viewer.Account, http.User.LoginId()!, kind, clips, now), opened, ct);
        return token;
    }
}
