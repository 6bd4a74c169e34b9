using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Enters a case by hand, or changes one. Who saves names the version that he saw: where somebody was faster, nothing is saved and both versions are shown.
/// </summary>
[Authorize(Policy = nameof(Right.EditCases)), RequestFormLimits(ValueCountLimit = 4096)]
internal sealed class CaseFormModel(
    CaseTable cases, CaseSaveTable saves, ActivityTable activities, ChecklistTable checklists, UnitTable units, OfficerTable officers, MyDayTable days,
    IStringLocalizer<FaultWords> faultWords, IStringLocalizer<CaseWords> words, TimeProvider time) : EditModel(faultWords)
{
    private const int MostOffered = 200;

    [BindProperty(SupportsGet = true)]
    public string? Number { get; set; }

    [BindProperty]
    public CaseInput Input { get; set; } = new();

    /// <summary>Fields in which somebody who was faster left something else.</summary>
    public IReadOnlyList<CaseDifference> Differences { get; private set; } = [];

    /// <summary>Units that the case may be given to.</summary>
    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    /// <summary>Items of the case's checklist.</summary>
    public IReadOnlyList<ChecklistItem> Items { get; private set; } = [];

    /// <summary>Colleagues, to choose from.</summary>
    public IReadOnlyList<OfficerRow> Officers { get; private set; } = [];

    public int Checklist { get; private set; }

    /// <summary>What was just added and is to be filled in next: <c>party</c>, <c>activity</c>, or nothing.</summary>
    public string? Added { get; private set; }

    public string Path => Number is null ? "/cases/new" : $"/cases/{Uri.EscapeDataString(Number)}/edit";

    public string BackPath => Number is null ? "/cases" : $"/cases/{Uri.EscapeDataString(Number)}";

    // Its name reads like a handler of a method PAGE.
    [NonHandler]
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var title = Number is null ? words["NewCase"].Value : words["EditCase", Number].Value;
        ViewData["Title"] = title;
        ViewData["Crumbs"] = Number is null
            ? new[] { new Crumb(words["Cases"], "/cases"), new Crumb(title) }
            : new[] { new Crumb(words["Cases"], "/cases"), new Crumb(Number, BackPath), new Crumb(words["Edit"]) };
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (Number is null)
        {
            await OfferAsync(null, ct);
            Input = await BlankAsync(ct);
            return Page();
        }
        if (await ReadAsync(ct) is not { } found)
            return NotFound();
        (Input, Version) = (CaseInput.Of(found.Row, found.Steps, found.Activities), found.Row.Version);
        return Page();
    }

    /// <summary>Adds a line to fill in. Nothing is saved.</summary>
    public async Task<IActionResult> OnPostRowAsync(string? add, CancellationToken ct)
    {
        if (Number is not null && await ReadAsync(ct) is null)
            return NotFound();
        if (Number is null)
            await OfferAsync(null, ct);
        Added = add == "party" ? "party" : "activity";
        if (Added == "party")
            Input.Parties.Add(new PartyInput());
        else
            Input.Activities.Add(NextActivity());
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        var found = await ReadAsync(ct);
        if (Number is not null && found is null)
            return NotFound();
        if (Number is null)
            await OfferAsync(null, ct);
        var faults = new List<Fault>();
        var draft = Input.Draft(found?.Row.Number, found?.Steps ?? [], found?.Activities ?? [], faults);
        Faults = faults;
        if (faults.Count > 0)
            return Page();
        var (result, number) = await SaveAsync(draft, ct);
        if (Take(result))
            return Redirect($"/cases/{Uri.EscapeDataString(number)}?said=saved");
        if (IsStale && Number is null)
            (Faults, IsStale) = ([new Fault("number", "case-there", number)], false);
        else if (IsStale)
            await CompareAsync(ct);
        return Page();
    }

    private async Task<(SaveResult Result, string Number)> SaveAsync(CaseDraft draft, CancellationToken ct)
    {
        var (viewer, by) = (User.CaseViewer(), HttpContext.By("page"));
        if (Number is not null || draft.Action != CaseActions.Inspection || !string.IsNullOrWhiteSpace(draft.Number))
            return (await saves.SaveAsync(draft, Number is null ? 0 : Version, CaseOrigins.Hand, viewer, by, ct), draft.Number?.Trim() ?? "");
        var (result, given) = await saves.InspectAsync(draft, viewer, by, ct);
        return (result, given ?? "");
    }

    /// <summary>Both versions. Who saves again now has seen the other one, and replaces it knowingly.</summary>
    private async Task CompareAsync(CancellationToken ct)
    {
        if (await ReadAsync(ct) is not { } now)
            return;
        var theirs = CaseInput.Of(now.Row, now.Steps, now.Activities);
        // What the form didn't know of it can't have taken out.
        var unknown = theirs.Activities.Where(activity => Input.Activities.All(mine => mine.Id != activity.Id)).ToList();
        Differences = CaseDifferences.Between(theirs, Input, words);
        Input.Activities.InsertRange(Input.Activities.FindLastIndex(activity => activity.Id is not null) + 1, unknown);
        Version = now.Row.Version;
    }

    private async Task<(CaseRow Row, IReadOnlyList<CaseStepRow> Steps, IReadOnlyList<ActivityRow> Activities)?> ReadAsync(CancellationToken ct)
    {
        if (Number is null || await cases.FindAsync(User.CaseViewer(), Number, ct) is not { } row)
            return null;
        await OfferAsync(row, ct);
        return (row, await cases.StepsAsync(row.CaseId, ct), await activities.OfCaseAsync(row.CaseId, ct));
    }

    /// <summary>What may be chosen from. A case that its person could not see again is a slip, so that units beyond his own aren't offered.</summary>
    private async Task OfferAsync(CaseRow? row, CancellationToken ct)
    {
        var viewer = User.CaseViewer();
        Units = [.. (await units.TreeAsync(time.Today(), ct)).Where(unit => viewer.SeesAll || viewer.Officer is not null || viewer.Units.Contains(unit.UnitId.Value) || unit.Code == row?.Unit)];
        Checklist = row?.Checklist ?? await checklists.CurrentNumberAsync(ct);
        Items = await checklists.ItemsAsync(row?.ChecklistId ?? (await checklists.FindAsync(Checklist, ct))!.ChecklistId, ct);
        var near = row?.Unit ?? (await MeAsync(ct))?.Unit ?? (Units.Count > 0 ? Units[0].Code : null);
        Officers = near is null ? [] : (await officers.ListAsync(new OfficerFilter { Unit = near, State = "serving" }, null, null, MostOffered, time.Today(), ct)).Rows;
    }

    private async Task<OfficerRow?> MeAsync(CancellationToken ct) =>
        User.Officer() is { } me && await days.NumberAsync(me, ct) is { } number ? await officers.FindAsync(number, ct) : null;

    private async Task<CaseInput> BlankAsync(CancellationToken ct)
    {
        var me = await MeAsync(ct);
        return new CaseInput
        {
            Action = "penalty",
            Unit = me?.Unit ?? (Units.Count == 1 ? Units[0].Code : null),
            Officers = me?.Number,
            OpenedOn = time.Today().ToString("yyyy-MM-dd"),
            Parties = [new PartyInput()],
            Activities = [new ActivityInput { Step = CaseSteps.All[1], Officers = me?.Number }],
        };
    }

    /// <summary>The next activity is mostly of the same people at the same place.</summary>
    private ActivityInput NextActivity() => Input.Activities.LastOrDefault(activity => !activity.IsEmpty) is { } last
        ? new ActivityInput { Step = last.Step, Officers = last.Officers, Place = last.Place }
        : new ActivityInput { Step = CaseSteps.All[1], Officers = Input.Officers };
}
