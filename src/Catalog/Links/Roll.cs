namespace YaoAn.Catalog;

/// <summary>
/// What suggestions are decided on: files that one recorder brought at one docking, and the activities that they may show. They are looked at
/// together, since one clock timed them and one hand carried the recorder.
/// </summary>
public sealed record Roll
{
    /// <summary>The files.</summary>
    public required IReadOnlyList<RollClip> Clips { get; init; }

    /// <summary>The activities around their times.</summary>
    public required IReadOnlyList<RollActivity> Activities { get; init; }

    /// <summary>The registered recorder is one that a unit shares.</summary>
    public bool Pool { get; init; }

    /// <summary>The registered recorder is a fixed camera.</summary>
    public bool FixedCamera { get; init; }

    /// <summary>Unit of the registered recorder.</summary>
    public UnitId? Unit { get; init; }

    /// <summary>When it was docked before: what is new was recorded later. Null where it never was.</summary>
    public DateTimeOffset? DockedBefore { get; init; }

    /// <summary>When it was docked with these files: they were recorded earlier.</summary>
    public required DateTimeOffset DockedAt { get; init; }
}

/// <summary>One file of a roll.</summary>
public sealed record RollClip
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>What it counts as.</summary>
    public required Methods Methods { get; init; }

    /// <summary>Start: corrected where the clock's offset is known, else the recorder's. Null where nothing tells it.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>End, likewise; null for a photo, and for a recording that doesn't say how long it is.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>How far the times may be off; null where the clock was never compared.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>First file of the recording that it is a part of.</summary>
    public ClipId? Recording { get; init; }

    /// <summary>Number in its name.</summary>
    public long? Sequence { get; init; }

    /// <summary>Degrees north.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    public double? Longitude { get; init; }

    /// <summary>Whose footage it is found to be.</summary>
    public IReadOnlyList<OfficerId> Officers { get; init; } = [];

    /// <summary>Who had the recorder by the ledger, at the clip's time or, where its clock was reset, since it was docked before.</summary>
    public IReadOnlyList<OfficerId> Holders { get; init; } = [];

    /// <summary>Officers of the number in its name.</summary>
    public IReadOnlyList<OfficerId> Named { get; init; } = [];

    /// <summary>Units that it belongs to.</summary>
    public IReadOnlyList<UnitId> Units { get; init; } = [];

    /// <summary>Number of an officer in its name.</summary>
    public string? Person { get; init; }

    /// <summary>It is decided about now; else it only tells of the clock.</summary>
    public bool Decides { get; init; } = true;

    /// <summary>Somebody marked it as having nothing to do with enforcement.</summary>
    public bool NotEnforcement { get; init; }

    /// <summary>Links that it has.</summary>
    public IReadOnlyList<RollLink> Links { get; init; } = [];
}

/// <summary>A link that stands.</summary>
/// <param name="ActivityId">Activity.</param>
/// <param name="Item">Code of the item.</param>
/// <param name="Part">It is about a part of the clip.</param>
/// <param name="State">One of <see cref="LinkStates"/>.</param>
/// <param name="Rank">Place among the clip's suggestions.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Reasons">The reasons.</param>
public sealed record RollLink(ActivityId ActivityId, string Item, bool Part, string State, int? Rank, int? Score, IReadOnlyList<LinkReason> Reasons);

/// <summary>An activity that files of a roll may show.</summary>
public sealed record RollActivity
{
    /// <summary>Activity.</summary>
    public required ActivityId ActivityId { get; init; }

    /// <summary>Its case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>Unit of the case.</summary>
    public required UnitId Unit { get; init; }

    /// <summary>Who took part.</summary>
    public required IReadOnlyList<OfficerId> Officers { get; init; }

    /// <summary>Their names, in the same order.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Start, as people entered it.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>End, as people entered it.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Degrees north.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    public double? Longitude { get; init; }

    /// <summary>Nobody said yet that it took place.</summary>
    public bool Planned { get; init; }

    /// <summary>A later step of its case was over when it began.</summary>
    public bool OutOfOrder { get; init; }

    /// <summary>Its case still takes changes by rule.</summary>
    public bool Open { get; init; } = true;

    /// <summary>The unit's policy lets a confident unique match be confirmed.</summary>
    public bool AutoConfirm { get; init; }

    /// <summary>What it carries out.</summary>
    public required IReadOnlyList<RollItem> Items { get; init; }
}

/// <summary>An item that an activity carries out.</summary>
/// <param name="Code">Code of the item.</param>
/// <param name="Methods">All methods that its expression names.</param>
/// <param name="Key">Something of it is enough.</param>
/// <param name="Shown">Clips that were confirmed to show it.</param>
public sealed record RollItem(string Code, Methods Methods, bool Key, IReadOnlyList<ClipId> Shown);
