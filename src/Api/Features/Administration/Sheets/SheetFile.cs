using System.IO.Compression;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Looks at a file from outside before anything reads it as a workbook: what it is, and how large it becomes.</summary>
internal static class SheetFile
{
    public const int MostBytes = 900 << 10;

    private const int MostParts = 200;
    private const long MostUnpackedBytes = 32 << 20;
    private const string Workbook = "xl/workbook.xml";

    private static ReadOnlySpan<byte> ZipMark => "PK\x03\x04"u8;

    private static ReadOnlySpan<byte> OldOfficeMark => [0xD0, 0xCF, 0x11, 0xE0];

    /// <summary>What is wrong with the file; null where it may be read.</summary>
    public static Fault? Look(byte[] content)
    {
        if (content.Length > MostBytes)
            return new Fault("file", "file-too-large", $"{MostBytes >> 10}");
        if (content.AsSpan().StartsWith(OldOfficeMark))
            return new Fault("file", "file-old-excel");
        if (!content.AsSpan().StartsWith(ZipMark))
            return new Fault("file", "file-no-excel");
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content, writable: false), ZipArchiveMode.Read);
            if (zip.Entries.Count > MostParts || !FitsUnpacked(zip))
                return new Fault("file", "file-bomb");
            if (zip.GetEntry(Workbook) is not { } workbook)
                return new Fault("file", "file-no-excel");
            using var reader = new StreamReader(workbook.Open());
            return CountsFrom1904(reader.ReadToEnd()) ? new Fault("file", "dates-1904") : null;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            return new Fault("file", "file-broken");
        }
    }

    /// <summary>Unpacks everything once and counts: what a zip says of its own length is only its word.</summary>
    private static bool FitsUnpacked(ZipArchive zip)
    {
        var left = MostUnpackedBytes;
        var buffer = new byte[64 << 10];
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                left -= read;
                if (left < 0)
                    return false;
            }
        }
        return true;
    }

    private static bool CountsFrom1904(string workbook) =>
        workbook.Contains("date1904=\"1\"", StringComparison.OrdinalIgnoreCase) || workbook.Contains("date1904=\"true\"", StringComparison.OrdinalIgnoreCase);
}
