using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Cases for programs: a list, one with its coverage, an idempotent upsert by number, inspection records, and moves from state to state.</summary>
internal static class CasesApi
{
    public static RouteGroupBuilder MapCasesApi(this RouteGroupBuilder api)
    {
        var cases = api.MapGroup("/cases").WithTags("cases").RequireAuthorization(nameof(Right.SeeCases));
        cases.MapGet("/", ListAsync).WithName("listCases").WithSummary("Cases in the caller's scope with sums of their coverage, the latest opened first; parties are masked.");
        cases.MapGet("/{number}", FindAsync).WithName("getCase").WithSummary("A case with its steps, activities and coverage; ETag is the version.");
        cases.MapGet("/{number}/links", LinksAsync).WithName("listCaseLinks").WithSummary("Clips that are linked or suggested for a case, in the order of what they show.");
        var edit = cases.MapGroup("").RequireAuthorization(nameof(Right.EditCases));
        edit.MapPut("/{number}", SaveAsync).WithName("putCase")
            .WithSummary(
                "Creates or replaces a case. Activities go by their ids: those that are not named stay, one that is withdrawn and has links is ended and never deleted. "
                + "The same again changes nothing. If-Match names the version that may be replaced, If-None-Match: * only creates.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        edit.MapPost("/inspections", InspectAsync).WithName("postInspection").WithSummary("Enters a patrol without a case: a case of action inspection, numbered here.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        edit.MapPost("/{number}/state", MoveAsync).WithName("moveCase")
            .WithSummary("Hands a case in (submitted). Reviewers: returns it with a note (returned), or finds it in order (reviewed).")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<Ok<KeyListView<CaseView>>> ListAsync(
        CaseTable cases, CoverageTable coverage, HttpContext http, [Description("Part of number or title, or a whole party's name or plate.")] string? q,
        [Description("Code of a unit, with all below it.")] string? unit, [Description("Staff number of an officer of the case or of an activity.")] string? officer,
        [Description("licence, penalty, coercion, levy, fee or inspection.")] string? action, [Description("open, submitted, returned, reviewed or closed; any of them.")] string[]? state,
        [Description("true: those alone that lack something; of all on which work goes on where no state is given.")] bool? lacking,
        [Description("Opened on or after.")] DateOnly? from, [Description("Opened on or before.")] DateOnly? to, [Description("'next' of the page before.")] string? after,
        [Description("1 to 200, default 50.")] int? limit, CancellationToken ct)
    {
        if ((action is not null && !CaseActions.All.Contains(action)) || (state ?? []).Any(one => !CaseStates.All.Contains(one)))
            throw new ProblemException(ProblemCode.BadRequest);
        var filter = new CaseFilter
        {
            Text = Changing.Word(q),
            Unit = Changing.Word(unit),
            Officer = Changing.Word(officer),
            Action = action,
            States = state is { Length: > 0 } ? state : lacking is true ? CaseStates.Working : [],
            Lacking = lacking ?? false,
            From = from,
            To = to,
        };
        var page = await cases.ListAsync(http.User.CaseViewer(), filter, Changing.Word(after), null, Changing.Limit(limit), ct);
        var sums = await coverage.SumsAsync([.. page.Rows.Select(row => row.CaseId)], ct);
        return TypedResults.Ok(new KeyListView<CaseView>([.. page.Rows.Select(row => CaseView.Of(row, sums[row.CaseId], masked: true))], page.Next));
    }

    private static async Task<Results<Ok<CaseDetailView>, NotFound>> FindAsync(
        string number, CaseTable cases, ActivityTable activities, CoverageTable coverage, HttpContext http, CancellationToken ct)
    {
        if (await cases.FindAsync(http.User.CaseViewer(), number, ct) is not { } row)
            return TypedResults.NotFound();
        http.Response.Tag(row.Version);
        return TypedResults.Ok(await DetailAsync(row, cases, activities, coverage, ct));
    }

    private static async Task<Results<Ok<IReadOnlyList<CaseLinkView>>, NotFound>> LinksAsync(
        string number, CaseTable cases, LinkTable links, HttpContext http, CancellationToken ct) =>
        await cases.FindAsync(http.User.CaseViewer(), number, ct) is { } row
            ? TypedResults.Ok<IReadOnlyList<CaseLinkView>>([.. (await links.OfCaseAsync(row.CaseId, ct)).Select(CaseLinkView.Of)])
            : TypedResults.NotFound();

    private static async Task<Results<Ok<CaseDetailView>, Created<CaseDetailView>>> SaveAsync(
        string number, CaseBody body, CaseSaveTable saves, CaseTable cases, ActivityTable activities, CoverageTable coverage, HttpContext http, CancellationToken ct)
    {
        var viewer = http.User.CaseViewer();
        var saved = (await saves.SaveAsync(body.Draft(number), http.Request.KnownVersion(), CaseOrigins.Api, viewer, http.By("api"), ct)).OrProblem();
        http.Response.Tag(saved.Version);
        var view = await DetailAsync((await cases.FindAsync(viewer, number, ct))!, cases, activities, coverage, ct);
        return saved.Outcome == SaveOutcome.Created ? TypedResults.Created(PathOf(view.Case.Number), view) : TypedResults.Ok(view);
    }

    private static async Task<Created<CaseDetailView>> InspectAsync(
        CaseBody body, CaseSaveTable saves, CaseTable cases, ActivityTable activities, CoverageTable coverage, HttpContext http, CancellationToken ct)
    {
        var viewer = http.User.CaseViewer();
        var (result, number) = await saves.InspectAsync(body.Draft(null), viewer, http.By("api"), ct);
        http.Response.Tag(result.OrProblem().Version);
        return TypedResults.Created(PathOf(number!), await DetailAsync((await cases.FindAsync(viewer, number!, ct))!, cases, activities, coverage, ct));
    }

    private static async Task<Results<Ok<CaseDetailView>, NotFound>> MoveAsync(
        string number, StateBody body, CaseSaveTable saves, CaseTable cases, ActivityTable activities, CoverageTable coverage, HttpContext http, CancellationToken ct)
    {
        var viewer = http.User.CaseViewer();
        if (await cases.FindAsync(viewer, number, ct) is null)
            return TypedResults.NotFound();
        if (body.State != CaseStates.Submitted && !http.User.Has(Right.ReviewCases))
            throw new ProblemException(ProblemCode.NoRight);
        var moved = (await saves.MoveAsync(number, body.State ?? "", body.Note, http.Request.KnownVersion(), viewer, http.By("api"), ct)).OrProblem();
        http.Response.Tag(moved.Version);
        return TypedResults.Ok(await DetailAsync((await cases.FindAsync(viewer, number, ct))!, cases, activities, coverage, ct));
    }

    private static string PathOf(string number) => $"/api/v1/cases/{Uri.EscapeDataString(number)}";

    private static async Task<CaseDetailView> DetailAsync(CaseRow row, CaseTable cases, ActivityTable activities, CoverageTable coverage, CancellationToken ct)
    {
        var sums = await coverage.SumsAsync([row.CaseId], ct);
        return new CaseDetailView(
            CaseView.Of(row, sums[row.CaseId], masked: false),
            await cases.StepsAsync(row.CaseId, ct),
            [.. (await activities.OfCaseAsync(row.CaseId, ct)).Select(ActivityView.Of)],
            [.. (await coverage.OfCaseAsync(row.CaseId, ct)).Select(CoverageView.Of)]);
    }
}
