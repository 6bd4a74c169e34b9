using System.Globalization;

namespace YaoAn.Api;

/// <summary>Times as people read them: UTC+8, one fixed form whatever the language or the server's zone.</summary>
internal static class ChinaTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static string Minute(DateTimeOffset at) => Format(at, "yyyy-MM-dd HH:mm");

    public static string Second(DateTimeOffset at) => Format(at, "yyyy-MM-dd HH:mm:ss");

    /// <summary>To the second, without the year where it is the present one: for cards that have little room.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now) =>
        Format(at, at.ToOffset(Offset).Year == now.ToOffset(Offset).Year ? "MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss");

    /// <summary>What follows a start that is written to the second: its end, with the day where that is another one; nothing where it has none of its own, as a photo.</summary>
    public static string Until(DateTimeOffset from, DateTimeOffset? until) => until is not { } end || Second(end) == Second(from)
        ? ""
        : " – " + Format(end, end.ToOffset(Offset).Date == from.ToOffset(Offset).Date ? "HH:mm:ss" : "MM-dd HH:mm:ss");

    public static string Format(DateTimeOffset at, string form) => at.ToOffset(Offset).ToString(form, CultureInfo.InvariantCulture);

    /// <summary>The first instant of a day in UTC+8.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);
}
