using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The page that each role begins with: what waits for this person. An officer sees his own recorders and recordings; the others the counts of
/// what they may open. Pictures of what waits to be linked are shown under a viewing.
/// </summary>
[Authorize(Policy = Rights.SignedIn)]
internal sealed class TodayModel(MyDays days, OverdueLists lists, AttributionTable attributions, TaskTable tasks, VerificationTable verifications, CaseTable cases, WaiverTable waivers,
    Diagnosis diagnosis, TimeProvider time)
    : PageModel
{
    /// <summary>The officer's own part; null for who is none.</summary>
    public MyDay? Mine { get; private set; }

    /// <summary>The role says officer, and no officer is connected with the account.</summary>
    public bool IsUnconnected { get; private set; }

    public OverdueCounts? Overdue { get; private set; }

    /// <summary>What waits on pages that this person may open, each with its address.</summary>
    public IReadOnlyList<WaitingWork> Work { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        if (User.Officer() is { } officer)
            Mine = await days.ReadAsync(officer, ct);
        if (Mine is not null)
            Mine = await days.WithInboxAsync(Mine, HttpContext, ct);
        IsUnconnected = Mine is null && User.IsInRole(AccountRoles.Officer);
        var (overdue, work) = (User.Has(Right.SeeOverdue) ? lists.CountsAsync(User.Overdue(null), ct) : null, Task.WhenAll(Waiting(ct)));
        Overdue = overdue is null ? null : await overdue;
        Work = await work;
    }

    /// <summary>The counts, begun all at once: none waits for another.</summary>
    private List<Task<WaitingWork>> Waiting(CancellationToken ct)
    {
        var work = new List<Task<WaitingWork>>();
        if (User.Has(Right.ManageRecorders))
        {
            work.Add(Of("Unattributed", async () => (await attributions.CountsAsync(ct)).Values.Sum(), "/unattributed", "warn", "user-check"));
            work.Add(Of("SecondPerson", async () => (await attributions.WaitingAsync(ct)).Count, "/unattributed", "run", "users"));
        }
        if (User.Has(Right.EditCases) && Mine is null)
            work.Add(LackingAsync(ct));
        if (User.Has(Right.ReviewCases))
            work.Add(Of("Waivers", () => waivers.CountWaitingAsync(User.CaseViewer(), ct), "/waivers", "run", "file-text"));
        if (User.Has(Right.SeeClips) && Mine is null)
            work.Add(Of("Tasks", async () => (await tasks.ListAsync(User.Viewer(), Now, 1, ct)).Count, "/tasks", "warn", "list-check"));
        if (User.Has(Right.Verify) && Mine is null)
            work.Add(Of("Failures", async () => (await verifications.FailuresAsync(User.Viewer(), 1, ct)).Count, "/verify", "bad", "shield-x"));
        if (User.Has(Right.SeeHealth))
            work.Add(Of("Health", async () => (await diagnosis.LookAsync(ct)).All.Count(finding => finding.Level != Level.Ok), "/health", "bad", "activity-heartbeat"));
        return work;
    }

    private static async Task<WaitingWork> Of(string word, Func<Task<long>> count, string href, string look, string icon) => new(word, await count(), href, look, icon);

    /// <summary>Cases of one's units on which work goes on and that lack something.</summary>
    private async Task<WaitingWork> LackingAsync(CancellationToken ct)
    {
        var lacking = new CaseFilter { States = CaseStates.Working, Lacking = true };
        var (count, most) = ((await cases.ListAsync(User.CaseViewer(), lacking, null, null, 1, ct)).Count, CaseTable.MostCounted(lacking));
        return new("Lacking", Math.Min(count, most), "/cases?lacking=1", "bad", "circle-x", IsMore: count > most);
    }
}

/// <summary>Something that waits.</summary>
/// <param name="Word">Key of <see cref="TodayWords"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Href">Where it is done.</param>
/// <param name="Look">Colour where there is any.</param>
/// <param name="Icon">Icon.</param>
/// <param name="IsMore">There are more; they weren't counted any further.</param>
internal sealed record WaitingWork(string Word, long Count, string Href, string Look, string Icon, bool IsMore = false)
{
    public string Said => IsMore ? $"{Amounts.Count(Count)}+" : Amounts.Count(Count);
}
