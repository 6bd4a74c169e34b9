using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What is overdue: the counters are the choice of the list below them.</summary>
[Authorize(Policy = nameof(Right.SeeOverdue))]
internal sealed class OverdueModel(OverdueLists lists, UnitTable units, ListExports exports, IStringLocalizer<OverdueWords> words, TimeProvider time) : PageModel
{
    public const int MostRows = 500;

    public OverdueCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0);

    public OverdueList Shown { get; private set; } = new(OverdueLists.Undocked, [], []);

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public string? Unit { get; private set; }

    public OverdueRules Rules => lists.Rules;

    public DateTimeOffset Now { get; private set; }

    public long CountOf(string list) => list switch
    {
        OverdueLists.Undocked => Counts.Undocked,
        OverdueLists.Returns => Counts.Returns,
        OverdueLists.Late => Counts.Late,
        OverdueLists.Clock => Counts.Clock,
        OverdueLists.Space => Counts.Space,
        _ => Counts.Standard,
    };

    public string PathOf(string list, string? handler = null) => QueryHelpers.AddQueryString(
        "/overdue",
        new Dictionary<string, string?> { ["list"] = list, ["unit"] = Unit, ["handler"] = handler }.Where(pair => pair.Value is not null));

    public async Task OnGetAsync(string? list, string? unit, CancellationToken ct)
    {
        (Now, Unit) = (time.GetUtcNow(), Changing.Word(unit));
        var scope = User.Overdue(Unit);
        Counts = await lists.CountsAsync(scope, ct);
        // Without a choice: the first list that somebody has to act on.
        var name = OverdueLists.All.FirstOrDefault(one => one == list) ?? OverdueLists.All.FirstOrDefault(one => CountOf(one) > 0) ?? OverdueLists.Undocked;
        Shown = await lists.ReadAsync(name, scope, MostRows, ct);
        Units = (await units.TreeAsync(time.Today(), ct)).Within(User.Reach());
    }

    public async Task<IActionResult> OnGetExportAsync(string? list, string? unit, CancellationToken ct)
    {
        if (OverdueLists.All.FirstOrDefault(one => one == list) is not { } name)
            return NotFound();
        var shown = await lists.ReadAsync(name, User.Overdue(unit), ListExports.MostRows, ct);
        return await exports.ExportAsync(
            HttpContext, $"overdue-{name}", words[$"List_{name}"], [.. shown.Columns.Select(column => (column, 22))],
            [.. shown.Rows.Select(row => (IReadOnlyList<object?>)[.. row.Select(cell => cell.Value)])], ct);
    }
}
