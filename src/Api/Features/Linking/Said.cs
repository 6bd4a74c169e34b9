using System.Globalization;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Sentences about links that more than one page says.</summary>
internal static class Said
{
    /// <summary>Name of an item in the language of the page.</summary>
    public static string Name(this LinkTarget target) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? target.NameZh : target.NameEn;

    /// <summary>The day where it isn't the same as of <paramref name="beside"/>, and the time from – until.</summary>
    public static string Period(DateTimeOffset from, DateTimeOffset until, DateTimeOffset? beside)
    {
        var day = beside is { } other && Day(other) == Day(from) ? "" : ChinaTime.Format(from, "MM-dd ");
        return $"{day}{ChinaTime.Format(from, "HH:mm")}–{ChinaTime.Format(until, "HH:mm")}";
    }

    /// <summary>What a link shows of an item, and what would still be missing.</summary>
    public static (string? Good, string? Bad) Of(this IStringLocalizer<LinkingWords> words, LinkForecast forecast)
    {
        string Length(TimeSpan length) => Span.Of(words, length);
        if (forecast.Mode == ItemModes.Key)
            return forecast.Good ? (words["Leaves_keyGood"], null) : (null, words["Leaves_keyBad"]);
        var covered = forecast.Covered.Aggregate(TimeSpan.Zero, (sum, period) => sum + period.Length);
        if (forecast.Good)
            return (words["Leaves_allGood", Length(forecast.Ends - forecast.Begins)], null);
        if (covered == TimeSpan.Zero)
            return (null, words["Leaves_nothing", Length(forecast.Ends - forecast.Begins)]);
        var gaps = forecast.Missing.Select(gap => gap switch
        {
            _ when gap.From == forecast.Begins => words["Leaves_head", Length(gap.Length)].Value,
            _ when gap.Until == forecast.Ends => words["Leaves_tail", Length(gap.Length)],
            _ => words["Leaves_middle", Length(gap.Length), ChinaTime.Format(gap.From, "HH:mm:ss"), ChinaTime.Format(gap.Until, "HH:mm:ss")],
        }).ToList();
        return (words["Leaves_covered", Length(covered)], string.Join(words["Comma"], gaps.Count > 4 ? [.. gaps.Take(3), words["Leaves_more", gaps.Count - 3]] : gaps));
    }

    private static string Day(DateTimeOffset at) => ChinaTime.Format(at, "yyyy-MM-dd");
}
