using System.Xml;
using MiniExcelLibs;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a file held.</summary>
/// <param name="Rows">Its rows, without empty ones and without the example.</param>
/// <param name="Fault">Why none could be read; null where they were.</param>
internal sealed record SheetContent(IReadOnlyList<SheetRow> Rows, Fault? Fault);

/// <summary>Reads the first sheet of a workbook as rows of a <see cref="Sheet"/>.</summary>
internal static class SheetReader
{
    public const int MostRows = 2000;

    public static SheetContent Read(Sheet sheet, byte[] content)
    {
        if (SheetFile.Look(content) is { } fault)
            return new SheetContent([], fault);
        try
        {
            using var stream = new MemoryStream(content, writable: false);
            return Read(sheet, stream.Query(useHeaderRow: false, excelType: ExcelType.XLSX).Cast<IDictionary<string, object?>>());
        }
        // A workbook that doesn't keep to its own format makes its reader fail in many ways; none of them is ours.
        catch (Exception e) when (e is XmlException or InvalidDataException or FormatException or KeyNotFoundException or ArgumentException
            or InvalidOperationException or NullReferenceException or IndexOutOfRangeException or OverflowException or NotSupportedException)
        {
            return new SheetContent([], new Fault("file", "file-broken"));
        }
    }

    private static SheetContent Read(Sheet sheet, IEnumerable<IDictionary<string, object?>> lines)
    {
        Dictionary<string, SheetColumn>? columns = null;
        var rows = new List<SheetRow>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (number > MostRows + 2)
                return new SheetContent([], new Fault("file", "too-many-rows", $"{MostRows}"));
            if (columns is null)
            {
                (columns, var fault) = Columns(sheet, line);
                if (fault is not null)
                    return new SheetContent([], fault);
                continue;
            }
            if (columns.Keys.All(letter => SheetCell.Shown(line.TryGetValue(letter, out var value) ? value : null).Length == 0))
                continue;
            var row = new SheetRow(number);
            foreach (var (letter, column) in columns)
                SheetCell.Read(sheet, column, line.TryGetValue(letter, out var value) ? value : null, row);
            if (row.Cells[sheet.Key.Key] != Sheet.ExampleKey)
                rows.Add(row);
        }
        return rows.Count == 0 ? new SheetContent([], new Fault("file", "no-rows")) : new SheetContent(rows, null);
    }

    /// <summary>Which letter holds which column: in any order, by their words in any language.</summary>
    private static (Dictionary<string, SheetColumn> Columns, Fault? Fault) Columns(Sheet sheet, IDictionary<string, object?> headers)
    {
        var known = new Dictionary<string, SheetColumn>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in sheet.Columns)
        {
            foreach (var word in sheet.Words.InAllLanguages(sheet.HeaderKey(column)))
                known.TryAdd(word, column);
        }
        var found = new Dictionary<string, SheetColumn>();
        var strange = new List<string>();
        foreach (var (letter, value) in headers)
        {
            var word = SheetCell.Shown(value).TrimEnd('*').Trim();
            if (word.Length == 0)
                continue;
            if (!known.TryGetValue(word, out var column))
                strange.Add(PlainText.Cut(word, 40));
            else if (found.ContainsValue(column))
                return (found, new Fault("file", "header-twice", word));
            else
                found[letter] = column;
        }
        var missing = sheet.Columns.Where(column => column.Required && !found.ContainsValue(column)).Select(column => sheet.Words[sheet.HeaderKey(column)].Value).ToList();
        return (found, missing.Count > 0 ? new Fault("file", "header-missing", string.Join('、', missing))
            : strange.Count > 0 ? new Fault("file", "header-unknown", string.Join('、', strange.Take(10)))
            : null);
    }
}
