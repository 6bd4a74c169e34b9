using Microsoft.AspNetCore.Mvc;
using YaoAn.Catalog;
using EventId = YaoAn.Catalog.EventId;

namespace YaoAn.Api;

/// <summary>Hands out a list as a file, with its custody event first: who took along what.</summary>
internal sealed class ListExports(CustodyTable custody, TimeProvider time)
{
    public const int MostRows = 20_000;

    public async Task<FileContentResult> ExportAsync(
        HttpContext http, Sheet sheet, IReadOnlyCollection<IReadOnlyDictionary<string, object?>> rows, CancellationToken ct)
    {
        await TellAsync(http, sheet.Name, rows.Count, ct);
        return File(SheetWriter.Export(sheet, rows), NameOf(sheet.Words[$"Sheet_{sheet.Name}"]));
    }

    /// <summary>A list that no import takes back.</summary>
    public async Task<FileContentResult> ExportAsync(
        HttpContext http, string list, string title, IReadOnlyList<(string Header, int Width)> columns, IReadOnlyCollection<IReadOnlyList<object?>> rows, CancellationToken ct)
    {
        await TellAsync(http, list, rows.Count, ct);
        return File(SheetWriter.Table(title, columns, rows), NameOf(title));
    }

    private Task<bool> TellAsync(HttpContext http, string list, int rows, CancellationToken ct)
    {
        var by = http.By("page");
        var id = EventId.New(by.Now);
        return custody.AppendAsync(
            new CustodyEvent
            {
                Id = id,
                At = by.Now,
                Kind = CustodyKinds.ListExported,
                Actor = by.Actor,
                Once = $"list.exported/{id}",
                Facts = [new("list", list), new("filter", PlainText.Cut(http.Request.QueryString.Value ?? "", 1000)), new("rows", rows)],
            },
            ct);
    }

    private string NameOf(string title) => $"{title}-{ChinaTime.Format(time.GetUtcNow(), "yyyyMMdd-HHmm")}.xlsx";

    public static FileContentResult File(byte[] content, string name) => new(content, SheetWriter.ContentType) { FileDownloadName = name };
}
