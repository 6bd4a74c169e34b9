namespace YaoAn.Catalog;

/// <summary>What an officer is to be.</summary>
public sealed record OfficerDraft
{
    /// <summary>Staff number (工号), the natural key; its case doesn't count.</summary>
    public required string? Number { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Number of the enforcement certificate (执法证号); no two officers have the same.</summary>
    public string? Certificate { get; init; }

    /// <summary>Code of the unit.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// First day in that unit where it isn't the one before; null: today, or <see cref="Since"/> for a new officer. Naming the day on which the
    /// present period began corrects its unit.
    /// </summary>
    public DateOnly? MovedOn { get; init; }

    /// <summary>Position.</summary>
    public string? Position { get; init; }

    /// <summary>Region that the officer is responsible for.</summary>
    public string? Region { get; init; }

    /// <summary>First day of service.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Last day of service; null while it goes on.</summary>
    public DateOnly? LeftOn { get; init; }

    /// <summary>User name of the officer's account; null without one.</summary>
    public string? Account { get; init; }
}

/// <summary>An officer as the catalog has it.</summary>
public sealed record OfficerRow
{
    /// <summary>Id.</summary>
    public required OfficerId OfficerId { get; init; }

    /// <summary>Staff number.</summary>
    public required string Number { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of the enforcement certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>The present unit, or the last one of a person who left.</summary>
    public required UnitId UnitId { get; init; }

    /// <summary>Its code.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name.</summary>
    public required string UnitName { get; init; }

    /// <summary>First day in it.</summary>
    public required DateOnly UnitSince { get; init; }

    /// <summary>Position.</summary>
    public string? Position { get; init; }

    /// <summary>Region.</summary>
    public string? Region { get; init; }

    /// <summary>First day of service.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>Last day of service.</summary>
    public DateOnly? LeftOn { get; init; }

    /// <summary>User name of the account.</summary>
    public string? Account { get; init; }

    /// <summary>Grows with each change.</summary>
    public required int Version { get; init; }

    /// <summary>The same as a draft.</summary>
    public OfficerDraft Draft() => new()
    {
        Number = Number,
        Name = Name,
        Certificate = Certificate,
        Unit = Unit,
        Position = Position,
        Region = Region,
        Since = Since,
        LeftOn = LeftOn,
        Account = Account,
    };
}

/// <summary>Which officers a list shows.</summary>
public sealed record OfficerFilter
{
    /// <summary>Part of a name, a staff number or a certificate number.</summary>
    public string? Text { get; init; }

    /// <summary>Code of a unit: officers of it and of all below it.</summary>
    public string? Unit { get; init; }

    /// <summary>The unit alone, without those below it.</summary>
    public bool UnitOnly { get; init; }

    /// <summary>Units that the reader may know of; null for all.</summary>
    public Guid[]? Reach { get; init; }

    /// <summary><c>serving</c>, <c>left</c>, or null for all.</summary>
    public string? State { get; init; }
}

/// <summary>A time that an officer was in a unit.</summary>
/// <param name="Unit">Its code.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="FirstDay">First day.</param>
/// <param name="LastDay">Last day; null while it goes on.</param>
public sealed record Membership(string Unit, string UnitName, DateOnly FirstDay, DateOnly? LastDay);
