using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Where a recorder was while it recorded, as GeoJSON (RFC 7946). Place is metadata: the right is that of the clip's other facts.</summary>
internal static class TrackApi
{
    private const string GeoJson = "application/geo+json";

    public static RouteGroupBuilder MapTrack(this RouteGroupBuilder clips)
    {
        clips.MapGet("/{id}/track", FindAsync).WithName("getTrack")
            .WithSummary("Tracks of a clip, one feature for each file that tells one, the one that pages draw first; no feature without any.")
            .Produces<TrackCollectionView>(StatusCodes.Status200OK, GeoJson);
        return clips;
    }

    private static async Task<Results<JsonHttpResult<TrackCollectionView>, NotFound>> FindAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, TrackTable tracks, CancellationToken ct) =>
        await clips.FindAsync(person.Viewer(), id, ct) is null
            ? TypedResults.NotFound()
            : TypedResults.Json(new TrackCollectionView("FeatureCollection", [.. (await tracks.OfClipAsync(id, ct)).Select(TrackView.Of)]), contentType: GeoJson);
}

/// <summary>A GeoJSON feature collection.</summary>
internal sealed record TrackCollectionView(string Type, IReadOnlyList<TrackView> Features);

/// <summary>A GeoJSON feature: one track.</summary>
internal sealed record TrackView(string Type, TrackLineView Geometry, TrackFactsView Properties)
{
    public static TrackView Of(Track track) => new(
        "Feature",
        new TrackLineView(
            track.Points.Count > 1 ? "LineString" : "MultiPoint",
            [.. track.Points.Select(point => (double[])[point.Longitude, point.Latitude])]),
        new TrackFactsView(
            track.Source,
            track.IsSidecar ? track.File : null,
            [.. track.Points.Select(point => point.At)],
            [.. track.Points.Select(point => point.OffsetMs)],
            [.. track.Points.Select(point => point.Speed)],
            track.Skipped,
            track.ReadAt));
}

/// <summary>Longitude and latitude of each point, WGS 84.</summary>
/// <param name="Type"><c>LineString</c>; a single point is a <c>MultiPoint</c>, since a line has two.</param>
/// <param name="Coordinates">In the order of time.</param>
internal sealed record TrackLineView(string Type, IReadOnlyList<double[]> Coordinates);

/// <summary>What is known of each point, in the same order.</summary>
/// <param name="Source">nmea, gpx, srt, gpstrail, gpmf or subtitle.</param>
/// <param name="Sidecar">The clip of the file it was read from; null where the recording itself tells it.</param>
/// <param name="CoordTimes">Times of the fixes by GPS, UTC.</param>
/// <param name="OffsetsMs">Milliseconds from the start of the recording.</param>
/// <param name="Speeds">Metres per second.</param>
/// <param name="Skipped">Records that could not be read.</param>
/// <param name="ReadAt">When the file was read.</param>
internal sealed record TrackFactsView(
    string Source, ClipId? Sidecar, IReadOnlyList<DateTimeOffset?> CoordTimes, IReadOnlyList<long?> OffsetsMs, IReadOnlyList<double?> Speeds, int Skipped, DateTimeOffset ReadAt);
