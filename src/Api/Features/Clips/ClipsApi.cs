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
        var (listing, counting) = (clips.ListAsync(viewer, filter, after, before, limit, ct), clips.TotalsAsync(viewer, filter, ct));
        await Task.WhenAll(listing, counting);
        var (page, totals) = (await listing, await counting);
        return TypedResults.Ok(new ClipListView(
            [.. page.Rows.Select(row => ClipView.Of(row, rules.Value))], page.Next?.ToString(), page.Previous?.ToString(), totals.Count, totals.SizeBytes));
    }

    private static async Task<Results<Ok<ClipDetailView>, NotFound>> FindAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, MediaTable media, RegistrationTable sightings, CustodyTable custody, DerivedTable derived,
        RecordingTable recordings, IOptions<OverdueRules> rules, CancellationToken ct)
    {
        if (await clips.FindAsync(person.Viewer(), id, ct) is not { } clip)
            return TypedResults.NotFound();
        var events = await custody.OfClipAsync(person.Viewer(), id, ct);
        var made = await derived.OfClipAsync(id, ct);
        return TypedResults.Ok(new ClipDetailView(
            ClipView.Of(clip, rules.Value),
            await media.FindAsync(id, ct),
            await sightings.ProvenanceAsync(id, ct),
            [.. events.Select(Event)],
            [.. made.Select(file => new DerivedView(file.Name, file.ContentType, file.SizeBytes, file.Sha256, file.MadeAt))],
            await recordings.OfClipAsync(person.Viewer(), id, ct) is { } recording ? RecordingView.Of(recording) : null));
    }
    /// <summary>The event as it stands in the log. Of one about a case that the caller may not know of: what it was, and the digest of its bytes.</summary>
    private static JsonElement Event(CustodyRow row) => row.Body is { } body
        ? JsonSerializer.Deserialize<JsonElement>(body)
        : JsonSerializer.SerializeToElement(new { id = row.EventId.Value, at = row.At, kind = row.Kind, withheld = "case", sha256 = row.Digest.ToString() });
}
