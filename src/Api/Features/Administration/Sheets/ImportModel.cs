using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The page of an import: template, file, trial with every fault, use. Each list has a page of its own that derives from it and names its policy.
/// </summary>
internal abstract class ImportModel(
    Sheet sheet, SheetImports imports, ImportTable waiting, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : PageModel
{
    public const int MostShown = 200;

    /// <summary>Longer files are told so by the page itself; what is longer than this isn't read at all.</summary>
    public const int MostRequestBytes = 8 << 20;

    private const int LongestFileName = 100;

    public Sheet Sheet => sheet;

    /// <summary>Address of the list that the sheet is for.</summary>
    public string ListPath => $"/{sheet.Name}";

    public string Path => $"/{sheet.Name}/import";

    public WaitingImport? Waiting { get; private set; }

    public SheetReport? Report { get; private set; }

    /// <summary>Code of what just happened: <c>done</c>, <c>moved</c> (the data changed), <c>gone</c> (nothing waits under that id).</summary>
    public string? Said { get; private set; }

    public IReadOnlyList<string> Counts { get; private set; } = [];

    /// <summary>Every fault of a trial, in the order of rows.</summary>
    public IEnumerable<(RowReport Row, Fault Fault)> Faults => Report?.Rows.SelectMany(row => row.Faults.Select(fault => (row, fault))) ?? [];

    public string Sentence(Fault fault) => faultWords.Sentence(fault);

    // Its name reads like a handler of a method PAGE.
    [NonHandler]
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var title = sheet.Words[$"Import_{sheet.Name}"].Value;
        ViewData["Title"] = title;
        ViewData["Crumbs"] = new[] { new Crumb(sheet.Words[$"Sheet_{sheet.Name}"], ListPath), new Crumb(title) };
    }

    public async Task OnGetAsync(ImportId? import, string? said, string? counts, CancellationToken ct)
    {
        Said = said is "done" or "moved" or "gone" ? said : null;
        Counts = counts?.Split('-') is { Length: 3 } parts && parts.All(part => part.Length < 8 && part.All(char.IsAsciiDigit)) ? parts : ["", "", ""];
        if (import is { } id && await ReadAsync(id, ct) is null)
            Said ??= "gone";
    }

    public IActionResult OnGetTemplate() => ListExports.File(SheetWriter.Template(sheet), $"{sheet.Words[$"Sheet_{sheet.Name}"].Value}-{sheet.Common["Sheet_template"].Value}.xlsx");

    /// <summary>The faults as a sheet, to be worked through beside the file.</summary>
    public async Task<IActionResult> OnGetFaultsAsync(ImportId import, CancellationToken ct)
    {
        if (await ReadAsync(import, ct) is null)
            return NotFound();
        var table = SheetWriter.Table(
            sheet.Common["Import_faults"],
            [(sheet.Common["Import_row"], 8), (sheet.Words[sheet.HeaderKey(sheet.Key)], 16), (sheet.Common["Import_column"], 16), (sheet.Common["Import_value"], 24), (sheet.Common["Import_what"], 80)],
            [.. Faults.Select(found => (IReadOnlyList<object?>)
                [$"{found.Row.Number}", found.Row.Key, sheet.Header(found.Fault.Field), found.Row.Cells.GetValueOrDefault(found.Fault.Field) ?? "", Sentence(found.Fault)])]);
        return ListExports.File(table, $"{sheet.Common["Import_faults"].Value}.xlsx");
    }

    public async Task<IActionResult> OnPostAsync(IFormFile? file, CancellationToken ct)
    {
        if (file is null or { Length: 0 })
            return Refuse(new Fault("file", "file-missing"));
        if (file.Length > SheetFile.MostBytes)
            return Refuse(new Fault("file", "file-too-large", $"{SheetFile.MostBytes >> 10}"));
        using var content = new MemoryStream();
        await file.CopyToAsync(content, ct);
        // What can't be read as rows isn't kept.
        if (SheetReader.Read(sheet, content.ToArray()).Fault is { } fault)
            return Refuse(fault);
        var name = PlainText.Cut(System.IO.Path.GetFileName(file.FileName), LongestFileName);
        var id = await waiting.KeepAsync(User.Viewer().Account, sheet.Name, name, content.ToArray(), time.GetUtcNow(), ct);
        return Redirect($"{Path}?import={id}");
    }

    public async Task<IActionResult> OnPostApplyAsync(ImportId import, string? seen, CancellationToken ct)
    {
        if (await waiting.FindAsync(import, User.Viewer().Account, sheet.Name, time.GetUtcNow(), ct) is not { } found)
            return Redirect($"{Path}?said=gone");
        if (!Sha256Digest.TryParse(seen, null, out var fingerprint)
            || await imports.ApplyAsync(sheet, found, fingerprint, Who(import), ct) is not { } done)
            return Redirect($"{Path}?import={import}&said=moved");
        return Redirect($"{Path}?said=done&counts={done.Created}-{done.Changed}-{done.Unchanged}");
    }

    private async Task<SheetReport?> ReadAsync(ImportId import, CancellationToken ct)
    {
        Waiting = await waiting.FindAsync(import, User.Viewer().Account, sheet.Name, time.GetUtcNow(), ct);
        return Report = Waiting is null ? null : await imports.TryAsync(sheet, Waiting.Content, Who(import), ct);
    }

    private Importer Who(ImportId import) => new(HttpContext.By($"import/{import}"), User.CaseViewer());

    private PageResult Refuse(Fault fault)
    {
        Report = new SheetReport([], fault);
        return Page();
    }
}
