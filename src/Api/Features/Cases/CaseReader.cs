using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>An item of an activity with all that a person needs to judge it.</summary>
/// <param name="Row">What coverage says.</param>
/// <param name="Item">The item as the case's checklist has it.</param>
/// <param name="Activity">Its activity; null where that is missing or didn't occur.</param>
/// <param name="Links">Its links in the order of what they show, rejected ones left out.</param>
/// <param name="Waiver">The waiver that waits or stands.</param>
internal sealed record CaseLine(CoverageRow Row, ChecklistItem Item, ActivityRow? Activity, IReadOnlyList<LinkRow> Links, WaiverRow? Waiver)
{
    public bool IsLacking => CoverageStates.IsLacking(Row.State);

    public bool IsFull => Row.Mode == ItemModes.Full;

    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? Item.NameZh! : Item.NameEn!;

    public IReadOnlyList<LinkRow> Confirmed => [.. Links.Where(link => link.State == LinkStates.Confirmed)];

    public IReadOnlyList<LinkRow> Suggested => [.. Links.Where(link => link.State == LinkStates.Suggested)];

    /// <summary>Address of the first clip that shows an instant, at that second; null where none does.</summary>
    public string? PathAt(DateTimeOffset at) =>
        Links.FirstOrDefault(link => link.Starts <= at && (link.Ends is null || link.Ends > at)) is { Starts: { } starts } link
            ? PathOf(link, at - starts)
            : null;

    /// <summary>Address of a link's clip where it begins to show the activity.</summary>
    public string PathOf(LinkRow link) => PathOf(link, Activity is { } activity && link.Starts < activity.Begins ? activity.Begins - link.Starts.Value : TimeSpan.Zero);

    private static string PathOf(LinkRow link, TimeSpan after) =>
        $"/clips/{link.ClipId}?t={((link.PartFromMs ?? 0) + (long)after.TotalMilliseconds) / 1000}";
}

/// <summary>A step of a case with its lines.</summary>
internal sealed record CaseStepLines(string Step, DateOnly? ReachedOn, StepCoverage? Sums, IReadOnlyList<CaseLine> Lines);

/// <summary>A case as its page, its print and its sheet show it: one reading, so that the numbers are the same everywhere.</summary>
internal sealed record WholeCase(
    CaseRow Case, CaseCoverage Sums, IReadOnlyList<CaseStepLines> Steps, IReadOnlyList<CaseLine> NotOccurred, IReadOnlyList<LinkRow> Links, IReadOnlyList<WaiverRow> Waivers,
    UnitPolicyRow? Policy)
{
    public IEnumerable<CaseLine> Lines => Steps.SelectMany(step => step.Lines);
}

/// <summary>Reads a case for somebody who may know of it.</summary>
internal sealed class CaseReader(
    CaseTable cases, ActivityTable activities, CoverageTable coverage, LinkTable links, WaiverTable waivers, ChecklistTable checklists, UnitPolicyTable policies)
{
    /// <returns>Null where there is no such case to this viewer.</returns>
    public async Task<WholeCase?> FindAsync(Viewer viewer, string number, CancellationToken ct)
    {
        if (await cases.FindAsync(viewer, number, ct) is not { } row)
            return null;
        var rows = await coverage.OfCaseAsync(row.CaseId, ct);
        var sums = (await coverage.SumsAsync([row.CaseId], ct))[row.CaseId];
        var reached = (await cases.StepsAsync(row.CaseId, ct)).ToDictionary(step => step.Step, step => step.ReachedOn);
        var items = (await checklists.ItemsAsync(row.ChecklistId, ct)).ToDictionary(item => item.Code!, StringComparer.Ordinal);
        var happened = (await activities.OfCaseAsync(row.CaseId, ct)).ToDictionary(activity => activity.ActivityId);
        var linked = await links.OfCaseAsync(row.CaseId, ct);
        var asked = await waivers.OfCaseAsync(row.CaseId, ct);
        var lines = rows.Select(one => new CaseLine(
            one,
            items[one.Item],
            one.ActivityId is { } id ? happened[id] : null,
            [.. linked.Where(link => link.ActivityId == one.ActivityId && link.Item == one.Item)],
            asked.FirstOrDefault(waiver => waiver.ActivityId == one.ActivityId && waiver.Item == one.Item && waiver.State is WaiverStates.Waiting or WaiverStates.Approved))).ToList();
        bool Folded(CaseLine line) => line.Row is { State: CoverageStates.NotOccurred, ActivityId: null };
        return new WholeCase(
            row,
            sums,
            [.. CaseSteps.All.Select(step => new CaseStepLines(
                step,
                reached.TryGetValue(step, out var day) ? day : null,
                sums.Steps.FirstOrDefault(one => one.Step == step),
                [.. lines.Where(line => line.Row.Step == step && !Folded(line))]))],
            [.. lines.Where(Folded)],
            linked,
            asked,
            await policies.FindAsync(row.Unit, ct));
    }
}
