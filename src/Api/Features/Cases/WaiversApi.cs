using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Waivers for programs: those of a case, those that wait, asking, and the decision of a second person.</summary>
internal static class WaiversApi
{
    public static RouteGroupBuilder MapWaiversApi(this RouteGroupBuilder api)
    {
        var waivers = api.MapGroup("").WithTags("waivers").RequireAuthorization(nameof(Right.SeeCases));
        waivers.MapGet("/cases/{number}/waivers", OfCaseAsync).WithName("listCaseWaivers").WithSummary("Waivers of a case, the latest first.");
        waivers.MapGet("/waivers", WaitingAsync).WithName("listWaitingWaivers").WithSummary("Waivers that wait for a decision, the longest waiting first; at most 200.");
        waivers.MapPost("/cases/{number}/waivers", AskAsync).WithName("askWaiver").RequireAuthorization(nameof(Right.EditCases))
            .WithSummary("Asks for a waiver of an item. It counts once somebody else approved it.").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        waivers.MapPost("/waivers/{id}/decision", DecideAsync).WithName("decideWaiver").RequireAuthorization(nameof(Right.ReviewCases))
            .WithSummary("Approves or refuses a waiver that somebody else asked for, or takes an approved one back.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<Results<Ok<IReadOnlyList<WaiverView>>, NotFound>> OfCaseAsync(
        string number, CaseTable cases, WaiverTable waivers, HttpContext http, CancellationToken ct) =>
        await cases.FindAsync(http.User.CaseViewer(), number, ct) is { } row
            ? TypedResults.Ok<IReadOnlyList<WaiverView>>([.. (await waivers.OfCaseAsync(row.CaseId, ct)).Select(WaiverView.Of)])
            : TypedResults.NotFound();

    private static async Task<Ok<IReadOnlyList<WaiverView>>> WaitingAsync(WaiverTable waivers, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<WaiverView>>([.. (await waivers.WaitingAsync(http.User.CaseViewer(), 200, ct)).Select(WaiverView.Of)]);

    private static async Task<Results<Created<WaiverView>, NotFound>> AskAsync(
        string number, WaiverBody body, CaseTable cases, WaiverTable waivers, HttpContext http, CancellationToken ct)
    {
        var viewer = http.User.CaseViewer();
        if (await cases.FindAsync(viewer, number, ct) is null)
            return TypedResults.NotFound();
        var asked = await waivers.AskAsync(
            new WaiverDraft { Case = number, Activity = body.Activity, Item = body.Item, Kind = body.Kind, Reason = body.Reason }, viewer, http.By("api"), ct);
        asked.Result.OrProblem();
        return TypedResults.Created($"/api/v1/cases/{Uri.EscapeDataString(number)}/waivers", WaiverView.Of(asked.Waiver!));
    }

    private static async Task<Results<Ok<WaiverView>, NotFound>> DecideAsync(
        WaiverId id, WaiverDecisionBody body, WaiverTable waivers, HttpContext http, CancellationToken ct)
    {
        var (viewer, by, known) = (http.User.CaseViewer(), http.By("api"), http.Request.KnownVersion());
        var decided = body.Decision switch
        {
            "approve" => await waivers.DecideAsync(id, approves: true, body.Note, known, viewer, by, ct),
            "refuse" => await waivers.DecideAsync(id, approves: false, body.Note, known, viewer, by, ct),
            "withdraw" => await waivers.WithdrawAsync(id, body.Note, known, viewer, mayDecide: true, by, ct),
            _ => throw new ProblemException(ProblemCode.BadRequest),
        };
        if (decided.Waiver is null)
            return TypedResults.NotFound();
        http.Response.Tag(decided.Result.OrProblem().Version);
        return TypedResults.Ok(WaiverView.Of(decided.Waiver));
    }
}

/// <summary>A waiver that somebody asks for.</summary>
/// <param name="Activity">Id of the activity; left out where the activity is missing.</param>
/// <param name="Item">Code of the item.</param>
/// <param name="Kind">text (a written record suffices) or missing (footage should be there and isn't).</param>
/// <param name="Reason">Why, 2 to 500 characters.</param>
internal sealed record WaiverBody(string? Activity, string? Item, string? Kind, string? Reason);

/// <summary>The decision of a second person.</summary>
/// <param name="Decision">approve, refuse or withdraw.</param>
/// <param name="Note">Why; needed to refuse.</param>
internal sealed record WaiverDecisionBody([property: Description("approve, refuse or withdraw.")] string? Decision, string? Note);

/// <summary>A waiver as the API tells of it.</summary>
internal sealed record WaiverView(
    WaiverId WaiverId, string Case, string? Activity, string Item, string Kind, string Reason, string State, string AskedBy, DateTimeOffset AskedAt, string? DecidedBy,
    DateTimeOffset? DecidedAt, string? Note, int Version)
{
    public static WaiverView Of(WaiverRow row) => new(
        row.WaiverId, row.CaseNumber, row.Activity, row.Item, row.Kind, row.Reason, row.State, row.AskedBy, row.AskedAt, row.DecidedBy, row.DecidedAt, row.Note, row.Version);
}
