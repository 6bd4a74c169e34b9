namespace YaoAn.Catalog;

/// <summary>The six kinds of administrative enforcement (六类行政执法行为).</summary>
public static class CaseActions
{
    /// <summary>行政检查.</summary>
    public const string Inspection = "inspection";

    /// <summary>In the order of the plan: 许可, 处罚, 强制, 征收, 收费, 检查.</summary>
    public static IReadOnlyList<string> All { get; } = ["licence", "penalty", "coercion", "levy", "fee", Inspection];
}

/// <summary>The steps of a case (环节), in their order.</summary>
public static class CaseSteps
{
    /// <summary>立案, 调查, 取证, 审查, 决定, 送达, 执行.</summary>
    public static IReadOnlyList<string> All { get; } = ["filing", "investigation", "evidence", "review", "decision", "service", "execution"];
}

/// <summary>How much of an activity has to be recorded.</summary>
public static class ItemModes
{
    /// <summary>全过程: every instant of it.</summary>
    public const string Full = "full";

    /// <summary>关键环节: something of it.</summary>
    public const string Key = "key";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Full, Key];
}

/// <summary>A version of the checklist. A published one never changes.</summary>
public sealed record ChecklistRow
{
    /// <summary>Id.</summary>
    public required ChecklistId ChecklistId { get; init; }

    /// <summary>1 for the default list, then one more for each.</summary>
    public required int Number { get; init; }

    /// <summary>True once it holds for new cases.</summary>
    public required bool Published { get; init; }

    /// <summary>What is new in it.</summary>
    public string? Note { get; init; }

    /// <summary>Version of the draft, counted with each change of it or of an item.</summary>
    public required int Version { get; init; }

    /// <summary>Who began it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Who published it.</summary>
    public string? PublishedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>How many items it has.</summary>
    public required int Items { get; init; }

    /// <summary>How many cases were opened under it.</summary>
    public required long Cases { get; init; }
}

/// <summary>A row of the list: what has to be recorded when, and how.</summary>
public sealed record ChecklistItem
{
    /// <summary>Its code, as <c>T01</c>; people and other systems name it so.</summary>
    public string? Code { get; init; }

    /// <summary>One of <see cref="CaseActions"/>.</summary>
    public string? Action { get; init; }

    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public string? Step { get; init; }

    /// <summary>Its name in Chinese.</summary>
    public string? NameZh { get; init; }

    /// <summary>Its name in English.</summary>
    public string? NameEn { get; init; }

    /// <summary>One of <see cref="ItemModes"/>.</summary>
    public string? Mode { get; init; }

    /// <summary>A <see cref="MethodExpression"/>.</summary>
    public string? Methods { get; init; }

    /// <summary>Gaps up to so many seconds don't count; a photo counts so much before and after the activity.</summary>
    public int? ToleranceS { get; init; }

    /// <summary>What begins it.</summary>
    public string? StartsWhen { get; init; }

    /// <summary>What ends it.</summary>
    public string? EndsWhen { get; init; }

    /// <summary>Days its footage is kept at least.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>By which rules.</summary>
    public string? Basis { get; init; }
}
