using System.Globalization;
using CsvHelper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;
using EventId = YaoAn.Catalog.EventId;

namespace YaoAn.Api;

/// <summary>The markers of a clip as the table that lets a recording stand for a written record: on paper, as a workbook, as text. Whoever takes it along leaves an event.</summary>
[Authorize(Policy = nameof(Right.SeeClips))]
internal sealed class MarkersModel(
    ClipTable clips, MarkerTable markers, LinkTable links, FilingTable filings, CustodyTable custody, IStringLocalizer<LinkingWords> words, TimeProvider time) : PageModel
{
    public ClipRow Clip { get; private set; } = null!;

    public IReadOnlyList<MarkerRow> Rows { get; private set; } = [];

    public IReadOnlyList<LinkRow> Links { get; private set; } = [];

    public IReadOnlyList<string> Officers { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public Task<IActionResult> OnGetAsync(string id, CancellationToken ct) => AfterAsync(id, () => Task.FromResult<IActionResult>(Page()), ct);

    public Task<IActionResult> OnGetSheetAsync(string id, CancellationToken ct) => AfterAsync(
        id,
        async () =>
        {
            await TellAsync("xlsx", ct);
            return ListExports.File(
                SheetWriter.Table(words["MarkerTable"], [.. Headers.Zip(Widths, (header, width) => (header, width))], [.. Rows.Select(IReadOnlyList<object?> (row, at) => [.. Cells(row, at)])]),
                Name("xlsx"));
        },
        ct);

    public Task<IActionResult> OnGetCsvAsync(string id, CancellationToken ct) => AfterAsync(
        id,
        async () =>
        {
            await TellAsync("csv", ct);
            using var file = new MemoryStream();
            // The mark tells a spreadsheet program that it is UTF-8; no cell of ours becomes a formula.
            await using (var csv = CsvWriter.Create(file, new CsvWriterOptions { WriteByteOrderMark = true, HasHeader = false, Injection = CsvInjection.Escape }, leaveOpen: true))
            {
                foreach (var line in Rows.Select(Cells).Prepend(Headers))
                    csv.WriteRecord([.. line]);
            }
            return new FileContentResult(file.ToArray(), "text/csv; charset=utf-8") { FileDownloadName = Name("csv") };
        },
        ct);

    /// <summary>True time of a place in the clip where the clock is known, else the recorder's; null where nothing tells it.</summary>
    public DateTimeOffset? TimeOf(long ms) => (Clip.CorrectedFrom ?? Clip.RecordedFrom)?.AddMilliseconds(ms);

    private static readonly int[] Widths = [6, 20, 12, 12, 12, 60, 18, 20];

    private IReadOnlyList<string> Headers =>
        [words["Column_no"], words[Clip.CorrectedFrom is null ? "Column_deviceTime" : "Column_time"], words["Column_place"], words["Column_length"], words["Column_kind"], words["Column_note"], words["Column_by"], words["Column_at"]];

    private IReadOnlyList<string> Cells(MarkerRow row, int at) =>
    [
        (at + 1).ToString(CultureInfo.InvariantCulture),
        TimeOf(row.FromMs) is { } from ? ChinaTime.Second(from) : "",
        Amounts.Duration(TimeSpan.FromMilliseconds(row.FromMs)),
        row.ToMs is { } to ? Amounts.Duration(TimeSpan.FromMilliseconds(to - row.FromMs)) : "",
        words[$"Marker_{row.Kind}"],
        row.Note ?? "",
        row.Account,
        ChinaTime.Second(row.At),
    ];

    private string Name(string ending) => $"{words["MarkerTable"].Value}-{Path.GetFileNameWithoutExtension(Clip.DisplayName)}.{ending}";

    private async Task<IActionResult> AfterAsync(string id, Func<Task<IActionResult>> answer, CancellationToken ct)
    {
        var viewer = User.Viewer();
        if (!ClipId.TryParse(id, null, out var clip) || await clips.FindAsync(viewer, clip, ct) is not { } found)
            return NotFound();
        (Clip, Now) = (found, time.GetUtcNow());
        Rows = await markers.OfClipAsync(clip, ct);
        Links = [.. (await links.OfClipAsync(viewer, clip, ct)).Where(link => link.State == LinkStates.Confirmed)];
        Officers = (await filings.OfClipsAsync(viewer, [clip], ct))[clip].Officers;
        return await answer();
    }

    private Task<bool> TellAsync(string form, CancellationToken ct)
    {
        var id = EventId.New(Now);
        return custody.AppendAsync(
            new CustodyEvent
            {
                Id = id,
                At = Now,
                Kind = CustodyKinds.ListExported,
                Actor = User.Viewer().Actor,
                Clip = Clip.ClipId,
                Once = $"list.exported/{id}",
                Facts = [new("list", "markers"), new("form", form), new("rows", Rows.Count)],
            },
            ct);
    }
}
