using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Everything the clip page shows, as the person may see it.</summary>
internal sealed record ClipFacts
{
    public required ClipRow Clip { get; init; }

    public MediaRow? Media { get; init; }

    public required IReadOnlyList<ProvenanceRow> Provenance { get; init; }

    /// <summary>What became of its files on their recorders.</summary>
    public required IReadOnlyList<ReleaseRow> Releases { get; init; }

    /// <summary>What became of a sighting's file; null where nothing was to be done with it.</summary>
    public ReleaseRow? ReleaseOf(IntakeId sighting) => Releases.FirstOrDefault(release => release.IntakeId == sighting);

    /// <summary>Null where it is no part of a recording.</summary>
    public Recording? Recording { get; init; }

    public required CustodyLog Custody { get; init; }

    public required IReadOnlyList<VerificationRow> Verifications { get; init; }

    public required IReadOnlyList<DerivedRow> Derived { get; init; }

    public required IReadOnlyList<Track> Tracks { get; init; }

    /// <summary>So much too late it was handed in; null where it wasn't, or where nobody knows.</summary>
    public TimeSpan? LateBy { get; init; }

    public required ClipLinking Linking { get; init; }

    public required bool SeesFootage { get; init; }

    public required bool MayVerify { get; init; }

    /// <summary>The way the bytes are shown.</summary>
    public Showing Showing => (SeesFootage, Clip.Plays) switch
    {
        (false, _) => Showing.NotForRole,
        (_, "photo") => Showing.Photo,
        (_, null) when Clip.Health == ClipHealth.Ok && Clip.Stage < ClipStage.Probed => Showing.NotKnownYet,
        (_, "needs-preview") when Clip.PreviewState is "failed" or "unsupported" => Showing.NotPlayable,
        (_, "needs-preview") when !Has(DerivedNames.PreviewIndex) && (Media is null || PreviewTimeline.Of(Media) is null) => Showing.BeingMade,
        (_, "original" or "needs-preview") => Clip.VideoCodec is null ? Showing.Sound : Showing.Video,
        _ => Showing.NotPlayable,
    };

    /// <summary>Not the original but what was made of it is played.</summary>
    public bool ByPreview => Clip.Plays == "needs-preview";

    /// <summary>Pictures per second of what is played, for steps of one picture.</summary>
    public double? Fps => Media is null ? null : ByPreview ? PreviewTimeline.FpsOf(Media) : Media.FrameRate;

    /// <summary>What the file itself says, by name; what it says is anyone's, and only ever shown as text.</summary>
    public IReadOnlyDictionary<string, string> Tags =>
        Media is null ? new SortedDictionary<string, string>() : JsonSerializer.Deserialize<SortedDictionary<string, string>>(Media.Tags)!;

    /// <summary>Key of the sentence that says why nothing is shown.</summary>
    public string WhyNot => Showing switch
    {
        Showing.NotPlayable when Clip.HealthReason is { } reason && Clip.Health == ClipHealth.Attention => $"Attention_{reason}",
        Showing.NotPlayable when Media?.Container == "heif" => "BlankWhy_heif",
        var other => $"BlankWhy_{other.Word()}",
    };

    public bool Has(string derived) => Derived.Any(file => file.Name == derived);

    /// <summary>The last re-reading that ended or still runs, whoever asked for it.</summary>
    public VerificationRow? LastVerification => Verifications.Count > 0 ? Verifications[0] : null;
}

/// <summary>A clip's custody log as its page shows it.</summary>
/// <param name="Newest">At most <see cref="MostShown"/> entries, newest first; a clip that is watched a lot has thousands.</param>
/// <param name="Count">Entries in all.</param>
internal sealed record CustodyLog(IReadOnlyList<CustodyEntry> Newest, long Count)
{
    public const int MostShown = 100;

    public bool IsWhole => Newest.Count == Count;
}

internal enum Showing
{
    /// <summary>A film, from the original or as a preview.</summary>
    Video,

    /// <summary>Sound without a picture, likewise.</summary>
    Sound,

    /// <summary>The original is a picture that browsers show.</summary>
    Photo,

    /// <summary>Not probed yet; the page is told when it is.</summary>
    NotKnownYet,

    /// <summary>No browser plays it, and its length isn't known before it was decoded once: the page is told when the preview is there.</summary>
    BeingMade,

    /// <summary>Neither picture nor sound, or unreadable: kept all the same.</summary>
    NotPlayable,

    /// <summary>The person's role sees metadata only.</summary>
    NotForRole,
}
