using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Which cases a page shows, as its URL says it. Whatever isn't understood is left out.</summary>
internal sealed record CasesQuery
{
    public string? Text { get; init; }

    /// <summary>Code of a unit, with all below it.</summary>
    public string? Unit { get; init; }

    public string? Action { get; init; }

    public string? State { get; init; }

    /// <summary>Those alone on which work goes on and that lack something.</summary>
    public bool Lacking { get; init; }

    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    public string? After { get; init; }

    public string? Before { get; init; }

    public string Path => QueryHelpers.AddQueryString("/cases", Parameters());

    public static CasesQuery Read(IQueryCollection query) => new()
    {
        Text = Changing.Word(query["q"]),
        Unit = Changing.Word(query["unit"]),
        Action = CaseActions.All.FirstOrDefault(action => query["action"] == action),
        State = CaseStates.All.FirstOrDefault(state => query["state"] == state),
        Lacking = query["lacking"] == "1",
        From = Day(query["from"]),
        To = Day(query["to"]),
        After = Changing.Word(query["after"]),
        Before = query.ContainsKey("after") ? null : Changing.Word(query["before"]),
    };

    public CaseFilter Filter() => new() { Text = Text, Unit = Unit, Action = Action, States = State is not null ? [State] : Lacking ? CaseStates.Working : [], Lacking = Lacking, From = From, To = To };

    public CasesQuery FirstPage() => this with { After = null, Before = null };

    private static DateOnly? Day(string? text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day : null;

    private IEnumerable<KeyValuePair<string, string?>> Parameters() => new Dictionary<string, string?>
    {
        ["q"] = Text,
        ["unit"] = Unit,
        ["action"] = Action,
        ["state"] = State,
        ["lacking"] = Lacking ? "1" : null,
        ["from"] = From?.ToString("yyyy-MM-dd"),
        ["to"] = To?.ToString("yyyy-MM-dd"),
        ["after"] = After,
        ["before"] = Before,
    }.Where(pair => pair.Value is not null);
}

/// <summary>Cases in one's scope, with how much of each is covered.</summary>
[Authorize(Policy = nameof(Right.SeeCases))]
internal sealed class CasesModel(
    CaseTable cases, CoverageTable coverage, UnitTable units, ListExports exports, IStringLocalizer<CaseWords> words, TimeProvider time) : PageModel
{
    public const int PageSize = 50;

    public CasesQuery Query { get; private set; } = new();

    public KeyPage<CaseRow> Rows { get; private set; } = new([], null, null, 0);

    public IReadOnlyDictionary<CaseId, CaseCoverage> Sums { get; private set; } = new Dictionary<CaseId, CaseCoverage>();

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken ct)
    {
        (Query, Now) = (CasesQuery.Read(Request.Query), time.GetUtcNow());
        Rows = await cases.ListAsync(User.CaseViewer(), Query.Filter(), Query.After, Query.Before, PageSize, ct);
        Sums = await coverage.SumsAsync([.. Rows.Rows.Select(row => row.CaseId)], ct);
        var reach = User.Reach();
        Units = [.. (await units.TreeAsync(time.Today(), ct)).Where(unit => reach is null || reach.Contains(unit.UnitId.Value))];
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct)
    {
        var page = await cases.ListAsync(User.CaseViewer(), CasesQuery.Read(Request.Query).Filter(), null, null, ListExports.MostRows, ct);
        var sums = await coverage.SumsAsync([.. page.Rows.Select(row => row.CaseId)], ct);
        return await exports.ExportAsync(
            HttpContext,
            "cases",
            words["Cases"],
            [
                (words["Number"], 30), (words["Action"], 12), (words["CaseTitle"], 36), (words["Unit"], 22), (words["Officers"], 22), (words["OpenedOn"], 12), (words["State"], 12),
                (words["Required"], 10), (words["Satisfied"], 10), (words["Waived"], 12), (words["Lacking"], 10), (words["MissingSeconds"], 12),
            ],
            [.. page.Rows.Select(row => (IReadOnlyList<object?>)
            [
                row.Number, words[$"Action_{row.Action}"].Value, row.Title, row.UnitName, string.Join(words["List"], row.OfficerNames), row.OpenedOn, words[$"CaseState_{row.State}"].Value,
                sums[row.CaseId].Required, sums[row.CaseId].Satisfied, sums[row.CaseId].Waived, sums[row.CaseId].Lacking, sums[row.CaseId].MissingMs / 1000,
            ])],
            ct);
    }
}
