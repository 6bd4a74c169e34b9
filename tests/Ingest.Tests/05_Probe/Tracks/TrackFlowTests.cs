using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>Tracks through 05 with the real database, store, sandbox and ffmpeg.</summary>
public sealed class TrackFlowTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateTime s_start = new(2026, 11, 24, 3, 36, 1);
    private readonly TempFolder _card = new();
    private Station _station = null!;

    public Task InitializeAsync()
    {
        if (TestDatabase.Given)
            _station = Station.Whole(database);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
        _card.Dispose();
    }

    [SkippableTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_sidecar_s_track_is_that_of_its_recording_whichever_is_registered_and_read_first(bool registeredFirst, bool readFirst)
    {
        Need();
        Media.Clip(_card.At("VID_20261124_113600.mp4"), $"sidecar {registeredFirst} {readFirst}", 5);
        _card.Write("VID_20261124_113600.NMEA", Encoding.ASCII.GetBytes($"{registeredFirst}{readFirst}\r\n{Tracks.Nmea(s_start, 4)}$GPRMC,broken*00\r\n"));
        var intake = GivenClip.Copied(_station, _card.Path, "VID_20261124_113600.mp4");
        var beside = GivenClip.Copied(_station, _card.Path, "VID_20261124_113600.NMEA", sidecarOf: intake);
        var ids = new Dictionary<IntakeId, ClipId>();
        foreach (var one in registeredFirst ? [intake, beside] : (IntakeId[])[beside, intake])
            ids[one] = (await _station.Get<RegisterSpooled>().RunAsync(one, default)).Clip;
        var (film, sidecar) = (ids[intake], ids[beside]);
        foreach (var one in readFirst ? [film, sidecar] : (ClipId[])[sidecar, film])
            await ProbedAsync(one);

        var track = Assert.Single(await TracksAsync(film));
        Assert.Equal((sidecar, true, "VID_20261124_113600.NMEA", TrackSources.Nmea, 4, 1), (track.File, track.IsSidecar, track.FileName, track.Source, track.Points.Count, track.Skipped));
        Assert.False(Assert.Single(await TracksAsync(sidecar)).IsSidecar);
        var media = await _station.Get<MediaTable>().FindAsync(film, default);
        Assert.Equal((25.5, 101.2333333, "track"), (media!.Latitude, media.Longitude, media.PlaceSource));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(2)), Rounded(GpsClock.OffsetOf(track, new DateTimeOffset(2026, 11, 24, 3, 36, 0, TimeSpan.Zero), TimeSpan.FromSeconds(5))!.Value));
        // 06 of the one that comes last has seen both: the recording's time is corrected.
        foreach (var one in readFirst ? [film, sidecar] : (ClipId[])[sidecar, film])
            Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(one, default));
        var row = (await _station.Get<ClipTable>().FindForWorkAsync(film, default))!;
        Assert.Equal((ClockSources.Gps, 0L, 2L), (row.ClockBy, (long)Math.Round(row.ClockOffsetMs!.Value / 1000.0), (long)Math.Round(row.ClockWithinMs!.Value / 1000.0)));
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task Reading_again_changes_nothing_and_the_sidecar_of_two_recordings_is_the_track_of_both()
    {
        Need();
        _card.Write("A.NMEA", Encoding.ASCII.GetBytes("two\r\n" + Tracks.Nmea(s_start, 3)));
        _card.Write("sub/B.NMEA", Encoding.ASCII.GetBytes("two\r\n" + Tracks.Nmea(s_start, 3)));
        Media.Clip(_card.At("A.mp4"), "first of two", 1);
        Media.Clip(_card.At("sub/B.mp4"), "second of two", 1);
        var films = new List<ClipId>();
        var sidecars = new HashSet<ClipId>();
        foreach (var name in (string[])["A", "sub/B"])
        {
            var intake = GivenClip.Copied(_station, _card.Path, name + ".mp4");
            films.Add((await _station.Get<RegisterSpooled>().RunAsync(intake, default)).Clip);
            sidecars.Add((await _station.Get<RegisterSpooled>().RunAsync(GivenClip.Copied(_station, _card.Path, name + ".NMEA", sidecarOf: intake), default)).Clip);
        }
        var sidecar = Assert.Single(sidecars);
        foreach (var clip in (ClipId[])[films[0], sidecar, films[1]])
            await ProbedAsync(clip);
        var path = ((FolderObjectStore)_station.Get<ObjectStores>().Originals).PathOf(ObjectKey.Original(sidecar));
        var row = (await _station.Get<ClipTable>().FindForWorkAsync(sidecar, default))!;
        await _station.Get<ReadTracks>().RunAsync(new StoredClip(sidecar, row.Sha256, row.SizeBytes, row.Kind, row.DisplayName), path, facts: null, default);
        foreach (var film in films)
        {
            Assert.Equal(3, Assert.Single(await TracksAsync(film)).Points.Count);
            Assert.Equal("track", (await _station.Get<MediaTable>().FindAsync(film, default))!.PlaceSource);
        }
        Assert.Empty(_station.Warnings);
    }

    [SkippableTheory]
    [InlineData("notes.txt", "Nothing of the kind.\n")]
    [InlineData("x.gpx", "<!DOCTYPE gpx [<!ENTITY a \"b\">]><gpx><trkpt lat=\"1\" lon=\"2\"/></gpx>")]
    [InlineData("x.json", "{\"a\":1}")]
    public async Task A_file_that_is_no_track_goes_on_without_one(string name, string content)
    {
        Need();
        _card.Write(name, Encoding.UTF8.GetBytes(content));
        var (clip, _) = await GivenClip.RegisteredAsync(_station, _card.Path, name);
        await ProbedAsync(clip);
        Assert.Empty(await TracksAsync(clip));
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task Subtitles_in_the_recording_are_read_where_they_hold_places()
    {
        Need();
        _card.Write("places.srt", "1\n00:00:00,000 --> 00:00:01,000\n[latitude: 25.5] [longitude: 101.2]\n\n2\n00:00:01,000 --> 00:00:02,000\n[latitude: 25.6] [longitude: 101.3]\n"u8);
        Media.Clip(_card.At("plain.mp4"), "subtitled", 2);
        Media.Ffmpeg("-i", _card.At("plain.mp4"), "-i", _card.At("places.srt"), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", _card.At("a.mp4"));
        var (clip, _) = await GivenClip.RegisteredAsync(_station, _card.Path, "a.mp4");
        await ProbedAsync(clip);
        var track = Assert.Single(await TracksAsync(clip));
        Assert.Equal((clip, false, TrackSources.Subtitle), (track.File, track.IsSidecar, track.Source));
        Assert.Equal([(25.5, 0L), (25.6, 1000L)], track.Points.Select(point => (point.Latitude, point.OffsetMs!.Value)));
    }

    [SkippableFact]
    public async Task The_telemetry_of_a_real_recording_is_its_track()
    {
        Need();
        var real = Path.Combine(Repository.Media, "gopro-karma.mp4");
        Skip.IfNot(File.Exists(real), "../shared/media/gopro-karma.mp4 is missing.");
        File.Copy(real, _card.At("GOPR0001.MP4"));
        var (clip, _) = await GivenClip.RegisteredAsync(_station, _card.Path, "GOPR0001.MP4");
        await ProbedAsync(clip);
        var track = Assert.Single(await TracksAsync(clip));
        Assert.Equal((TrackSources.Gpmf, 12, 0), (track.Source, track.Points.Count, track.Skipped));
        Assert.Equal((33.125368, -117.3310641, 0L), (track.Points[0].Latitude, track.Points[0].Longitude, track.Points[0].OffsetMs!.Value));
        Assert.Equal((33.125952, -117.3314429, 11_011L), (track.Points[^1].Latitude, track.Points[^1].Longitude, track.Points[^1].OffsetMs!.Value));
        Assert.Equal("track", (await _station.Get<MediaTable>().FindAsync(clip, default))!.PlaceSource);
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task A_track_that_no_database_takes_stops_no_clip()
    {
        Need();
        _card.Write("a.nmea", Encoding.ASCII.GetBytes("away\r\n" + Tracks.Nmea(s_start, 2)));
        var (clip, _) = await GivenClip.RegisteredAsync(_station, _card.Path, "a.nmea");
        await database.AsOwner.ExecuteAsync("alter table track rename to track_away");
        try
        {
            await ProbedAsync(clip);
        }
        finally
        {
            await database.AsOwner.ExecuteAsync("alter table track_away rename to track");
        }
        Assert.Empty(await TracksAsync(clip));
        Assert.Contains("goes on without", Assert.Single(_station.Warnings), StringComparison.Ordinal);
    }

    private static (TimeSpan Offset, TimeSpan Within) Rounded((TimeSpan Offset, TimeSpan Within) clock) =>
        (TimeSpan.FromSeconds(Math.Round(clock.Offset.TotalSeconds)), TimeSpan.FromSeconds(Math.Round(clock.Within.TotalSeconds)));

    private Task<IReadOnlyList<Track>> TracksAsync(ClipId clip) => _station.Get<TrackTable>().OfClipAsync(clip, default);

    /// <summary>04 and 05.</summary>
    private async Task ProbedAsync(ClipId clip)
    {
        Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(clip, default));
        Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(clip, default));
    }

    private static void Need()
    {
        TestDatabase.Need();
        Media.NeedTools();
    }
}
