using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// A case: what is proven of it, what is suggested and what is missing, step by step, and the buttons that mend it. What a person decides here names the version that
/// he saw; a newer one is told and never overwritten.
/// </summary>
[Authorize(Policy = nameof(Right.SeeCases))]
internal sealed class CaseModel(
    CaseReader reader, LinkTable links, WaiverTable waivers, CaseSaveTable saves, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Number { get; set; } = "";

    /// <summary>What became of the last deed: <c>saved</c>, <c>confirmed</c>, <c>rejected</c>, <c>asked</c>, <c>decided</c>, <c>moved</c>, <c>undone</c> or <c>conflict</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Said { get; set; }

    /// <summary>Links that were just decided, as <c>id_version</c>, for undo.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Undo { get; set; }

    public WholeCase Whole { get; private set; } = null!;

    /// <summary>Why the last deed was refused.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public bool MayLink => User.Has(Right.LinkClips);

    public bool MayEdit => User.Has(Right.EditCases);

    public bool MayReview => User.Has(Right.ReviewCases);

    public AccountId Me => User.CaseViewer().Account;

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await ReadAsync(ct) ? Page() : NotFound();

    /// <summary>Confirms suggestions, in the order of their ids and versions.</summary>
    public Task<IActionResult> OnPostConfirmAsync(Guid[] link, int[] version, CancellationToken ct) =>
        DecideAsync(link, version, "confirmed", (id, known, by) => links.ConfirmAsync(id, known, null, User.CaseViewer(), by, ct), ct);

    public Task<IActionResult> OnPostRejectAsync(Guid[] link, int[] version, CancellationToken ct) =>
        DecideAsync(link, version, "rejected", (id, known, by) => links.RejectAsync(id, known, null, User.CaseViewer(), by, ct), ct);

    public Task<IActionResult> OnPostUndoAsync(Guid[] link, int[] version, CancellationToken ct) =>
        DecideAsync(link, version, "undone", (id, known, by) => links.UndoAsync(id, known, User.CaseViewer(), by, ct), ct);

    /// <param name="place"><c>ACTIVITY|ITEM</c>, without an activity where that is missing.</param>
    /// <param name="kind">One of <see cref="WaiverKinds"/>.</param>
    /// <param name="reason">Why.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IActionResult> OnPostWaiveAsync(string? place, string? kind, string? reason, CancellationToken ct)
    {
        if (!MayEdit)
            return Forbid();
        var at = (place ?? "").LastIndexOf('|');
        var draft = new WaiverDraft { Case = Number, Activity = at > 0 ? place![..at] : null, Item = place?[(at + 1)..], Kind = kind, Reason = reason };
        return await EndAsync((await waivers.AskAsync(draft, User.CaseViewer(), HttpContext.By("page"), ct)).Result, "asked", ct);
    }

    public async Task<IActionResult> OnPostWaiverAsync(WaiverId waiver, int version, string? decision, string? note, CancellationToken ct)
    {
        var (viewer, by) = (User.CaseViewer(), HttpContext.By("page"));
        if (decision is not "withdraw" && !MayReview)
            return Forbid();
        var decided = decision is "withdraw"
            ? await waivers.WithdrawAsync(waiver, note, version, viewer, MayReview, by, ct)
            : await waivers.DecideAsync(waiver, decision == "approve", note, version, viewer, by, ct);
        return await EndAsync(decided.Result, "decided", ct);
    }

    public async Task<IActionResult> OnPostStateAsync(string? state, int version, string? note, CancellationToken ct)
    {
        if (!MayEdit || (state != CaseStates.Submitted && !MayReview))
            return Forbid();
        return await EndAsync(await saves.MoveAsync(Number, state ?? "", note, version, User.CaseViewer(), HttpContext.By("page"), ct), "moved", ct);
    }

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        if (await reader.FindAsync(User.CaseViewer(), Number, ct) is not { } whole)
            return false;
        Whole = whole;
        return true;
    }

    private async Task<IActionResult> DecideAsync(
        Guid[] link, int[] version, string said, Func<LinkId, int, ChangeBy, Task<LinkResult>> decide, CancellationToken ct)
    {
        if (!MayLink)
            return Forbid();
        var by = HttpContext.By("page");
        var done = new List<string>();
        var refused = new List<Fault>();
        foreach (var (id, known) in link.Zip(version))
        {
            var result = await decide(new LinkId(id), known, by);
            if (result.Outcome == LinkingOutcome.Conflict || result.Outcome == LinkingOutcome.NotFound)
                said = "conflict";
            refused.AddRange(result.Faults);
            if (result is { Outcome: LinkingOutcome.Done, Link: { } now })
                done.Add($"{now.LinkId}_{now.Version}");
        }
        if (refused.Count == 0)
            return RedirectToPage(new { Number, said, undo = said is "confirmed" or "rejected" ? string.Join(',', done) : null });
        Faults = [.. refused.Select(faultWords.Sentence).Distinct()];
        return await ReadAsync(ct) ? Page() : NotFound();
    }

    private async Task<IActionResult> EndAsync(SaveResult result, string said, CancellationToken ct)
    {
        if (result.Outcome == SaveOutcome.Stale)
            return RedirectToPage(new { Number, said = "conflict" });
        if (result.Faults.Count == 0)
            return RedirectToPage(new { Number, said });
        Faults = [.. result.Faults.Select(faultWords.Sentence)];
        return await ReadAsync(ct) ? Page() : NotFound();
    }
}
