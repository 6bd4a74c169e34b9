using System.Globalization;
using System.Text.RegularExpressions;

namespace YaoAn.Ingest;

/// <summary>The time in a file's name: by the camera's clock, and the same instant in UTC.</summary>
internal sealed record NameTime(DateTime Local, DateTimeOffset Utc)
{
    private static readonly string[] s_forms = ["yyyyMMddHHmmss", "yyyyMMddHHmm"];
    private static readonly string[] s_shortYearForms = ["yyMMddHHmmss", "yyMMddHHmm"];

    /// <summary>Reads the groups that profiles use (<c>ts</c>; <c>d</c>, <c>t</c>; <c>y</c>, <c>md</c>, <c>t</c>; <c>y</c> … <c>s</c>; <c>epoch</c>).</summary>
    /// <returns>Null where there is none, or no such date: cameras write month 00 before their clock is set.</returns>
    public static NameTime? Of(Match match, TimeZoneInfo zone)
    {
        if (match.Groups["epoch"] is { Success: true, Value: var epoch })
            return long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? OfEpoch(value, zone) : null;
        string[] groups = match.Groups["mo"].Success ? ["y", "mo", "da", "h", "mi", "s"] : ["ts", "y", "md", "d", "t"];
        var digits = string.Concat(groups.Select(group => match.Groups[group].Value)).Replace("-", "", StringComparison.Ordinal);
        // 201206 + 101112 is a December, 20121206 + 1011 another one: the digits alone don't tell.
        var forms = match.Groups["d"].Length == 6 ? s_shortYearForms : s_forms;
        return DateTime.TryParseExact(digits, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && IsPlausible(local)
            ? new NameTime(local, new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime())
            : null;
    }

    /// <summary>Seconds, milliseconds or microseconds since 1970, told apart by their length.</summary>
    private static NameTime? OfEpoch(long value, TimeZoneInfo zone)
    {
        var seconds = value switch { < 100_000_000_000 => value, < 100_000_000_000_000 => value / 1000, _ => value / 1_000_000 };
        if (seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        var utc = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return IsPlausible(utc.DateTime) ? new NameTime(TimeZoneInfo.ConvertTime(utc, zone).DateTime, utc) : null;
    }

    /// <summary>Any file can have any name: years outside of this are no camera's, and at the ends of the calendar zones overflow.</summary>
    private static bool IsPlausible(DateTime time) => time.Year is >= 1970 and < 2200;
}
