using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Tracks;

public sealed class TrackTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly Gen<TrackPoint> s_points =
        from latitude in Gen.Int[-900_000_000, 900_000_000]
        from longitude in Gen.Int[1, 1_800_000_000]
        from at in Gen.Long[946_684_800_000, 4_000_000_000_000].Nullable()
        from offset in Gen.Long[0, 86_400_000].Nullable()
        from speed in Gen.Int[0, 50_000].Nullable()
        select new TrackPoint(latitude / 1e7, longitude / 1e7, at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null, offset, speed / 100.0);

    [Fact]
    public void Points_come_back_from_json_as_they_were() =>
        s_points.Array[0, 30].Sample(points => Assert.Equal(points, TrackPoints.FromJson(TrackPoints.ToJson(points))));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[[1,2]]")]
    [InlineData("[[1,2,null,null,null,null]]")]
    [InlineData("[[91,2,null,null,null]]")]
    [InlineData("[[1,181,null,null,null]]")]
    [InlineData("[[0,0,null,null,null]]")]
    [InlineData("[[null,2,null,null,null]]")]
    [InlineData("[[1,2,-1,null,null]]")]
    [InlineData("[[1,2,1e300,null,null]]")]
    [InlineData("[[1,2,null,1e300,null]]")]
    [InlineData("[[1,2,null,null,1e300]]")]
    [InlineData("[[1,2,null,null,nul")]
    public void What_is_no_list_of_places_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => TrackPoints.FromJson(Encoding.UTF8.GetBytes(json)));

    [SkippableFact]
    public async Task A_track_is_kept_with_its_file_and_a_better_reading_replaces_it()
    {
        TestDatabase.Need();
        var table = new TrackTable(database.Catalog);
        var clip = (await RegisterAsync(Given.Manifest())).Clip;
        await table.WriteAsync(clip, TrackSources.Srt, [new TrackPoint(1, 2, null, 0, null)], 7, Given.Now, default);
        await table.WriteAsync(clip, TrackSources.Nmea, [new TrackPoint(3, 4, Given.Now, null, 1.5), new TrackPoint(5, 6, Given.Now.AddSeconds(1), null, null)], 0, Given.Now.AddDays(1), default);
        var track = Assert.Single(await table.OfClipAsync(clip, default));
        Assert.Equal((clip, false, "clip.mp4", TrackSources.Nmea, 0, Given.Now.AddDays(1)), (track.File, track.IsSidecar, track.FileName, track.Source, track.Skipped, track.ReadAt));
        Assert.Equal([new TrackPoint(3, 4, Given.Now, null, 1.5), new TrackPoint(5, 6, Given.Now.AddSeconds(1), null, null)], track.Points);
    }

    [SkippableFact]
    public async Task A_recording_has_its_own_track_first_and_keeps_a_place_that_it_tells_itself()
    {
        TestDatabase.Need();
        var (table, media) = (new TrackTable(database.Catalog), new MediaTable(database.Catalog));
        var parent = Given.Manifest();
        var film = (await RegisterAsync(parent)).Clip;
        var sidecar = (await RegisterAsync(Given.Manifest(path: "DCIM/clip.nmea") with { SidecarOf = parent.Intake })).Clip;
        var facts = new MediaRow { ClipId = film, Plays = "original", Tags = "{}", Telemetry = "gpmf:3", ProbedAt = Given.Now, Tool = "ffprobe" };
        await media.WriteAsync(facts, default);
        await table.WriteAsync(sidecar, TrackSources.Nmea, [new TrackPoint(3, 4, Given.Now, null, null)], 0, Given.Now, default);
        await table.SetPlacesAsync(sidecar, default);
        Assert.Equal(facts with { Latitude = 3, Longitude = 4, PlaceSource = "track" }, await media.FindAsync(film, default));
        await table.WriteAsync(film, TrackSources.Gpmf, [new TrackPoint(5, 6, null, 0, null)], 0, Given.Now, default);
        await table.SetPlacesAsync(film, default);
        Assert.Equal(5, (await media.FindAsync(film, default))!.Latitude);
        Assert.Equal([film, sidecar], (await table.OfClipAsync(film, default)).Select(track => track.File));
        Assert.Equal([sidecar], (await table.OfClipAsync(sidecar, default)).Select(track => track.File));
        await media.WriteAsync(facts with { Latitude = 7, Longitude = 8, PlaceSource = "exif" }, default);
        await table.SetPlacesAsync(sidecar, default);
        Assert.Equal("exif", (await media.FindAsync(film, default))!.PlaceSource);
    }

    private Task<Registration> RegisterAsync(IntakeManifest manifest) =>
        new RegistrationTable(database.Catalog).RegisterAsync(manifest, ClipKind.Video, Given.Now, default);
}
