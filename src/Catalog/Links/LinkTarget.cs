namespace YaoAn.Catalog;

/// <summary>An item of an activity that a clip may be linked with, and what is shown of it already.</summary>
public sealed record LinkTarget
{
    /// <summary>Activity.</summary>
    public required ActivityId ActivityId { get; init; }

    /// <summary>Its case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>案号.</summary>
    public required string CaseNumber { get; init; }

    /// <summary>What the case is about.</summary>
    public string? CaseTitle { get; init; }

    /// <summary>What the activity is.</summary>
    public string? ActivityTitle { get; init; }

    /// <summary>Where it is.</summary>
    public string? Place { get; init; }

    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public required string Step { get; init; }

    /// <summary>When the activity began.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>It is planned and has not been reported yet.</summary>
    public required bool Planned { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>Its name in Chinese.</summary>
    public required string NameZh { get; init; }

    /// <summary>Its name in English.</summary>
    public required string NameEn { get; init; }

    /// <summary>One of <see cref="ItemModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>One of <see cref="CoverageStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>What is missing of it, in ms.</summary>
    public required long MissingMs { get; init; }

    /// <summary>Nothing is missing of it.</summary>
    public bool IsShown => State is CoverageStates.Satisfied or CoverageStates.Waived;
}

/// <summary>A link that is asked about before it is made.</summary>
/// <param name="Clips">Clips that would be linked, whole.</param>
/// <param name="Activity">Activity.</param>
/// <param name="Item">Code of one of its items.</param>
public sealed record LinkForecastQuery(IReadOnlyList<ClipId> Clips, ActivityId Activity, string Item);

/// <summary>What would be shown of an item if some clips were linked with it.</summary>
public sealed record LinkForecast
{
    /// <summary>Activity.</summary>
    public required ActivityId Activity { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>One of <see cref="ItemModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>When the activity began.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Nothing of the item would be missing.</summary>
    public required bool Good { get; init; }

    /// <summary>What would be shown; empty for a key item.</summary>
    public required IReadOnlyList<Period> Covered { get; init; }

    /// <summary>What would not be: stretches longer than the tolerance.</summary>
    public required IReadOnlyList<Period> Missing { get; init; }
}
