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
        var by = http.By("page");
        var id = EventId.New(by.Now);
        await custody.AppendAsync(
            new CustodyEvent
            {
                Id = id,
                At = by.Now,
                Kind = CustodyKinds.ListExported,
                Actor = by.Actor,
                Once = $"list.exported/{id}",
                Facts = [new("list", sheet.Name), new("filter", PlainText.Cut(http.Request.QueryString.Value ?? "", 1000)), new("rows", rows.Count)],
            },
            ct);
        return File(SheetWriter.Export(sheet, rows), $"{sheet.Words[$"Sheet_{sheet.Name}"].Value}-{ChinaTime.Format(time.GetUtcNow(), "yyyyMMdd-HHmm")}.xlsx");
    }

    public static FileContentResult File(byte[] content, string name) => new(content, SheetWriter.ContentType) { FileDownloadName = name };
}
