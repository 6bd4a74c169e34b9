namespace YaoAn.Ingest;

/// <summary>
/// Whether a picture may hold a QR code: rows in which dark and light stand in the ratio 1:1:3:1:1 of its finder patterns (ISO/IEC 18004
/// §6.3.3). It only spares the reader of codes, a process of its own, for the many films that show none; what it lets through wrongly is
/// found out there.
/// </summary>
internal static class FinderPattern
{
    /// <summary>Rows that must show it: one pattern is at least 7 modules high.</summary>
    private const int LeastRows = 4;

    public static bool IsIn(GreyPicture picture)
    {
        var rows = 0;
        for (var y = 0; y < picture.Height; y++)
        {
            if (IsInRow(picture.Pixels.AsSpan(y * picture.Width, picture.Width)) && ++rows >= LeastRows)
                return true;
        }
        return false;
    }

    private static bool IsInRow(ReadOnlySpan<byte> row)
    {
        // Dark is what is darker than its surroundings: a screen in a dim room and a window behind it are in one picture.
        var reach = Math.Max(8, row.Length / 16);
        var sum = 0;
        for (var x = 0; x < Math.Min(reach, row.Length); x++)
            sum += row[x];
        var count = Math.Min(reach, row.Length);
        Span<int> runs = [0, 0, 0, 0, 0];
        var wasDark = false;
        var length = 0;
        for (var x = 0; x < row.Length; x++)
        {
            if (x + reach < row.Length)
            {
                sum += row[x + reach];
                count++;
            }
            if (x - reach >= 0)
            {
                sum -= row[x - reach];
                count--;
            }
            var isDark = row[x] * count < sum - (sum / 12);
            if (isDark == wasDark)
            {
                length++;
                continue;
            }
            runs[1..].CopyTo(runs);
            runs[^1] = length;
            if (wasDark && IsFinder(runs))
                return true;
            (wasDark, length) = (isDark, 1);
        }
        return false;
    }

    /// <summary>Each module may be off by half of one: cameras blur, and bright modules grow.</summary>
    private static bool IsFinder(ReadOnlySpan<int> runs)
    {
        var whole = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
        if (whole < 14 || runs[0] == 0)
            return false;
        var module = whole / 7.0;
        ReadOnlySpan<int> expected = [1, 1, 3, 1, 1];
        for (var i = 0; i < expected.Length; i++)
        {
            if (Math.Abs(runs[i] - (expected[i] * module)) > expected[i] * module * 0.6)
                return false;
        }
        return true;
    }
}
