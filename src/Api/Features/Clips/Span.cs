using System.Globalization;
using Microsoft.Extensions.Localization;

namespace YaoAn.Api;

/// <summary>A length of time in words: the two largest units that say something, and tenths below ten seconds.</summary>
internal static class Span
{
    public static string Of(IStringLocalizer words, TimeSpan length)
    {
        if (length < TimeSpan.FromSeconds(10))
            return words["Span_s", length.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)];
        // Rounded before it is cut into units: 59.6 s are a minute, not '60 s'.
        length = TimeSpan.FromSeconds(Math.Round(length.TotalSeconds));
        (int Amount, string Unit)[] units = [(length.Days, "Span_d"), (length.Hours, "Span_h"), (length.Minutes, "Span_m"), (length.Seconds, "Span_s")];
        var said = units.SkipWhile(unit => unit.Amount == 0).Take(2).Where(unit => unit.Amount > 0);
        return string.Join(" ", said.Select(unit => words[unit.Unit, unit.Amount].Value));
    }
}
