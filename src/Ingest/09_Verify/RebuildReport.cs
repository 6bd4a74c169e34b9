using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Something in the store that a person should look at.</summary>
/// <param name="What">Key or clip.</param>
/// <param name="Finding">What is wrong and what to do.</param>
internal sealed record RebuildFinding(string What, string Finding);

/// <summary>Counts of a rebuild, as far as it came.</summary>
internal sealed class RebuildReport
{
    private readonly Dictionary<RebuildOutcome, int> _outcomes = [];

    /// <summary>Clips that the store lists.</summary>
    public int Clips { get; set; }

    /// <summary>Clips that were looked at.</summary>
    public int Looked { get; set; }

    /// <summary>Bytes of all originals.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Bytes of those that were looked at, and of the one being read.</summary>
    public long LookedBytes { get; set; }

    /// <summary>Clips that the store couldn't give out, or that others were at: the same command does them later.</summary>
    public int Unread { get; set; }

    public List<RebuildFinding> Findings { get; } = [];

    public int Of(RebuildOutcome outcome) => _outcomes.GetValueOrDefault(outcome);

    public void Add(RebuildOutcome outcome) => _outcomes[outcome] = Of(outcome) + 1;

    public void Find(string what, string finding) => Findings.Add(new RebuildFinding(what, finding));
}
