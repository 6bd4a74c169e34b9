using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Reads one cell as what its column holds. Nothing is guessed: what can be read in two ways is a fault with what to do.</summary>
internal static class SheetCell
{
    private const int LongestShown = 200;

    private static readonly string[] s_dayForms =
        ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日", "yyyyMMdd", "yyyy-M-d H:mm:ss", "yyyy/M/d H:mm:ss", "yyyy-M-d H:mm", "yyyy/M/d H:mm"];

    private static readonly string[] s_timeForms =
        ["yyyy-M-d H:mm", "yyyy-M-d H:mm:ss", "yyyy/M/d H:mm", "yyyy/M/d H:mm:ss", "yyyy年M月d日 H:mm", "yyyy年M月d日H时m分"];

    /// <summary>The cell as a person sees it.</summary>
    public static string Shown(object? value) => value switch
    {
        null => "",
        DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        double number => number.ToString("0.###############", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => PlainText.Cut(value.ToString() ?? "", 10_000).Trim(),
    };

    public static void Read(Sheet sheet, SheetColumn column, object? value, SheetRow row)
    {
        var shown = Shown(value);
        row.Cells[column.Key] = PlainText.Cut(shown, LongestShown);
        if (shown.Length == 0)
        {
            row.Set(column.Key, null);
            return;
        }
        object? read = column.Kind switch
        {
            CellKind.Text => shown,
            CellKind.Code => value is string ? shown : null,
            CellKind.Day => Day(value, shown),
            CellKind.Time => Time(value, shown),
            CellKind.Number => int.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            CellKind.Choice => Choice(sheet, column, shown),
        };
        row.Set(column.Key, read);
        if (read is null)
            row.Faults.Add(FaultOf(sheet, column, shown));
    }

    private static Fault FaultOf(Sheet sheet, SheetColumn column, string shown) => column.Kind switch
    {
        CellKind.Text or CellKind.Code => new Fault(column.Key, "number-not-text"),
        CellKind.Day => new Fault(column.Key, "not-a-date"),
        CellKind.Time => new Fault(column.Key, "not-a-time"),
        CellKind.Number => new Fault(column.Key, "not-a-number"),
        CellKind.Choice => new Fault(column.Key, "unknown-word", PlainText.Cut(shown, 40), string.Join('、', column.Choices!.Select(code => sheet.Words[$"{column.Prefix}_{code}"].Value))),
    };

    /// <summary>20260301 may come as a number too. Any other bare number is a date that lost its format, or none.</summary>
    private static DateOnly? Day(object? value, string shown) => value is DateTime time
        ? DateOnly.FromDateTime(time)
        : DateTime.TryParseExact(shown, s_dayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? DateOnly.FromDateTime(day) : null;

    /// <summary>Excel counts days in fractions, so that a whole second comes a little off.</summary>
    private static DateTimeOffset? Time(object? value, string shown)
    {
        if (value is not DateTime time)
        {
            if (!DateTime.TryParseExact(shown, s_timeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
                return null;
        }
        else if (time.TimeOfDay == TimeSpan.Zero)
        {
            // A day without a time: nobody means midnight.
            return null;
        }
        return new DateTimeOffset(new DateTime((time.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond), ChinaTime.Offset);
    }

    private static string? Choice(Sheet sheet, SheetColumn column, string shown) => column.Choices!.FirstOrDefault(code =>
        string.Equals(code, shown, StringComparison.OrdinalIgnoreCase)
        || sheet.Words.InAllLanguages($"{column.Prefix}_{code}").Contains(shown, StringComparer.OrdinalIgnoreCase));
}
