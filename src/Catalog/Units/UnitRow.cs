namespace YaoAn.Catalog;

/// <summary>Kinds of units.</summary>
public static class UnitKinds
{
    /// <summary>局.</summary>
    public const string Bureau = "bureau";

    /// <summary>大队.</summary>
    public const string Brigade = "brigade";

    /// <summary>中队.</summary>
    public const string Squad = "squad";

    /// <summary>所、站.</summary>
    public const string Post = "post";

    /// <summary>科室.</summary>
    public const string Office = "office";

    /// <summary>All of them, from the top of the tree down.</summary>
    public static IReadOnlyList<string> All { get; } = [Bureau, Brigade, Squad, Post, Office];
}

/// <summary>What a unit is to be.</summary>
public sealed record UnitDraft
{
    /// <summary>Natural key; its case doesn't count.</summary>
    public required string? Code { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>One of <see cref="UnitKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Code of the unit above it; null for a root.</summary>
    public string? Parent { get; init; }

    /// <summary>Equipment standard: one recorder for so many officers, 1 to 100; null takes that of the unit above.</summary>
    public int? OfficersPerRecorder { get; init; }

    /// <summary>Last day of its existence; null while it goes on.</summary>
    public DateOnly? ClosedOn { get; init; }
}

/// <summary>A unit as the catalog has it.</summary>
public sealed record UnitRow
{
    /// <summary>Id.</summary>
    public required UnitId UnitId { get; init; }

    /// <summary>Natural key.</summary>
    public required string Code { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="UnitKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Code of the unit above it.</summary>
    public string? Parent { get; init; }

    /// <summary>Its own standard, see <see cref="UnitDraft.OfficersPerRecorder"/>.</summary>
    public int? OfficersPerRecorder { get; init; }

    /// <summary>The standard that counts: its own or the nearest one above it; null where there is none.</summary>
    public int? Standard { get; init; }

    /// <summary>Last day of its existence.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Grows with each change.</summary>
    public required int Version { get; init; }

    /// <summary>Steps below its root.</summary>
    public int Depth { get; init; }

    /// <summary>Officers who serve in it now, those of units below not counted.</summary>
    public long Officers { get; init; }

    /// <summary>The same as a draft.</summary>
    public UnitDraft Draft() => new() { Code = Code, Name = Name, Kind = Kind, Parent = Parent, OfficersPerRecorder = OfficersPerRecorder, ClosedOn = ClosedOn };
}
