namespace YaoAn.Catalog;

/// <summary>Whose affairs a list shows.</summary>
/// <param name="Reach">Units that the reader may know of; null for all.</param>
/// <param name="Unit">Code of a unit, with all below it; null for all within reach.</param>
/// <param name="Officer">This officer's alone.</param>
public sealed record OverdueScope(Guid[]? Reach, string? Unit = null, OfficerId? Officer = null);

/// <summary>How many of each kind are overdue.</summary>
/// <param name="Undocked">Recorders not docked since their last duty.</param>
/// <param name="Late">Recordings handed in late.</param>
/// <param name="Returns">Recorders not back in time.</param>
/// <param name="Space">Recorders low on space.</param>
/// <param name="Clock">Recorders with a bad clock.</param>
/// <param name="Standard">Units below their equipment standard.</param>
public sealed record OverdueCounts(long Undocked, long Late, long Returns, long Space, long Clock, long Standard);

/// <summary>What every row about a recorder tells of it.</summary>
public abstract record OverdueRecorder
{
    /// <summary>Serial.</summary>
    public required string Serial { get; init; }

    /// <summary>One of <see cref="RecorderKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of its unit.</summary>
    public required string UnitName { get; init; }

    /// <summary>Staff number of who has it, or had it last; null for nobody.</summary>
    public string? Officer { get; init; }

    /// <summary>Name of that officer.</summary>
    public string? OfficerName { get; init; }
}

/// <summary>A recorder that wasn't docked since its last duty.</summary>
public sealed record UndockedRow : OverdueRecorder
{
    /// <summary>When it was issued or taken out of its slot, whichever was later.</summary>
    public required DateTimeOffset OutSince { get; init; }

    /// <summary>When the duty ended.</summary>
    public required DateTimeOffset DutyEndedAt { get; init; }

    /// <summary>By when it had to be docked.</summary>
    public required DateTimeOffset DockBy { get; init; }

    /// <summary>When it was last in a slot; null if never.</summary>
    public DateTimeOffset? LastDockedAt { get; init; }
}

/// <summary>A recorder that isn't back in time.</summary>
public sealed record NotReturnedRow : OverdueRecorder
{
    /// <summary>Since when the officer has it.</summary>
    public required DateTimeOffset HeldSince { get; init; }

    /// <summary>When it had to be back.</summary>
    public required DateTimeOffset DueAt { get; init; }
}

/// <summary>A recorder that was low on space when it was last looked at.</summary>
public sealed record LowSpaceRow : OverdueRecorder
{
    /// <summary>Free bytes.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>All bytes.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>When it was docked then.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}

/// <summary>A recorder with a bad clock.</summary>
public sealed record BadClockRow : OverdueRecorder
{
    /// <summary>When it was last compared, by the recorder's clock.</summary>
    public required DateTimeOffset DeviceAt { get; init; }

    /// <summary>The recorder's clock less the true time, in ms.</summary>
    public required long OffsetMs { get; init; }

    /// <summary>At most this far from the truth.</summary>
    public required long WithinMs { get; init; }

    /// <summary>One of <see cref="ClockSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>What it gains a day, in ms.</summary>
    public long? DriftMsPerDay { get; init; }

    /// <summary>At most this far from the truth.</summary>
    public long? DriftWithinMs { get; init; }

    /// <summary>The drift by itself is a fault.</summary>
    public bool DriftIsFlagged => DriftMsPerDay is { } gain && new ClockDrift(gain, DriftWithinMs ?? 0).IsFlagged;
}

/// <summary>What one officer handed in late.</summary>
public sealed record LateOfficerRow
{
    /// <summary>Staff number; null for recordings that nobody is named for.</summary>
    public string? Officer { get; init; }

    /// <summary>Name.</summary>
    public string? OfficerName { get; init; }

    /// <summary>Unit of the officer then, of the recorder where nobody is named.</summary>
    public string? UnitName { get; init; }

    /// <summary>Recordings.</summary>
    public required long Files { get; init; }

    /// <summary>The longest time between the end of one of them and its handing in.</summary>
    public required TimeSpan Longest { get; init; }

    /// <summary>When the last of them was handed in.</summary>
    public required DateTimeOffset LastAt { get; init; }
}

/// <summary>A unit with fewer recorders than its standard asks for.</summary>
/// <param name="Code">Code.</param>
/// <param name="Name">Name.</param>
/// <param name="OfficersPerRecorder">Its standard, its own or that of the nearest unit above that has one.</param>
/// <param name="Officers">Officers who serve in it now.</param>
/// <param name="Recorders">Body-worn recorders and terminals of it that are in use.</param>
/// <param name="Needed">So many it should have.</param>
public sealed record BelowStandardRow(string Code, string Name, int OfficersPerRecorder, long Officers, long Recorders, long Needed)
{
    /// <summary>So many are missing.</summary>
    public long Missing => Needed - Recorders;
}
