using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// One version of the checklist, on the screen, on paper and as a sheet; of the draft also what is new in it, and the buttons that publish it or give it up.
/// </summary>
[Authorize(Policy = nameof(Right.SeeChecklist))]
internal sealed class ChecklistModel(
    ChecklistTable checklists, ChecklistSheet sheet, ListExports exports, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : PageModel
{
    /// <summary>Which version; the one that holds for new cases if not given.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Number { get; set; }

    /// <summary>One of <see cref="CaseActions"/>, or all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Action { get; set; }

    /// <summary>What became of the last deed: <c>drafted</c>, <c>saved</c>, <c>removed</c>, <c>published</c>, <c>discarded</c> or <c>conflict</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Said { get; set; }

    public IReadOnlyList<ChecklistRow> Versions { get; private set; } = [];

    public ChecklistRow Shown { get; private set; } = null!;

    public IReadOnlyList<ChecklistItem> Items { get; private set; } = [];

    /// <summary>What it has beside the version before it.</summary>
    public IReadOnlyList<ChecklistChange> Changes { get; private set; } = [];

    /// <summary>The version before it; null for the first one.</summary>
    public ChecklistRow? Before { get; private set; }

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public bool MayManage => User.Has(Right.ManageChecklist);

    public bool IsInForce => Versions.First(version => version.Published).Number == Shown.Number;

    public ChecklistRow? Draft => Versions.FirstOrDefault(version => !version.Published);

    public static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"/checklist/{number}");

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await ReadAsync(ct) ? Page() : NotFound();

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct) => await ReadAsync(ct)
        ? await exports.ExportAsync(HttpContext, sheet, [.. Items.Select(sheet.Row)], ct)
        : NotFound();

    public async Task<IActionResult> OnPostDraftAsync(CancellationToken ct) =>
        MayManage ? Redirect($"{PathOf(await checklists.DraftAsync(HttpContext.By("page"), ct))}?said=drafted") : Forbid();

    public async Task<IActionResult> OnPostPublishAsync(int version, string? note, CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        return await EndAsync(await checklists.PublishAsync(Number ?? 0, note, version, HttpContext.By("page"), ct), "published", PathOf(Number ?? 0), ct);
    }

    public async Task<IActionResult> OnPostDiscardAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        return await EndAsync(await checklists.DiscardAsync(Number ?? 0, HttpContext.By("page"), ct), "discarded", "/checklist", ct);
    }

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Action = CaseActions.All.FirstOrDefault(action => action == Action);
        Versions = await checklists.ListAsync(ct);
        if ((Number is { } number ? Versions.FirstOrDefault(version => version.Number == number) : Versions.First(version => version.Published)) is not { } shown)
            return false;
        Shown = shown;
        var all = await checklists.ItemsAsync(shown.ChecklistId, ct);
        Before = Versions.FirstOrDefault(version => version.Published && version.Number < shown.Number);
        if (Before is not null)
            Changes = ChecklistChanges.Between(await checklists.ItemsAsync(Before.ChecklistId, ct), all);
        Items = [.. all.Where(item => Action is null || item.Action == Action)];
        return true;
    }

    private async Task<IActionResult> EndAsync(SaveResult result, string said, string path, CancellationToken ct)
    {
        if (result.Outcome == SaveOutcome.Stale)
            return Redirect($"{(await checklists.FindAsync(Number ?? 0, ct) is null ? "/checklist" : PathOf(Number ?? 0))}?said=conflict");
        if (result.Faults.Count == 0)
            return Redirect($"{path}?said={said}");
        Faults = [.. result.Faults.Select(faultWords.Sentence)];
        return await ReadAsync(ct) ? Page() : NotFound();
    }
}
