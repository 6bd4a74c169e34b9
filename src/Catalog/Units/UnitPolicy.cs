namespace YaoAn.Catalog;

/// <summary>What a unit wants of its cases and of suggested links. What it leaves open it takes from the unit above it.</summary>
public sealed record UnitPolicyRow
{
    /// <summary>Code of the unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name.</summary>
    public required string UnitName { get; init; }

    /// <summary>Units above it.</summary>
    public required int Depth { get; init; }

    /// <summary>Codes of items that its cases need once their step is reached, as the unit itself says; null: as the unit above it.</summary>
    public string[]? OwnMandatory { get; init; }

    /// <summary>Whether rules may confirm links by themselves, as the unit itself says; null: as the unit above it.</summary>
    public bool? OwnAutoConfirm { get; init; }

    /// <summary>What counts.</summary>
    public required string[] Mandatory { get; init; }

    /// <summary>What counts.</summary>
    public required bool AutoConfirm { get; init; }

    /// <summary>Counted with each change; 0 where the unit never said anything.</summary>
    public required int Version { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>What a unit's policy is to be; all of it counts.</summary>
public sealed record UnitPolicyDraft
{
    /// <summary>Code of the unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Codes of items of the current checklist; null: as the unit above it.</summary>
    public IReadOnlyList<string>? Mandatory { get; init; }

    /// <summary>Whether rules may confirm links; null: as the unit above it.</summary>
    public bool? AutoConfirm { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }
}

/// <summary>One change of a unit's policy.</summary>
public sealed record UnitPolicyChange
{
    /// <summary>Version that came of it.</summary>
    public required int Version { get; init; }

    /// <summary>Mandatory items; null: as the unit above.</summary>
    public string[]? Mandatory { get; init; }

    /// <summary>Whether rules may confirm; null: as the unit above.</summary>
    public bool? AutoConfirm { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }

    /// <summary>Who.</summary>
    public required string ChangedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
