using System.IO.Compression;
using System.Xml.Linq;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Writes workbooks. Texts are written as text whatever they begin with, so that no cell of ours becomes a formula; days are real dates.
/// </summary>
internal static class SheetWriter
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const string TextFormat = "@", NumberFormat = "0", DayFormat = "yyyy-mm-dd", TimeFormat = "yyyy-mm-dd hh:mm:ss";
    private static readonly XNamespace s_main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>A list: what <see cref="Template"/> takes back. Choices come as codes and leave as words.</summary>
    public static byte[] Export(Sheet sheet, IEnumerable<IReadOnlyDictionary<string, object?>> rows)
    {
        var columns = sheet.Columns.Where(column => !column.IsWish).ToList();
        return Write(
            [(Title(sheet), columns.Select(column => Header(sheet, column)).ToList(), rows.Select(row => (IReadOnlyList<object?>)[.. columns.Select(column => Cell(sheet, column, row.GetValueOrDefault(column.Key)))]))],
            [.. columns.Select(column => Format(Header(sheet, column), column))]);
    }

    /// <summary>An empty sheet with one example row, and a second sheet that says what belongs in each column.</summary>
    public static byte[] Template(Sheet sheet)
    {
        var example = sheet.Columns.Select(column => column == sheet.Key ? Sheet.ExampleKey : Cell(sheet, column, column.Example)).ToList();
        var notes = sheet.Columns.Select(column => (IReadOnlyList<object?>)
        [
            sheet.Words[sheet.HeaderKey(column)].Value,
            sheet.Common[column.Required ? "Sheet_required" : "Sheet_optional"].Value,
            sheet.Words[$"Note_{sheet.Name}_{column.Key}"].Value,
        ]).Append([sheet.Common["Sheet_example"].Value, "", sheet.Common["Sheet_exampleNote"].Value]);
        var written = Write(
            [
                (Title(sheet), sheet.Columns.Select(column => Header(sheet, column)).ToList(), [example]),
                (sheet.Common["Sheet_notes"], [sheet.Common["Sheet_column"], sheet.Common["Sheet_need"], sheet.Common["Sheet_note"]], notes),
            ],
            [
                .. sheet.Columns.Select(column => Format(Header(sheet, column), column)),
                new DynamicExcelColumn(sheet.Common["Sheet_column"]) { Width = 16 },
                new DynamicExcelColumn(sheet.Common["Sheet_need"]) { Width = 10 },
                new DynamicExcelColumn(sheet.Common["Sheet_note"]) { Width = 80 },
            ]);
        return WithColumnFormats(written);
    }

    /// <summary>Any table of texts; a column that has whole numbers is one of numbers, which a sheet reckons with.</summary>
    public static byte[] Table(string title, IReadOnlyList<(string Header, int Width)> columns, IReadOnlyCollection<IReadOnlyList<object?>> rows) => Write(
        [(title, columns.Select(column => column.Header).ToList(), rows)],
        [.. columns.Select((column, at) => new DynamicExcelColumn(column.Header) { Width = column.Width, Format = rows.Any(row => row[at] is long) ? NumberFormat : TextFormat })]);

    private static byte[] Write(
        IReadOnlyList<(string Name, List<string> Headers, IEnumerable<IReadOnlyList<object?>> Rows)> sheets, DynamicExcelColumn[] formats)
    {
        using var stream = new MemoryStream();
        stream.SaveAs(
            sheets.ToDictionary(sheet => sheet.Name, sheet => (object)sheet.Rows
                .Select(row => sheet.Headers.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second))
                // Without a row the headers would be left out.
                .DefaultIfEmpty(sheet.Headers.ToDictionary(header => header, _ => (object?)""))
                .ToList()),
            configuration: new OpenXmlConfiguration { FreezeRowCount = 1, AutoFilter = false, DynamicColumns = formats });
        return stream.ToArray();
    }

    private static string Title(Sheet sheet) => sheet.Words[$"Sheet_{sheet.Name}"];

    private static string Header(Sheet sheet, SheetColumn column) => sheet.Words[sheet.HeaderKey(column)] + (column.Required ? "*" : "");

    private static object? Cell(Sheet sheet, SheetColumn column, object? value) => value switch
    {
        null => null,
        DateOnly day => day.ToDateTime(TimeOnly.MinValue),
        DateTimeOffset time => time.ToOffset(ChinaTime.Offset).DateTime,
        string code when column.Kind == CellKind.Choice => sheet.Words[$"{column.Prefix}_{code}"].Value,
        string text => PlainText.Cut(text, 1000),
        _ => value,
    };

    private static DynamicExcelColumn Format(string header, SheetColumn column)
    {
        var made = new DynamicExcelColumn(header) { Width = column.Width };
        if (column.Kind != CellKind.Number)
            made.Format = column.Kind switch { CellKind.Day => DayFormat, CellKind.Time => TimeFormat, _ => TextFormat };
        return made;
    }

    /// <summary>Gives each column the format of its example cell: what somebody types below it then stays text, with its leading zeros.</summary>
    private static byte[] WithColumnFormats(byte[] workbook)
    {
        using var stream = new MemoryStream();
        stream.Write(workbook);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.GetEntry("xl/worksheets/sheet1.xml")!;
            XDocument sheet;
            using (var content = entry.Open())
                sheet = XDocument.Load(content);
            var examples = sheet.Descendants(s_main + "row").Skip(1).First().Elements(s_main + "c").Select(cell => (string?)cell.Attribute("s")).ToList();
            foreach (var column in sheet.Descendants(s_main + "col"))
                column.SetAttributeValue("style", examples[(int)column.Attribute("min")! - 1]);
            entry.Delete();
            using var made = zip.CreateEntry("xl/worksheets/sheet1.xml").Open();
            sheet.Save(made);
        }
        return stream.ToArray();
    }
}
