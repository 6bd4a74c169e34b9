namespace YaoAn.Catalog;

/// <summary>A time that a recorder was with an officer.</summary>
public sealed record AllocationRow
{
    /// <summary>Id.</summary>
    public required AllocationId AllocationId { get; init; }

    /// <summary>Serial of the recorder.</summary>
    public required string Serial { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of its model.</summary>
    public string? Model { get; init; }

    /// <summary>Staff number of the officer.</summary>
    public required string Officer { get; init; }

    /// <summary>Name of the officer.</summary>
    public required string OfficerName { get; init; }

    /// <summary>Name of the unit that the officer was in on that day.</summary>
    public string? UnitName { get; init; }

    /// <summary>From this instant on.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until this instant, which isn't in it any more; null while it goes on.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>When it has to be back.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Who issued it.</summary>
    public required string IssuedBy { get; init; }

    /// <summary>Who took it back.</summary>
    public string? ReturnedBy { get; init; }

    /// <summary>Note.</summary>
    public string? Note { get; init; }
}

/// <summary>Who had a recorder at an instant.</summary>
/// <param name="AllocationId">By which allocation.</param>
/// <param name="OfficerId">Officer.</param>
/// <param name="Number">Staff number.</param>
/// <param name="Name">Name.</param>
/// <param name="UnitId">Unit of the officer on that day (UTC+8); null where none is known.</param>
public sealed record RecorderHolder(AllocationId AllocationId, OfficerId OfficerId, string Number, string Name, UnitId? UnitId);

/// <summary>Who has a recorder now, for the board.</summary>
/// <param name="Serial">Serial of the recorder.</param>
/// <param name="Number">Staff number.</param>
/// <param name="Name">Name.</param>
public sealed record Holding(string Serial, string Number, string Name);

/// <summary>A wish to issue a recorder or to hand it over.</summary>
public sealed record IssueWish
{
    /// <summary>Serial of the recorder.</summary>
    public required string? Serial { get; init; }

    /// <summary>Staff number of who gets it.</summary>
    public required string? Officer { get; init; }

    /// <summary>From when; null: now. At most <see cref="AllocationTable.EnterWithin"/> ago.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When it has to be back; null for good.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Note.</summary>
    public string? Note { get; init; }
}
