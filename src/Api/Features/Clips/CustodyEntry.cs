using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A custody event as the drawer shows it, read from its stored bytes.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">One of <see cref="CustodyKinds"/>.</param>
/// <param name="Actor">Who, by name.</param>
/// <param name="Facts">Its facts as text.</param>
/// <param name="Digest">SHA-256 of the stored bytes: what anyone can recompute.</param>
internal sealed record CustodyEntry(DateTimeOffset At, string Kind, string Actor, IReadOnlyDictionary<string, string> Facts, Sha256Digest Digest)
{
    /// <summary>Green only where bytes were read and compared.</summary>
    public string Look => Kind switch
    {
        CustodyKinds.ClipStored or CustodyKinds.ClipVerified => "ok",
        CustodyKinds.ClipDamaged => "bad",
        _ => "none",
    };

    public string Icon => Kind switch
    {
        CustodyKinds.ClipRegistered => "file-plus",
        CustodyKinds.ClipSighted => "copy",
        CustodyKinds.ClipStored => "server",
        CustodyKinds.ClipProbed => "list-details",
        CustodyKinds.ClipPreviewed => "photo-video",
        CustodyKinds.ClipLinked => "link",
        CustodyKinds.ClipVerified => "shield-check",
        CustodyKinds.ClipDamaged => "shield-x",
        CustodyKinds.ClipRebuilt => "database-import",
        CustodyKinds.ReleaseIntended or CustodyKinds.ReleaseDone or CustodyKinds.ReleaseRecovered => "trash",
        CustodyKinds.ReleaseKept or CustodyKinds.ReleaseFailed => "alert-triangle",
        CustodyKinds.ViewingOpened => "player-play",
        CustodyKinds.PostersShown => "photo",
        CustodyKinds.OriginalDownloaded => "download",
        CustodyKinds.LinksSuggested => "sparkles",
        CustodyKinds.LinkConfirmed or CustodyKinds.LinkConfirmedByPolicy or CustodyKinds.LinkPartChanged => "link",
        CustodyKinds.LinkRejected or CustodyKinds.LinkUndone => "link-off",
        CustodyKinds.MarkerSaved or CustodyKinds.MarkerRemoved => "bookmark",
        CustodyKinds.ClipNotEnforcement or CustodyKinds.ClipEnforcementAgain => "circle-dashed",
        CustodyKinds.RetentionClaimed or CustodyKinds.RetentionReleased => "lock",
        _ => "timeline-event",
    };

    public string? Fact(string name) => Facts.GetValueOrDefault(name);

    /// <summary>What it is about isn't for the reader: a case that he may not know of.</summary>
    public bool IsWithheld { get; private init; }

    public static CustodyEntry Read(CustodyRow row)
    {
        if (row.Body is null)
            return new CustodyEntry(row.At, row.Kind, "", new Dictionary<string, string>(), row.Digest) { IsWithheld = true };
        using var json = JsonDocument.Parse(row.Body);
        var actor = json.RootElement.TryGetProperty("actor", out var who) && who.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";
        var facts = json.RootElement.TryGetProperty("facts", out var all) && all.ValueKind == JsonValueKind.Object
            ? all.EnumerateObject().Where(fact => fact.Value.ValueKind != JsonValueKind.Null).ToDictionary(fact => fact.Name, fact => fact.Value.ToString())
            : [];
        return new CustodyEntry(row.At, row.Kind, actor, facts, row.Digest);
    }
}
