using System.Globalization;

namespace YaoAn.Api;

/// <summary>Numbers as people read them: decimal units, a space before the unit.</summary>
internal static class Amounts
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>8.4 GB, 512 B: one digit after the point from MB on, none below.</summary>
    public static string Bytes(long bytes)
    {
        double amount = bytes;
        var unit = 0;
        while (amount >= 999.5 && unit < Units.Length - 1)
        {
            amount /= 1000;
            unit++;
        }
        var form = unit >= 2 && amount < 100 ? "0.0" : "0";
        return $"{amount.ToString(form, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>12:34, or 1:02:03 from one hour on.</summary>
    public static string Duration(TimeSpan length) =>
        length.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours}:{length.Minutes:00}:{length.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{length.Minutes:00}:{length.Seconds:00}");
}
