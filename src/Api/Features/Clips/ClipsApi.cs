using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Clips for programs. Everything is read on behalf of a <see cref="Viewer"/>; what that person may not know about is 404.</summary>
internal static class ClipsApi
{
    public static RouteGroupBuilder MapClipsApi(this RouteGroupBuilder api)
    {
        var clips = api.MapGroup("/clips").WithTags("clips").RequireAuthorization(nameof(Right.SeeClips));
        clips.MapGet("/", ListAsync).WithName("listClips").WithSummary("Clips, newest first.");
        clips.MapGet("/{id}", FindAsync).WithName("getClip").WithSummary("A clip with media facts, provenance and custody events.");
        clips.MapOriginal();
        clips.MapVerifications();
        clips.MapTrack();
        return api;
    }

    private static async Task<Ok<ClipListView>> ListAsync(ClaimsPrincipal person, [AsParameters] ClipQuery query, ClipTable clips, IOptions<OverdueRules> rules, CancellationToken ct)
    {
        var (viewer, filter, (after, before, limit)) = (person.Viewer(), query.Filter(), query.Place());
        var page = await clips.ListAsync(viewer, filter, after, before, limit, ct);
        var totals = await clips.TotalsAsync(viewer, filter, ct);
        return TypedResults.Ok(new ClipListView(
            [.. page.Rows.Select(row => ClipView.Of(row, rules.Value))], page.Next?.ToString(), page.Previous?.ToString(), totals.Count, totals.SizeBytes));
    }

    private static async Task<Results<Ok<ClipDetailView>, NotFound>> FindAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, MediaTable media, RegistrationTable sightings, CustodyTable custody, DerivedTable derived,
        RecordingTable recordings, IOptions<OverdueRules> rules, CancellationToken ct)
    {
        if (await clips.FindAsync(person.Viewer(), id, ct) is not { } clip)
            return TypedResults.NotFound();
        var events = await custody.OfClipAsync(id, ct);
        var made = await derived.OfClipAsync(id, ct);
        return TypedResults.Ok(new ClipDetailView(
            ClipView.Of(clip, rules.Value),
            await media.FindAsync(id, ct),
            await sightings.ProvenanceAsync(id, ct),
            [.. events.Select(entry => JsonSerializer.Deserialize<JsonElement>(entry.Body))],
            [.. made.Select(file => new DerivedView(file.Name, file.ContentType, file.SizeBytes, file.Sha256, file.MadeAt))],
            await recordings.OfClipAsync(person.Viewer(), id, ct) is { } recording ? RecordingView.Of(recording) : null));
    }
}
