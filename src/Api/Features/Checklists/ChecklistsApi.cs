using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The checklist for programs: its versions, the items of one, what is new in it, and the draft until it is published.</summary>
internal static class ChecklistsApi
{
    public static RouteGroupBuilder MapChecklistsApi(this RouteGroupBuilder api)
    {
        var checklists = api.MapGroup("/checklists").WithTags("checklists").RequireAuthorization(nameof(Right.SeeChecklist));
        checklists.MapGet("/", ListAsync).WithName("listChecklists").WithSummary("Versions of the checklist. A published one never changes; a case keeps the one it was opened under.");
        checklists.MapGet("/{number:int}", FindAsync).WithName("getChecklist").WithSummary("Items of a version; ETag counts the changes of a draft.");
        checklists.MapGet("/{number:int}/changes", ChangesAsync).WithName("getChecklistChanges").WithSummary("What is new in a version beside another one.");
        var manage = checklists.MapGroup("").RequireAuthorization(nameof(Right.ManageChecklist));
        manage.MapPost("/", DraftAsync).WithName("draftChecklist").WithSummary("Begins a draft with the items of the current version; where there is one already, it is that.");
        manage.MapPut("/{number:int}/items/{code}", SaveAsync).WithName("putChecklistItem").WithSummary("Enters or replaces an item of the draft. If-Match names the draft's version.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        manage.MapDelete("/{number:int}/items/{code}", RemoveAsync).WithName("deleteChecklistItem").WithSummary("Takes an item out of the draft.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        manage.MapPost("/{number:int}/publish", PublishAsync).WithName("publishChecklist").WithSummary("Makes the draft hold for cases that are opened from now on. It never changes again.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        manage.MapDelete("/{number:int}", DiscardAsync).WithName("discardChecklist").WithSummary("Gives the draft up.").ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return api;
    }

    private static async Task<Ok<IReadOnlyList<ChecklistRow>>> ListAsync(ChecklistTable checklists, CancellationToken ct) =>
        TypedResults.Ok(await checklists.ListAsync(ct));

    private static async Task<Results<Ok<ChecklistDetailView>, NotFound>> FindAsync(int number, ChecklistTable checklists, HttpContext http, CancellationToken ct)
    {
        if (await checklists.FindAsync(number, ct) is not { } row)
            return TypedResults.NotFound();
        http.Response.Tag(row.Version);
        return TypedResults.Ok(new ChecklistDetailView(row, await checklists.ItemsAsync(row.ChecklistId, ct)));
    }

    private static async Task<Results<Ok<IReadOnlyList<ChecklistChange>>, NotFound>> ChangesAsync(
        int number, ChecklistTable checklists, [Description("Number of the other version; the one before if not given.")] int? since, CancellationToken ct)
    {
        if (await checklists.FindAsync(number, ct) is not { } row || await checklists.FindAsync(since ?? number - 1, ct) is not { } other)
            return TypedResults.NotFound();
        return TypedResults.Ok(ChecklistChanges.Between(await checklists.ItemsAsync(other.ChecklistId, ct), await checklists.ItemsAsync(row.ChecklistId, ct)));
    }

    private static async Task<Ok<ChecklistRow>> DraftAsync(ChecklistTable checklists, HttpContext http, CancellationToken ct)
    {
        var draft = (await checklists.FindAsync(await checklists.DraftAsync(http.By("api"), ct), ct))!;
        http.Response.Tag(draft.Version);
        return TypedResults.Ok(draft);
    }

    private static async Task<Results<Ok<ChecklistRow>, NotFound>> SaveAsync(
        int number, string code, ChecklistItem body, ChecklistTable checklists, HttpContext http, CancellationToken ct) =>
        await AnswerAsync(number, checklists, http, await checklists.SaveItemAsync(number, body with { Code = code }, http.Request.KnownVersion(), http.By("api"), ct), ct);

    private static async Task<Results<Ok<ChecklistRow>, NotFound>> RemoveAsync(int number, string code, ChecklistTable checklists, HttpContext http, CancellationToken ct) =>
        await AnswerAsync(number, checklists, http, await checklists.RemoveItemAsync(number, code, http.Request.KnownVersion(), http.By("api"), ct), ct);

    private static async Task<Results<Ok<ChecklistRow>, NotFound>> PublishAsync(
        int number, ChecklistNoteBody body, ChecklistTable checklists, HttpContext http, CancellationToken ct) =>
        await AnswerAsync(number, checklists, http, await checklists.PublishAsync(number, body.Note, http.Request.KnownVersion(), http.By("api"), ct), ct);

    private static async Task<Results<NoContent, NotFound>> DiscardAsync(int number, ChecklistTable checklists, HttpContext http, CancellationToken ct)
    {
        if (await checklists.FindAsync(number, ct) is null)
            return TypedResults.NotFound();
        (await checklists.DiscardAsync(number, http.By("api"), ct)).OrProblem();
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ChecklistRow>, NotFound>> AnswerAsync(int number, ChecklistTable checklists, HttpContext http, SaveResult result, CancellationToken ct)
    {
        if (await checklists.FindAsync(number, ct) is not { } row)
            return TypedResults.NotFound();
        http.Response.Tag(result.OrProblem().Version);
        return TypedResults.Ok(row);
    }
}

/// <summary>A version with its items.</summary>
internal sealed record ChecklistDetailView(ChecklistRow Checklist, IReadOnlyList<ChecklistItem> Items);

/// <summary>What is new in a version.</summary>
/// <param name="Note">At most 500 characters; may be left out.</param>
internal sealed record ChecklistNoteBody(string? Note);
