using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The catalogue of a case (音像记录清单) on paper and as a sheet: the screen's verdicts, then each confirmed clip with its whole digest.</summary>
[Authorize(Policy = nameof(Right.SeeCases))]
internal sealed class CaseListModel(
    CaseReader reader, CaseClipTable clips, ListExports exports, IStringLocalizer<CaseWords> words, TimeProvider time) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    public WholeCase Whole { get; private set; } = null!;

    public IReadOnlyList<CaseClip> Clips { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await ReadAsync(ct) ? Page() : NotFound();

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            return NotFound();
        return await exports.ExportAsync(
            HttpContext,
            "case-list",
            words["List_title"],
            [
                (words["Step"], 10), (words["Item"], 10), (words["ItemName"], 40), (words["Demanded"], 24), (words["From"], 20), (words["Until"], 20), (words["Verdict"], 24),
                (words["MissingSeconds"], 12),
            ],
            [.. Whole.Lines.Select(line => (IReadOnlyList<object?>)
            [
                words[$"Step_{line.Row.Step}"].Value, line.Row.Item, line.Name, words.Demand(line.Item), Minute(line.Row.Begins), Minute(line.Row.Ends),
                words.Verdict(line).Text, line.Row.MissingMs / 1000,
            ])],
            ct);
    }

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        if (await reader.FindAsync(User.CaseViewer(), Number, ct) is not { } whole)
            return false;
        (Whole, Clips) = (whole, await clips.OfCaseAsync(whole.Case.CaseId, ct));
        return true;
    }

    private static string? Minute(DateTimeOffset? at) => at is { } time ? ChinaTime.Second(time) : null;
}
