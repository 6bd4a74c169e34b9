using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Everything the clip page shows, as the person may see it.</summary>
internal sealed record ClipFacts
{
    public required ClipRow Clip { get; init; }

    public MediaRow? Media { get; init; }

    public required IReadOnlyList<ProvenanceRow> Provenance { get; init; }

    public required CustodyLog Custody { get; init; }

    public required IReadOnlyList<VerificationRow> Verifications { get; init; }

    public required IReadOnlyList<DerivedRow> Derived { get; init; }

    public required bool SeesFootage { get; init; }

    public required bool MayVerify { get; init; }

    /// <summary>The way the bytes are shown.</summary>
    public Showing Showing => (SeesFootage, Clip.Plays) switch
    {
        (false, _) => Showing.NotForRole,
        (_, "original") => Showing.Video,
        (_, "photo") => Showing.Photo,
        (_, null) when Clip.Health == ClipHealth.Ok && Clip.Stage < ClipStage.Probed => Showing.NotKnownYet,
        (_, "needs-preview") => Showing.NeedsPreview,
        _ => Showing.NotPlayable,
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
    /// <summary>The original plays as it is.</summary>
    Video,

    /// <summary>The original is a picture that browsers show.</summary>
    Photo,

    /// <summary>Not probed yet; the page is told when it is.</summary>
    NotKnownYet,

    /// <summary>No browser plays it, and previews of this kind aren't made yet.</summary>
    NeedsPreview,

    /// <summary>Neither picture nor sound, or unreadable: kept all the same.</summary>
    NotPlayable,

    /// <summary>The person's role sees metadata only.</summary>
    NotForRole,
}
