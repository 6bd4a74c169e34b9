namespace YaoAn.Catalog;

/// <summary>What became of a wish to save something under its natural key.</summary>
public enum SaveOutcome
{
    /// <summary>It wasn't there and is now, with its custody event.</summary>
    Created,

    /// <summary>It is as wished now, with its custody event.</summary>
    Changed,

    /// <summary>It was as wished already; nothing was written.</summary>
    Unchanged,

    /// <summary>Somebody changed it since the version that the caller knew; nothing was written.</summary>
    Stale,

    /// <summary>Some values can't be taken, see <see cref="SaveResult.Faults"/>; nothing was written.</summary>
    Refused,
}

/// <summary>Answer to a wish to save.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Version">Version that stands now; 0 where there is nothing.</param>
/// <param name="Faults">What was refused.</param>
public sealed record SaveResult(SaveOutcome Outcome, int Version, IReadOnlyList<Fault> Faults)
{
    /// <summary>Refused for these reasons.</summary>
    public static SaveResult Refused(IReadOnlyList<Fault> faults) => new(SaveOutcome.Refused, 0, faults);

    /// <summary>Without faults.</summary>
    public static SaveResult Of(SaveOutcome outcome, int version) => new(outcome, version, []);
}
