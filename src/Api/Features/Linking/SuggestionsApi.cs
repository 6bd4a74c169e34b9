using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Runs the rules for a clip now. They run by themselves whenever anything changes; this is for whoever won't wait.</summary>
internal static class SuggestionsApi
{
    public static RouteGroupBuilder MapSuggestionsApi(this RouteGroupBuilder api)
    {
        api.MapPost("/clips/{id}/suggestions", RunAsync).WithName("suggestLinks").WithTags("links").RequireAuthorization(nameof(Right.LinkClips))
            .WithSummary("Looks anew for what a clip, and what its recorder brought with it, may show. Decisions of people stay as they are.");
        return api;
    }

    private static async Task<Results<Ok<SuggestedView>, NotFound>> RunAsync(
        ClipId id, ClipTable clips, SuggestionTable suggestions, TimeProvider time, HttpContext http, CancellationToken ct)
    {
        if (await clips.FindAsync(http.User.Viewer(), id, ct) is null)
            return TypedResults.NotFound();
        var roll = await suggestions.OfClipAsync(id, time.GetUtcNow(), ct);
        return TypedResults.Ok(new SuggestedView(roll?.Clips.Count ?? 0, roll?.Changed ?? 0));
    }
}

/// <summary>What a run of the rules left.</summary>
/// <param name="Clips">Clips that were decided about.</param>
/// <param name="Changed">Those of which a suggestion came, went or changed.</param>
internal sealed record SuggestedView(int Clips, int Changed);
