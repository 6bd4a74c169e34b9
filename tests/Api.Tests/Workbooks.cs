using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using MiniExcelLibs;
using Xunit;

namespace YaoAn.Api.Tests;

/// <summary>Workbooks as people make them, and what ours hold.</summary>
internal static class Workbooks
{
    /// <summary>A workbook of one sheet.</summary>
    public static byte[] Of(IReadOnlyList<string> headers, params IReadOnlyList<object?[]> rows)
    {
        using var stream = new MemoryStream();
        stream.SaveAs(rows.Select(row => headers.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)).ToList());
        return stream.ToArray();
    }

    /// <summary>The cells of a sheet, its headers first. Whatever Excel would refuse fails here.</summary>
    public static List<List<object?>> Read(byte[] workbook, string? sheet = null)
    {
        using (var document = SpreadsheetDocument.Open(new MemoryStream(workbook), isEditable: false))
            Assert.Empty(new OpenXmlValidator().Validate(document).Select(error => error.Description));
        using var stream = new MemoryStream(workbook);
        return [.. stream.Query(useHeaderRow: false, sheetName: sheet).Cast<IDictionary<string, object?>>().Select(row => row.Values.ToList())];
    }
}
