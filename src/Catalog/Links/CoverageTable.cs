using Dapper;
using NpgsqlTypes;

namespace YaoAn.Catalog;

/// <summary>What is shown of an item.</summary>
public static class CoverageStates
{
    /// <summary>已覆盖: confirmed footage shows all that is asked for.</summary>
    public const string Satisfied = "satisfied";

    /// <summary>缺: some of it isn't shown.</summary>
    public const string Missing = "missing";

    /// <summary>方式不符: there is confirmed footage of the time, and none of it counts for this item.</summary>
    public const string WrongMethod = "wrong-method";

    /// <summary>仅有建议: nothing is confirmed, something is suggested.</summary>
    public const string OnlySuggested = "only-suggested";

    /// <summary>文字替代 or 缺录说明, approved.</summary>
    public const string Waived = "waived";

    /// <summary>未发生: planned, or not part of this case.</summary>
    public const string NotOccurred = "not-occurred";

    /// <summary>活动缺失: the unit wants it at a step that was reached, and no activity carries it out.</summary>
    public const string ActivityMissing = "activity-missing";

    /// <summary>All, the worst first.</summary>
    public static IReadOnlyList<string> All { get; } = [Missing, WrongMethod, ActivityMissing, OnlySuggested, Waived, Satisfied, NotOccurred];

    /// <summary>Somebody has to act.</summary>
    public static bool IsLacking(string state) => state is Missing or WrongMethod or OnlySuggested or ActivityMissing;
}

/// <summary>A stretch of time; its end isn't in it any more.</summary>
/// <param name="From">Beginning.</param>
/// <param name="Until">End.</param>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Length.</summary>
    public TimeSpan Length => Until - From;

    internal static IReadOnlyList<Period> Of(NpgsqlRange<DateTime>[]? ranges) =>
        [.. (ranges ?? []).Select(range => new Period(new DateTimeOffset(range.LowerBound), new DateTimeOffset(range.UpperBound)))];
}

/// <summary>An item of an activity, or a mandatory item without one, and what is shown of it.</summary>
public sealed record CoverageRow
{
    /// <summary>Case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>Activity; null where it is the activity that is missing, and for what didn't occur.</summary>
    public ActivityId? ActivityId { get; init; }

    /// <summary>Step: the activity's, else the item's.</summary>
    public required string Step { get; init; }

    /// <summary>Code.</summary>
    public required string Item { get; init; }

    /// <summary>One of <see cref="ItemModes"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>When the activity began.</summary>
    public DateTimeOffset? Begins { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>One of <see cref="CoverageStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>What confirmed footage shows of it; empty for a key item.</summary>
    public required IReadOnlyList<Period> Covered { get; init; }

    /// <summary>What it doesn't show: stretches longer than the tolerance.</summary>
    public required IReadOnlyList<Period> Missing { get; init; }

    /// <summary>Their sum.</summary>
    public required long MissingMs { get; init; }

    /// <summary>What suggested links would add.</summary>
    public required IReadOnlyList<Period> Suggested { get; init; }

    /// <summary>Confirmed links in the order of what they show.</summary>
    public required IReadOnlyList<LinkId> ConfirmedLinks { get; init; }

    /// <summary>Suggested ones, the best first.</summary>
    public required IReadOnlyList<LinkId> SuggestedLinks { get; init; }

    /// <summary>The approved waiver.</summary>
    public WaiverId? WaiverId { get; init; }
}

/// <summary>Sums of a step of a case.</summary>
public sealed record StepCoverage
{
    /// <summary>Case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public required string Step { get; init; }

    /// <summary>How many items of activities the step needs.</summary>
    public required int Required { get; init; }

    /// <summary>How many of them footage shows.</summary>
    public required int Satisfied { get; init; }

    /// <summary>How many are waived.</summary>
    public required int Waived { get; init; }

    /// <summary>How many are neither.</summary>
    public required int Lacking { get; init; }

    /// <summary>How many of those have suggestions alone.</summary>
    public required int Suggested { get; init; }

    /// <summary>Time that is missing.</summary>
    public required long MissingMs { get; init; }
}

/// <summary>Sums of a step over cases.</summary>
public sealed record StepOfCases
{
    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public required string Step { get; init; }

    /// <summary>How many cases need something of it.</summary>
    public required int Cases { get; init; }

    /// <summary>How many items of activities it needs.</summary>
    public required int Required { get; init; }

    /// <summary>How many of them footage shows.</summary>
    public required int Satisfied { get; init; }

    /// <summary>How many are waived.</summary>
    public required int Waived { get; init; }

    /// <summary>How many are neither.</summary>
    public required int Lacking { get; init; }

    /// <summary>How many of those have suggestions alone.</summary>
    public required int Suggested { get; init; }

    /// <summary>Time that is missing.</summary>
    public required long MissingMs { get; init; }
}

/// <summary>Sums of a case over its steps.</summary>
/// <param name="Steps">Its steps, in order.</param>
public sealed record CaseCoverage(IReadOnlyList<StepCoverage> Steps)
{
    /// <summary>How many items of activities the case needs.</summary>
    public int Required => Steps.Sum(step => step.Required);

    /// <summary>How many footage shows.</summary>
    public int Satisfied => Steps.Sum(step => step.Satisfied);

