using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The checklist for programs: its versions, and the items of one.</summary>
internal static class ChecklistsApi
{
    public static RouteGroupBuilder MapChecklistsApi(this RouteGroupBuilder api)
    {
        var checklists = api.MapGroup("/checklists").WithTags("checklists").RequireAuthorization(nameof(Right.SeeCases));
        checklists.MapGet("/", ListAsync).WithName("listChecklists").WithSummary("Versions of the checklist. A published one never changes; a case keeps the one it was opened under.");
        checklists.MapGet("/{number:int}", FindAsync).WithName("getChecklist").WithSummary("Items of a version.");
        return api;
    }

    private static async Task<Ok<IReadOnlyList<ChecklistRow>>> ListAsync(ChecklistTable checklists, CancellationToken ct) =>
        TypedResults.Ok(await checklists.ListAsync(ct));

    private static async Task<Results<Ok<ChecklistDetailView>, NotFound>> FindAsync(int number, ChecklistTable checklists, CancellationToken ct) =>
        await checklists.FindAsync(number, ct) is { } row
            ? TypedResults.Ok(new ChecklistDetailView(row, await checklists.ItemsAsync(row.ChecklistId, ct)))
            : TypedResults.NotFound();
}

/// <summary>A version with its items.</summary>
internal sealed record ChecklistDetailView(ChecklistRow Checklist, IReadOnlyList<ChecklistItem> Items);
