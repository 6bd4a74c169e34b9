using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The feed of events about cases: what another system asks for from time to time, from where it left off.</summary>
internal static class CaseEventsApi
{
    public static RouteGroupBuilder MapCaseEventsApi(this RouteGroupBuilder api)
    {
        api.MapGet("/events", AfterAsync).WithName("listEvents").WithTags("events").RequireAuthorization(nameof(Right.SeeCases))
            .WithSummary("Custody events about cases in the caller's scope, in the order of their transactions. Whoever goes on from the last cursor misses none and gets none twice.");
        return api;
    }

    private static async Task<Ok<EventsView>> AfterAsync(
        CaseFeedTable feed, HttpContext http, [Description("'cursor' of the last answer; from the beginning if not given.")] string? after,
        [Description("1 to 200, default 50.")] int? limit, CancellationToken ct)
    {
        var rows = await feed.AfterAsync(http.User.CaseViewer(), after, Changing.Limit(limit), ct) ?? throw new ProblemException(ProblemCode.BadRequest);
        return TypedResults.Ok(new EventsView([.. rows.Select(row => JsonSerializer.Deserialize<JsonElement>(row.Body))], rows.Count > 0 ? rows[^1].Cursor : after));
    }
}

/// <summary>Events in their order.</summary>
/// <param name="Events">As they stand in the custody log.</param>
/// <param name="Cursor">Goes into 'after' of the next request; the same as before where there was nothing new.</param>
internal sealed record EventsView(IReadOnlyList<JsonElement> Events, string? Cursor);