    /// <summary>How many are waived.</summary>
    public int Waived => Steps.Sum(step => step.Waived);

    /// <summary>How many are neither.</summary>
    public int Lacking => Steps.Sum(step => step.Lacking);

    /// <summary>How many of those have suggestions alone.</summary>
    public int Suggested => Steps.Sum(step => step.Suggested);

    /// <summary>Time that is missing.</summary>
    public long MissingMs => Steps.Sum(step => step.MissingMs);
}

/// <summary>
/// SQL of coverage. All of it comes out of the function <c>coverage</c> of the database: case page, lists, home page, print, sheets and API show the same. Callers
/// have found their cases under a <see cref="Viewer"/>.
/// </summary>
public sealed class CoverageTable(CatalogDatabase database)
{
    /// <summary>Each item of each activity of a case, then what is missing without an activity, then what didn't occur of its action's items.</summary>
    public async Task<IReadOnlyList<CoverageRow>> OfCaseAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return [.. (await connection.QueryAsync<Raw>(new CommandDefinition(
            """
            with shown as materialized (select * from coverage(array[@id]::uuid[]))
            select case_id, activity_id, step, item, mode, begins, ends, state, covered, missing, missing_ms, suggested, confirmed_links, suggested_links, waiver_id
            from (
              select * from shown
              union all
              select case_file.case_id, null, item.step, item.code, item.mode, null, null, 'not-occurred', '{}', '{}', 0, '{}', '{}', '{}', null
              from case_file join checklist_item item on item.checklist_id = case_file.checklist_id and item.action = case_file.action
              where case_file.case_id = @id and not exists (select from shown where shown.item = item.code)) rows
            order by step_place(step), begins nulls last, activity_id, item
            """,
            new { id },
            cancellationToken: ct))).Select(raw => raw.Row())];
    }

    /// <summary>Sums of some cases; each of them has an entry.</summary>
    public async Task<IReadOnlyDictionary<CaseId, CaseCoverage>> SumsAsync(IReadOnlyCollection<CaseId> cases, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var steps = (await connection.QueryAsync<StepCoverage>(new CommandDefinition(
            """
            select case_id, step, required, satisfied, waived, lacking, suggested, missing_ms from coverage_steps(@cases) order by case_id, step_place(step)
            """,
            new { cases = cases.Select(id => id.Value).ToArray() },
            cancellationToken: ct))).ToLookup(step => step.CaseId);
        return cases.Distinct().ToDictionary(id => id, id => new CaseCoverage([.. steps[id]]));
    }

    /// <summary>Sums by step of all cases that a viewer may know of and that were opened in a time, both days included.</summary>
    /// <param name="unit">Code of a unit, with all below it; null for all.</param>
    public async Task<IReadOnlyList<StepOfCases>> OpenedAsync(Viewer viewer, DateOnly from, DateOnly to, string? unit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        // First which, then what of them: with the ids in hand the planner knows how many there are.
        var cases = (await connection.QueryAsync<Guid>(new CommandDefinition(
            $"""
            select case_file.case_id from case_file
            where case_file.opened_on between @from and @to and {CaseTable.Visible}
              and (@unit::text is null or case_file.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@unit)))
            """,
            new { from, to, unit, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).ToArray();
        return (await connection.QueryAsync<StepOfCases>(new CommandDefinition(
            """
            select step, count(*) filter (where required > 0)::integer as cases, sum(required)::integer as required, sum(satisfied)::integer as satisfied, sum(waived)::integer as waived,
              sum(lacking)::integer as lacking, sum(suggested)::integer as suggested, sum(missing_ms)::bigint as missing_ms
            from coverage_steps(@cases)
            group by step
            order by step_place(step)
            """,
            new { cases },
            cancellationToken: ct))).AsList();
    }

    private sealed record Raw
    {
        public required CaseId CaseId { get; init; }

        public ActivityId? ActivityId { get; init; }

        public required string Step { get; init; }

        public required string Item { get; init; }

        public required string Mode { get; init; }

        public DateTimeOffset? Begins { get; init; }

        public DateTimeOffset? Ends { get; init; }

        public required string State { get; init; }

        public NpgsqlRange<DateTime>[]? Covered { get; init; }

        public NpgsqlRange<DateTime>[]? Missing { get; init; }

        public required long MissingMs { get; init; }

        public NpgsqlRange<DateTime>[]? Suggested { get; init; }

        public required Guid[] ConfirmedLinks { get; init; }

        public required Guid[] SuggestedLinks { get; init; }

        public WaiverId? WaiverId { get; init; }

        public CoverageRow Row() => new()
        {
            CaseId = CaseId,
            ActivityId = ActivityId,
            Step = Step,
            Item = Item,
            Mode = Mode,
            Begins = Begins,
            Ends = Ends,
            State = State,
            Covered = Period.Of(Covered),
            Missing = Period.Of(Missing),
            MissingMs = MissingMs,
            Suggested = Period.Of(Suggested),
            ConfirmedLinks = [.. ConfirmedLinks.Select(id => new LinkId(id))],
            SuggestedLinks = [.. SuggestedLinks.Select(id => new LinkId(id))],
            WaiverId = WaiverId,
        };
    }
}
