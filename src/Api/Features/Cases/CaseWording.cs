using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Words of cases, in Resources/CaseWords.resx.</summary>
internal sealed class CaseWords;

/// <summary>A verdict as colour, icon and word.</summary>
internal sealed record Verdict(string Look, string Icon, string Text);

/// <summary>What coverage says, in the words that screen and paper share.</summary>
internal static class CaseWording
{
    /// <summary>The answer in one sentence.</summary>
    public static string Sentence(this IStringLocalizer<CaseWords> words, CaseCoverage sums)
    {
        if (sums.Required == 0)
            return words["NothingRequired"];
        if (sums.Lacking == 0)
            return sums.Waived == 0 ? words["AllCovered", sums.Required] : words["AllSettled", sums.Satisfied, sums.Waived];
        return words["StillLacks", sums.Lacking]
            + (sums.MissingMs > 0 ? words["LacksTime", Span.Of(words, TimeSpan.FromMilliseconds(sums.MissingMs))] : "")
            + (sums.Suggested > 0 ? words["LacksConfirming", sums.Suggested] : "")
            + words["SentenceEnd"];
    }

    public static Verdict Verdict(this IStringLocalizer<CaseWords> words, CaseLine line) => line.Row.State switch
    {
        CoverageStates.Satisfied => new("ok", "circle-check", words["State_satisfied"]),
        CoverageStates.Waived => new("subs", "file-text", words[$"Waived_{line.Waiver?.Kind ?? WaiverKinds.Text}"]),
        CoverageStates.OnlySuggested => new("run", "sparkles", words["State_only-suggested", line.Suggested.Count]),
        CoverageStates.WrongMethod => new("bad", "circle-x", words["State_wrong-method"]),
        CoverageStates.ActivityMissing => new("bad", "calendar-due", words["State_activity-missing"]),
        CoverageStates.NotOccurred => new("none", "clock", words["State_not-occurred"]),
        _ when line.Row.MissingMs > 0 && line.Confirmed.Count > 0 => new("bad", "circle-x", words["LacksSpan", Span.Of(words, TimeSpan.FromMilliseconds(line.Row.MissingMs))]),
        _ => new("bad", "circle-x", words["NoRecord"]),
    };

    /// <summary>Mode and methods: 全过程 · 录像和照片.</summary>
    public static string Demand(this IStringLocalizer<CaseWords> words, ChecklistItem item) => words["Demand", words[$"Mode_{item.Mode}"], words.Methods(item.Methods!)];

    /// <summary>A method expression in words.</summary>
    public static string Methods(this IStringLocalizer<CaseWords> words, string expression) => string.Join(
        words["Or"],
        MethodExpression.TryParse(expression)!.Alternatives.Select(alternative => string.Join(
            words["AndMethod"],
            Enum.GetValues<Methods>().Where(method => method != Catalog.Methods.None && alternative.HasFlag(method)).Select(method => words[$"Method_{method}"].Value))));

    /// <summary>What a time bar says to who doesn't see it.</summary>
    public static string Spoken(this IStringLocalizer<CaseWords> words, CaseLine line) => words[
        "Spoken",
        line.Name,
        ChinaTime.Format(line.Row.Begins!.Value, "HH:mm"),
        ChinaTime.Format(line.Row.Ends!.Value, "HH:mm"),
        words.Verdict(line).Text,
        string.Join(words["List"], line.Row.Missing.Select(gap => words["Gap", ChinaTime.Format(gap.From, "HH:mm:ss"), ChinaTime.Format(gap.Until, "HH:mm:ss")].Value))];
}
