using System.Globalization;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Preview;

/// <summary>Previews that are made while somebody waits: real ffmpeg in the real sandbox, checked with ffprobe.</summary>
public sealed class LivePreviewTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TempFolder _card = new();
    private Station _station = null!;

    private LivePreviews Previews => _station.Get<LivePreviews>();

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

    [SkippableFact]
    public async Task Segments_of_four_runs_are_one_film_without_jump_or_gap()
    {
        Need();
        var clip = await GivenStoredAsync("a.mp4", () => Film("a.mp4", seconds: 44, "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=60"));
        // Each asked for by somebody at another place, so that four encoders make them.
        foreach (var number in (int[])[15, 5, 10, 0])
            Assert.NotNull(await Previews.SegmentAsync(clip, number, default));
        var film = await JoinAsync(clip, Enumerable.Range(0, 20));

        await IsContinuousAsync(film, "v:0", 1.0 / 25, 20 * 50);
        await IsContinuousAsync(film, "a:0", 1024.0 / 48000, 1875);
        Assert.Equal("h264,640,360,yuv420p", Media.Ffprobe("-select_streams", "v:0", "-show_entries", "stream=codec_name,width,height,pix_fmt", "-of", "csv=p=0", film));
        Media.Ffmpeg("-i", film, "-f", "null", "-");
    }

    [SkippableFact]
    public async Task Every_run_has_the_same_header_and_each_begins_with_a_key_picture()
    {
        Need();
        var clip = await GivenStoredAsync("b.mp4", () => Film("b.mp4", seconds: 20));
        var first = await File.ReadAllBytesAsync((await Previews.InitAsync(clip, 7, default))!);
        await _station.Get<LivePreviews>().DisposeAsync();
        Assert.Equal(first, await File.ReadAllBytesAsync((await Previews.InitAsync(clip, 2, default))!));
        Assert.NotNull(await Previews.SegmentAsync(clip, 4, default));
        var film = await JoinAsync(clip, [4]);
        Assert.StartsWith("8.000000,K", Media.Ffprobe("-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", "-read_intervals", "%+#1", film), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_stored_is_one_playable_file_with_an_index_and_all_its_products()
    {
        Need();
        var clip = await GivenStoredAsync("c.mp4", () => Film("c.mp4", seconds: 11));
        Assert.Equal("ready", (await _station.Get<PreviewClip>().RunAsync(await ProbedAsync(clip), default)).PreviewState);
        var derived = await _station.Get<DerivedTable>().OfClipAsync(clip, default);
        Assert.Equal(["poster.jpg", "preview.json", "preview.mp4", "sprite.jpg", "thumbnails.vtt", "waveform.json"], derived.Select(file => file.Name));
        var store = (FolderObjectStore)_station.Get<ObjectStores>().Derived;
        var index = PreviewIndex.FromJson(await File.ReadAllBytesAsync(store.PathOf(ObjectKey.Derived(clip, DerivedNames.PreviewIndex))));
        var film = store.PathOf(ObjectKey.Derived(clip, DerivedNames.Preview));
        Assert.Equal(6, index.SegmentBytes.Count);
        Assert.Equal(new FileInfo(film).Length, index.Find(5)!.Value.Offset + index.Find(5)!.Value.Bytes);
        Assert.InRange(index.LengthSeconds, 10.9, 11.1);
        await IsContinuousAsync(film, "v:0", 1.0 / 25, 11 * 25);
    }

    [SkippableFact]
    public async Task Sound_alone_is_cut_between_sound_frames()
    {
        Need();
        var clip = await GivenStoredAsync("d.wav", () => Media.Ffmpeg(
            "-f", "lavfi", "-i", "sine=frequency=300:duration=45:sample_rate=8000", "-c:a", "adpcm_ima_wav", _card.At("d.wav")));
        Assert.NotNull(await Previews.SegmentAsync(clip, 2, default));
        Assert.NotNull(await Previews.SegmentAsync(clip, 0, default));
        var sound = await JoinAsync(clip, Enumerable.Range(0, 4));
        await IsContinuousAsync(sound, "a:0", 1024.0 / 48000, 4 * 480);
    }

    [SkippableFact]
    public async Task A_segment_after_the_recordings_end_is_none_and_other_clips_have_none()
    {
        Need();
        var clip = await GivenStoredAsync("e.mp4", () => Film("e.mp4", seconds: 4));
        Assert.Null(await Previews.SegmentAsync(clip, 40, default));
        Assert.NotNull(await Previews.SegmentAsync(clip, 1, default));
        Assert.Null(await Previews.SegmentAsync(ClipId.New(Given.Now), 0, default));
        var playable = await GivenStoredAsync("f.mp4", () => Media.Clip(_card.At("f.mp4"), "plays as it is"));
        Assert.Null(await Previews.InitAsync(playable, 0, default));
    }

    [SkippableFact]
    public async Task What_is_made_for_the_store_stands_still_while_somebody_waits()
    {
        Need();
        var clip = await GivenStoredAsync("g.mp4", () => Film("g.mp4", seconds: 60));
        var job = _station.Get<Sandbox>().Prepare(_card.At("g.mp4"), 600);
        using var stop = new CancellationTokenSource();
        var shelf = new PreviewShelf(_card.At("shelf"));
        var encoding = PreviewEncoding.For((await _station.Get<MediaTable>().FindAsync(clip, default))!);
        var run = PreviewRun.Start(_station.Get<Sandbox>(), job, encoding, shelf, 0, [], TimeProvider.System, stop.Token);
        await shelf.WaitAsync(0).WaitAsync(TimeSpan.FromSeconds(30));
        job.Stand();
        await Task.Delay(300);
        int Made() => Directory.GetFiles(_card.At("shelf"), "*.m4s").Length;
        var made = Made();
        await Task.Delay(3000);
        Assert.Equal(made, Made());
        job.GoOn();
        await shelf.WaitAsync(made + 1).WaitAsync(TimeSpan.FromSeconds(30));
        await run.DisposeAsync();
        job.Dispose();
        shelf.Dispose();
    }

    [SkippableFact]
    public async Task Nobody_asks_any_more_and_the_encoders_are_gone_with_their_files()
    {
        Need();
        var clip = await GivenStoredAsync("h.mp4", () => Film("h.mp4", seconds: 61));
        var path = await Previews.SegmentAsync(clip, 3, default);
        await Previews.TidyAsync(default);
        Assert.True(File.Exists(path), "somebody may still come back");
        await Previews.DisposeAsync();
        Assert.False(File.Exists(path));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_station.Folder, "run", "media")));
    }

    [SkippableFact]
    public async Task A_preview_that_was_opened_before_the_clip_was_stored_goes_on_after_the_spool_let_go()
    {
        Need();
        Film("i.mp4", seconds: 90);
        var (clip, intake) = await GivenClip.RegisteredAsync(_station, _card.Path, "i.mp4");
        await _station.Get<MediaTable>().WriteAsync((await _station.Get<FfprobeReader>().ReadAsync(clip, _station.Get<Spool>().OriginalOf(intake), isWaitedFor: false, default))!, default);
        Assert.NotNull(await Previews.SegmentAsync(clip, 0, default));
        await _station.Get<ClipPipeline>().AdvanceAsync(clip, default);
        Assert.False(_station.Get<Spool>().Holds(intake));
        // Far enough from the first that another encoder has to begin.
        Assert.NotNull(await Previews.SegmentAsync(clip, 40, default));
    }

    private static void Need()
    {
        TestDatabase.Need();
        Media.NeedTools();
    }

    private void Film(string name, int seconds, string codec = "mpeg4", params string[] options) => Media.Ffmpeg([
        "-f", "lavfi", "-i", $"testsrc2=size=640x360:rate=25:duration={seconds}", "-f", "lavfi", "-i", $"sine=frequency=440:duration={seconds}:sample_rate=44100",
        "-c:v", codec, .. options, "-pix_fmt", "yuv420p", "-c:a", "aac", _card.At(name)]);

    private static async Task IsContinuousAsync(string film, string stream, double step, int count)
    {
        await Task.Yield();
        var times = Media.Ffprobe("-select_streams", stream, "-show_entries", "packet=pts_time", "-of", "csv=p=0", film)
            .Split('\n').Select(line => double.Parse(line.Trim(',', '\r', ' '), CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(times.Count, count - 1, count + 1);
        Assert.InRange(times[0], 0, 0.03);
        for (var at = 1; at < times.Count; at++)
            Assert.True(Math.Abs(times[at] - times[at - 1] - step) < 0.002, $"{stream} jumps at {times[at]}: {times[at] - times[at - 1]} s after the one before");
    }

    private async Task<string> JoinAsync(ClipId clip, IEnumerable<int> numbers)
    {
        var path = _card.At($"{Guid.CreateVersion7():N}.mp4");
        await using var film = File.Create(path);
        await film.WriteAsync(await File.ReadAllBytesAsync((await Previews.InitAsync(clip, 0, default))!));
        foreach (var number in numbers)
            await film.WriteAsync(await File.ReadAllBytesAsync((await Previews.SegmentAsync(clip, number, default))!));
        return path;
    }

    private async Task<ProbedClip> ProbedAsync(ClipId clip) =>
        new(clip, (await _station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Sha256, await _station.Get<MediaTable>().FindAsync(clip, default));

    /// <summary>On the card, copied, registered, stored and probed.</summary>
    private async Task<ClipId> GivenStoredAsync(string name, Action make)
    {
        make();
        var (clip, _) = await GivenClip.RegisteredAsync(_station, _card.Path, name);
        await _station.Get<ClipPipeline>().AdvanceAsync(clip, default);
        await _station.Get<ClipPipeline>().AdvanceAsync(clip, default);
        return clip;
    }
}
