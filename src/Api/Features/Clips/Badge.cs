using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Colour, icon and word of a fact, always all three. <paramref name="Word"/> is a key of <see cref="LibraryWords"/>.</summary>
public sealed record Badge(string Look, string Icon, string Word, params object[] Values);

/// <summary>The two facts of a clip that people look for. Green only where bytes were read again and compared.</summary>
internal static class Badges
{
    /// <summary>Are the stored bytes those that were taken in?</summary>
    public static Badge Integrity(ClipRow clip) => clip switch
    {
        { Health: ClipHealth.Damaged, HealthReason: "missing" } => new("bad", "shield-x", "Integrity_missing"),
        { Health: ClipHealth.Damaged } => new("bad", "shield-x", "Integrity_damaged"),
        { Stage: ClipStage.Registered } => new("none", "clock", "Integrity_pending"),
        _ => new("ok", "shield-check", "Integrity_verified"),
    };

    /// <summary>What else a person should know: trouble first, then that the same bytes came more than once, then how it can be watched.</summary>
    public static Badge State(ClipRow clip) => clip switch
    {
        { Health: ClipHealth.Attention } => new("warn", "alert-triangle", "State_attention"),
        { Sightings: > 1 } => new("none", "copy", "State_duplicate", clip.Sightings),
        { Plays: "original" } => new("none", "player-play", "State_plays"),
        { Plays: "photo" } => new("none", "photo", "State_photo"),
        { Plays: "needs-preview", PreviewState: "pending" or "ready" } => new("none", "player-play", "State_previewPlays"),
        { PreviewState: "pending", Kind: ClipKind.Video or ClipKind.Audio } => new("run", "loader-2", "State_probing"),
        { PreviewState: "failed" } => new("warn", "alert-triangle", "State_previewFailed"),
        _ => new("none", "file", "State_kept"),
    };

    /// <summary>Is it linked, and with what?</summary>
    public static Badge Linked(Filing filing) => filing switch
    {
        { State: FilingStates.Linked, Item: null } => new("ok", "link", "Filed_linked"),
        { State: FilingStates.Linked } => new("ok", "link", "Filed_linkedTo", filing.Item, Tail(filing.CaseNumber ?? "")),
        { State: FilingStates.Suggested, Item: { } item } => new("run", "sparkles", "Filed_suggestedTo", item),
        { State: FilingStates.NotEnforcement } => new("none", "circle-dashed", "Filed_not-enforcement"),
        _ => new("warn", "link-off", "Filed_unlinked"),
    };

    /// <summary>The end of a case's number, which tells cases of one unit and year apart.</summary>
    public static string Tail(string number) => number[Math.Max(number.LastIndexOf('第') + 1, number.LastIndexOf('〕') + 1)..];

    public static string KindIcon(ClipKind kind) => kind switch
    {
        ClipKind.Video => "video",
        ClipKind.Audio => "microphone",
        ClipKind.Photo => "photo",
        ClipKind.Data => "file",
    };
}
