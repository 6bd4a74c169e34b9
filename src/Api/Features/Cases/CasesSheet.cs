using Microsoft.Extensions.Localization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Cases and their activities as a sheet: one row an activity, or a case by itself. The fields of a case stand in its first row; an empty cell leaves what is there,
/// so that later rows need its number alone.
/// </summary>
internal sealed class CasesSheet(IStringLocalizer<CaseWords> words, IStringLocalizer<SheetWords> common) : Sheet(words, common)
{
    private const string Planned = "planned";

    private static readonly string[] s_planned = ["actual", Planned];

    /// <summary>Which column has what a fault calls otherwise.</summary>
    private static readonly Dictionary<string, string> s_columns = new(StringComparer.Ordinal)
    {
        ["parties"] = "persons",
        ["activities"] = "activity",
        ["activities/id"] = "activity",
        ["steps"] = "step",
        ["*/title"] = "activityTitle",
        ["*/officers"] = "activityOfficers",
        ["*/items"] = "items",
        ["*/place"] = "place",
        ["*/step"] = "step",
        ["*/from"] = "from",
        ["*/until"] = "until",
    };

    public override string Name => "cases";

    // The list of cases goes out with sums of coverage, and without activities.
    public override bool ComesBack => false;

    public override IReadOnlyList<SheetColumn> Columns { get; } =
    [
        new("number", CellKind.Code, Required: true) { Width = 26 },
        new("action", CellKind.Choice, Required: false, "penalty", CaseActions.All, "Action") { Width = 12 },
        new("title", CellKind.Text, Required: false, "超限运输") { Width = 24 },
        new("unit", CellKind.Code, Required: false, "YA-1") { Width = 12 },
        new("officers", CellKind.Code, Required: false, "A001、A002"),
        new("persons", CellKind.Text, Required: false, "张三") { Width = 14 },
        new("organisations", CellKind.Text, Required: false, "某某运输公司") { Width = 20 },
        new("plates", CellKind.Text, Required: false, "云E12345") { Width = 12 },
        new("openedOn", CellKind.Day, Required: false, new DateOnly(2026, 11, 20)) { Width = 14 },
        new("closedOn", CellKind.Day, Required: false) { Width = 14 },
        new("step", CellKind.Choice, Required: false, "evidence", CaseSteps.All, "Step") { Width = 10 },
        new("reachedOn", CellKind.Day, Required: false, new DateOnly(2026, 11, 21)) { Width = 14 },
        new("activity", CellKind.Code, Required: false, "1") { Width = 12 },
        new("activityTitle", CellKind.Text, Required: false, "询问当事人") { Width = 20 },
        new("items", CellKind.Code, Required: false, "T11") { Width = 12 },
        new("activityOfficers", CellKind.Code, Required: false, "A001、A002"),
        new("place", CellKind.Text, Required: false, "城南检查站") { Width = 18 },
        new("from", CellKind.Time, Required: false, new DateTimeOffset(2026, 11, 21, 9, 0, 0, ChinaTime.Offset)) { Width = 20 },
        new("until", CellKind.Time, Required: false, new DateTimeOffset(2026, 11, 21, 9, 40, 0, ChinaTime.Offset)) { Width = 20 },
        new(Planned, CellKind.Choice, Required: false, s_planned[0], s_planned, "Planned") { Width = 10 },
    ];

    /// <summary>A case may have many rows: one for each activity, and one for each step without an activity.</summary>
    public override string KeyOf(SheetRow row)
    {
        var activity = row.Cells.GetValueOrDefault("activity");
        return row.Cells["number"].Length == 0 ? "" : $"{row.Cells["number"]} {(string.IsNullOrEmpty(activity) ? row.Cells.GetValueOrDefault("step") : activity)}".Trim();
    }

    public override async Task<(SaveResult Result, int Before)> SaveAsync(NpgsqlTransaction transaction, SheetRow row, Importer by, CancellationToken ct)
    {
        var number = row.Get<string>("number", null);
        var before = await CaseTable.FindAsync(transaction, by.Viewer, number ?? "", ct);
        var (step, reachedOn, activity) = (Text(row, "step"), row.Get<DateOnly?>("reachedOn", null), Text(row, "activity"));
        if (reachedOn is not null && step is null)
            return (SaveResult.Refused([new Fault("step", "required")]), 0);
        if (activity is null && (Text(row, "activityTitle") ?? Text(row, "items") ?? Text(row, "activityOfficers") ?? Text(row, "place")) is not null)
            return (SaveResult.Refused([new Fault("activity", "required")]), 0);
        var was = activity is null || before is null
            ? null
            : (await ActivityTable.OfCaseAsync(transaction, before.CaseId, ct)).FirstOrDefault(one => one.ExternalId == activity)?.Draft();
        var draft = Fields(row, before?.Draft() ?? new CaseDraft()) with
        {
            Number = number,
            Steps = reachedOn is null ? [] : [new CaseStepDraft(step, reachedOn)],
            Activities = activity is null ? [] : [Activity(row, was ?? new ActivityDraft { Id = activity })],
        };
        var result = await CaseSaveTable.SaveAsync(transaction, draft, null, CaseOrigins.Sheet, by.Viewer, by.By, ct);
        return (result with { Faults = [.. result.Faults.Select(fault => fault with { Field = ColumnOf(fault.Field) })] }, before?.Version ?? 0);
    }

    private static CaseDraft Fields(SheetRow row, CaseDraft was)
    {
        var (persons, organisations) = (Text(row, "persons"), Text(row, "organisations"));
        return was with
        {
            Action = Text(row, "action") ?? was.Action,
            Title = Text(row, "title") ?? was.Title,
            Unit = Text(row, "unit") ?? was.Unit,
            Officers = Text(row, "officers") is { } officers ? CodeList.Of(officers) : was.Officers,
            Parties =
            [
                .. persons is null ? was.Parties.Where(party => party.Kind == "person") : CodeList.OfNames(persons).Select(name => new Party(name, "person")),
                .. organisations is null ? was.Parties.Where(party => party.Kind == "organisation") : CodeList.OfNames(organisations).Select(name => new Party(name, "organisation")),
            ],
            Plates = Text(row, "plates") is { } plates ? CodeList.Of(plates) : was.Plates,
            OpenedOn = row.Get<DateOnly?>("openedOn", null) ?? was.OpenedOn,
            ClosedOn = row.Get<DateOnly?>("closedOn", null) ?? was.ClosedOn,
        };
    }

    private static ActivityDraft Activity(SheetRow row, ActivityDraft was) => was with
    {
        Step = Text(row, "step") ?? was.Step,
        Title = Text(row, "activityTitle") ?? was.Title,
        Items = Text(row, "items") is { } items ? CodeList.Of(items) : was.Items,
        Officers = Text(row, "activityOfficers") is { } officers ? CodeList.Of(officers) : was.Officers,
        Place = Text(row, "place") ?? was.Place,
        From = row.Get<DateTimeOffset?>("from", null) ?? was.From,
        Until = row.Get<DateTimeOffset?>("until", null) ?? was.Until,
        Planned = Text(row, Planned) is { } planned ? planned == Planned : was.Planned,
    };

    private static string? Text(SheetRow row, string column) => row.Get<string>(column, null);

    private static string ColumnOf(string field)
    {
        var parts = field.Split('/');
        return s_columns.GetValueOrDefault(parts is ["activities", _, var last] ? $"*/{last}" : parts[0] == "steps" ? "steps" : field, field);
    }
}
