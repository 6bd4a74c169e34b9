using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What is overdue, for programs.</summary>
internal static class OverdueApi
{
    private const int Most = 500;

    public static RouteGroupBuilder MapOverdueApi(this RouteGroupBuilder api)
    {
        var overdue = api.MapGroup("/overdue").WithTags("overdue").RequireAuthorization(nameof(Right.SeeOverdue));
        overdue.MapGet("/", CountsAsync).WithName("countOverdue").WithSummary("How many of each kind are overdue now.");
        overdue.MapGet("/undocked", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.UndockedAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listUndocked").WithSummary("Recorders not docked since their last duty, the longest overdue first; at most 500.");
        overdue.MapGet("/returns", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.NotReturnedAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listNotReturned").WithSummary("Recorders not back in time; at most 500.");
        overdue.MapGet("/late", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.LateAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listLate").WithSummary("Who handed in recordings late, the most first; at most 500.");
        overdue.MapGet("/clock", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.BadClockAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listBadClocks").WithSummary("Recorders whose clock is off or drifts, the worst first; at most 500.");
        overdue.MapGet("/space", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.LowSpaceAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listLowSpace").WithSummary("Recorders low on space when they were last docked, the fullest first; at most 500.");
        overdue.MapGet("/standard", (OverdueTable table, ClaimsPrincipal person, IOptions<OverdueRules> rules, TimeProvider time, string? unit, CancellationToken ct) =>
                table.BelowStandardAsync(person.Overdue(unit), rules.Value, Most, time.GetUtcNow(), ct))
            .WithName("listBelowStandard").WithSummary("Units with fewer recorders than their equipment standard asks for; at most 500.");
        return api;
    }

    /// <summary>What a person may know to be overdue.</summary>
    public static OverdueScope Overdue(this ClaimsPrincipal person, string? unit) => new(person.Reach(), Changing.Word(unit));

    private static async Task<Ok<OverdueCounts>> CountsAsync(
        OverdueLists lists, ClaimsPrincipal person, [Description("Code of a unit, with all below it.")] string? unit, CancellationToken ct) =>
        TypedResults.Ok(await lists.CountsAsync(person.Overdue(unit), ct));
}
