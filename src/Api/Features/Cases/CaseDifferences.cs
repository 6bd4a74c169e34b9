using Microsoft.Extensions.Localization;

namespace YaoAn.Api;

/// <summary>A field of a case that two people left differently.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Theirs">What stands there now.</param>
/// <param name="Mine">What the form has.</param>
internal sealed record CaseDifference(string Label, string Theirs, string Mine);

/// <summary>Two versions of a case side by side, for who was too late.</summary>
internal static class CaseDifferences
{
    public static IReadOnlyList<CaseDifference> Between(CaseInput theirs, CaseInput mine, IStringLocalizer<CaseWords> words)
    {
        var (there, here) = (Lines(theirs, words), Lines(mine, words));
        return
        [
            .. there.Keys.Union(here.Keys).Select(label => new CaseDifference(label, there.GetValueOrDefault(label, ""), here.GetValueOrDefault(label, "")))
                .Where(pair => pair.Theirs != pair.Mine),
        ];
    }

    /// <summary>A case as lines of label and text. An activity that the form doesn't have is no wish to take it out.</summary>
    private static Dictionary<string, string> Lines(CaseInput input, IStringLocalizer<CaseWords> words)
    {
        var lines = new Dictionary<string, string>
        {
            [words["Action"]] = input.Action is { } action ? words[$"Action_{action}"] : "",
            [words["CaseTitle"]] = Clean(input.Title),
            [words["Unit"]] = Clean(input.Unit),
            [words["Officers"]] = CodeList.Text(CodeList.Of(input.Officers)),
            [words["PartiesField"]] = CodeList.Text(input.Parties.Where(party => Clean(party.Name).Length > 0).Select(party => Clean(party.Name))),
            [words["Plates"]] = CodeList.Text(CodeList.Of(input.Plates)).ToUpperInvariant(),
            [words["OpenedOn"]] = Clean(input.OpenedOn),
            [words["ClosedOn"]] = Clean(input.ClosedOn),
        };
        foreach (var (step, day) in input.Steps.Where(step => Clean(step.Value).Length > 0))
            lines[words["StepReached", words[$"Step_{step}"].Value]] = Clean(day);
        foreach (var activity in input.Activities.Where(activity => !activity.IsEmpty))
            lines[activity.Id is null ? words["NewActivity"] : words["ActivityOf", activity.Id]] = Text(activity, words);
        return lines;
    }

    private static string Text(ActivityInput activity, IStringLocalizer<CaseWords> words) => activity.Withdrawn
        ? words["Withdraw1"]
        : string.Join(
            ' ',
            new[]
            {
                activity.Step is { } step ? words[$"Step_{step}"].Value : "", Clean(activity.Title), CodeList.Text(CodeList.Of(activity.Items)),
                CodeList.Text(CodeList.Of(activity.Officers)), Clean(activity.Place), Clean(activity.From).Replace('T', ' '), "–", Clean(activity.Until).Replace('T', ' '),
                activity.Planned ? words["PlannedNotYet"].Value : "",
            }.Where(part => part.Length > 0));

    private static string Clean(string? text) => text?.Trim() ?? "";
}
