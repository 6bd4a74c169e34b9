using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Ingest.Tests.Probe;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Flow;

/// <summary>The way of a clip behind the durable line, with the real database, store, sandbox and ffmpeg.</summary>
public sealed class ClipPipelineTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly string[] s_made = ["poster.jpg", "sprite.jpg", "thumbnails.vtt", "waveform.json"];
    private readonly TempFolder _card = new();
    private Station _station = null!;

    private ClipPipeline Pipeline => _station.Get<ClipPipeline>();

    private FolderObjectStore Store => (FolderObjectStore)_station.Get<ObjectStores>().Originals;

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
    public async Task A_video_goes_from_the_card_to_a_verified_original_with_pictures_and_waveform()
    {
        Need();
        Media.Clip(_card.At("VID_20240102_101112.mp4"), "whole way");
        var bytes = await File.ReadAllBytesAsync(_card.At("VID_20240102_101112.mp4"));
        var (clip, intake) = await GivenRegisteredAsync("VID_20240102_101112.mp4");
        Assert.Equal([AdvanceOutcome.Advanced, AdvanceOutcome.Advanced, AdvanceOutcome.Advanced, AdvanceOutcome.Advanced, AdvanceOutcome.NothingToDo], [await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default)]);

        var row = await RowAsync(clip);
        Assert.Equal((ClipStage.Linked, ClipHealth.Ok, "ready", ClipKind.Video, "h264", "aac", "original"), (
            row.Stage, row.Health, row.PreviewState, row.Kind, row.VideoCodec, row.AudioCodec, row.Plays));
        Assert.Equal((new DateTimeOffset(2024, 1, 2, 2, 11, 12, TimeSpan.Zero), "name", "advisory"), (row.RecordedFrom, row.RecordedSource, row.LockStrength));
        Assert.InRange((row.RecordedTo - row.RecordedFrom)!.Value.TotalSeconds, 2.9, 3.2);
        Assert.True(row.LockedUntil >= row.ReceivedAt.AddDays(183).AddSeconds(-1));
        Assert.NotNull(row.Sm3);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Original(clip))));
        var manifest = IntakeManifest.FromBytes(await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Manifest(clip, intake))));
        Assert.Equal((clip, intake, row.Sha256), (manifest.Clip!.Value, manifest.Intake, manifest.Sha256));
        Assert.False(Directory.Exists(Path.GetDirectoryName(_station.Get<Spool>().OriginalOf(intake))), "the spooled copy was released");
        Assert.Equal(IntakeState.Stored, _station.Get<IntakeBook>().Get(intake).State);

        await DerivedAreWholeAsync(clip, row);
        Assert.Equal([CustodyKinds.ClipRegistered, CustodyKinds.ClipStored, CustodyKinds.ClipProbed, CustodyKinds.ClipPreviewed, CustodyKinds.ClipLinked], await KindsAsync(clip));
        Assert.Equal("match", Assert.Single(await _station.Get<VerificationTable>().OfClipAsync(clip, default)).Result);
        Assert.Equal([WorkQueues.Media, WorkQueues.Media, WorkQueues.Media], _station.Wakes.Select(wake => wake.Queue));
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task Two_workers_that_run_every_job_many_times_leave_one_event_for_each_stage_and_one_object()
    {
        Need();
        Media.Clip(_card.At("a.mp4"), "two workers");
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Wait.UntilAsync("the clip has its preview", async () =>
        {
            await Pipeline.AdvanceAsync(clip, default);
            return (await RowAsync(clip)).Stage == ClipStage.Linked;
        }, seconds: 60))));
        for (var i = 0; i < 3; i++)
            Assert.Equal(AdvanceOutcome.NothingToDo, await Pipeline.AdvanceAsync(clip, default));
        await IsWholeOnceAsync(clip);
    }

    [SkippableFact]
    public async Task A_worker_that_is_stopped_anywhere_leaves_a_state_from_which_the_next_one_goes_on()
    {
        Need();
        Media.Clip(_card.At("a.mp4"), "stopped");
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        var stage = ClipStage.Registered;
        var patience = 1;
        await Wait.UntilAsync("the clip has its preview", async () =>
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(patience));
            try
            {
                await Pipeline.AdvanceAsync(clip, stop.Token);
            }
            catch (OperationCanceledException)
            {
                patience += (patience / 4) + 1;
            }
            var now = (await RowAsync(clip)).Stage;
            Assert.True(now >= stage, "a stage never goes back");
            stage = now;
            return now == ClipStage.Linked;
        }, seconds: 90);
        await IsWholeOnceAsync(clip);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_station.Folder, "run", "media")));
    }

    [SkippableFact]
    public async Task Deleted_derived_files_are_made_again_and_the_original_is_untouched()
    {
        Need();
        Media.Clip(_card.At("a.mp4"), "deleted");
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await AdvanceToEndAsync(clip);
        var original = await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Original(clip)));
        foreach (var name in s_made)
            await _station.Get<ObjectStores>().Derived.DeleteAsync(ObjectKey.Derived(clip, name), default);
        var row = await RowAsync(clip);
        await _station.Get<PreviewClip>().RunAsync(new ProbedClip(clip, row.Sha256, await _station.Get<MediaTable>().FindAsync(clip, default)), default);
        await DerivedAreWholeAsync(clip, row);
        Assert.Equal(original, await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Original(clip))));
        Assert.Equal(5, (await KindsAsync(clip)).Count);
    }

    [SkippableFact]
    public async Task A_flipped_byte_at_rest_turns_the_clip_red_and_a_good_re_read_after_the_repair_turns_it_back()
    {
        Need();
        Media.Clip(_card.At("a.mp4"), "at rest", 1);
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await AdvanceToEndAsync(clip);
        Assert.Equal("match", await VerifyAsync(clip));

        Flip(Store.PathOf(ObjectKey.Original(clip)));
        Assert.Equal("mismatch", await VerifyAsync(clip));
        Assert.Equal((ClipHealth.Damaged, "mismatch"), ((await RowAsync(clip)).Health, (await RowAsync(clip)).HealthReason));

        Flip(Store.PathOf(ObjectKey.Original(clip)));
        Assert.Equal("match", await VerifyAsync(clip));
        Assert.Equal((ClipHealth.Ok, ClipStage.Linked), ((await RowAsync(clip)).Health, (await RowAsync(clip)).Stage));
        Assert.Equal([CustodyKinds.ClipVerified, CustodyKinds.ClipDamaged, CustodyKinds.ClipVerified], (await KindsAsync(clip))[5..]);
    }

    [SkippableFact]
    public async Task An_original_that_is_gone_is_damage_and_no_error_of_the_worker()
    {
        Need();
        _card.Write("a.bin", Given.Bytes());
        var (clip, _) = await GivenRegisteredAsync("a.bin");
        await AdvanceToEndAsync(clip);
        File.Delete(Store.PathOf(ObjectKey.Original(clip)));
        Assert.Equal("missing", await VerifyAsync(clip));
        Assert.Equal(ClipHealth.Damaged, (await RowAsync(clip)).Health);
    }

    [SkippableFact]
    public async Task A_verification_runs_once_and_one_of_a_clip_that_is_not_stored_says_so()
    {
        Need();
        _card.Write("a.bin", Given.Bytes());
        var (clip, _) = await GivenRegisteredAsync("a.bin");
        Assert.Equal("unavailable", await VerifyAsync(clip));
        Assert.Equal(ClipHealth.Ok, (await RowAsync(clip)).Health);
        await AdvanceToEndAsync(clip);
        var request = await RequestAsync(clip);
        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _station.Get<VerifyClip>().RunAsync(request, default))));
        Assert.Contains(ended, row => row!.Result == "match");
        Assert.All(ended, row => Assert.Contains(row!.Result, (string[])["match", "running"]));
        Assert.Single(await KindsAsync(clip), CustodyKinds.ClipVerified);
        Assert.Null(await _station.Get<VerifyClip>().RunAsync(VerificationId.New(Given.Now), default));
    }

    [SkippableFact]
    public async Task Bytes_that_the_store_gives_back_differently_are_never_called_stored_and_the_spooled_copy_stays()
    {
        Need();
        _card.Write("a.bin", Given.Bytes(5000));
        var (clip, intake) = await GivenRegisteredAsync("a.bin");
        var spooled = _station.Get<Spool>().OriginalOf(intake);
        Flip(spooled);
        Assert.Equal(AdvanceOutcome.PutOff, await Pipeline.AdvanceAsync(clip, default));
        Assert.Equal((ClipStage.Registered, ClipHealth.Damaged), ((await RowAsync(clip)).Stage, (await RowAsync(clip)).Health));
        Assert.True(_station.Get<Spool>().Holds(intake));
        Assert.True(_station.Get<IntakeBook>().Get(intake).Damaged, "the board must know");
        Flip(spooled);
        Assert.Equal(AdvanceOutcome.Advanced, await Pipeline.AdvanceAsync(clip, default));
        Assert.Equal((ClipStage.Stored, ClipHealth.Ok), ((await RowAsync(clip)).Stage, (await RowAsync(clip)).Health));
        Assert.False(_station.Get<IntakeBook>().Get(intake).Damaged);
    }

    [SkippableFact]
    public async Task A_store_that_is_away_is_waited_for_without_end()
    {
        Need();
        _card.Write("a.bin", Given.Bytes());
        var (clip, intake) = await GivenRegisteredAsync("a.bin");
        var store = Path.Combine(_station.Folder, "store");
        await File.WriteAllTextAsync(store, "no folder");
        for (var i = 0; i < 5; i++)
            Assert.Equal(AdvanceOutcome.PutOff, await Pipeline.AdvanceAsync(clip, default));
        Assert.Equal((ClipStage.Registered, ClipHealth.Ok), ((await RowAsync(clip)).Stage, (await RowAsync(clip)).Health));
        Assert.True(_station.Get<Spool>().Holds(intake));
        File.Delete(store);
        await AdvanceToEndAsync(clip);
        Assert.Equal(ClipHealth.Ok, (await RowAsync(clip)).Health);
    }

    [SkippableFact]
    public async Task Another_station_s_spooled_bytes_are_left_to_it()
    {
        Need();
        var registration = await _station.Get<RegistrationTable>().RegisterAsync(Given.Manifest(), ClipKind.Video, TimeProvider.System.GetUtcNow(), default);
        // Soon at first, since the journal may be about to learn of it; later now and then.
        foreach (var (least, most) in new[] { (0, 5), (0, 5), (0, 5), (60, 120) })
        {
            Assert.Equal(AdvanceOutcome.NotHere, await Pipeline.AdvanceAsync(registration.Clip, default));
            var due = await database.AsOwner.ScalarAsync<DateTime>("select next_attempt_at from clip_work where clip_id = $1", registration.Clip.Value);
            Assert.InRange((due - DateTime.UtcNow).TotalSeconds, least, most);
        }
        Assert.Equal(ClipStage.Registered, (await RowAsync(registration.Clip)).Stage);
    }

    [SkippableFact]
    public async Task A_video_without_its_index_is_kept_and_marked_for_a_person()
    {
        Need();
        Media.Clip(_card.At("whole.mp4"), "cut");
        var bytes = await File.ReadAllBytesAsync(_card.At("whole.mp4"));
        _card.Write("cut.mp4", bytes.AsSpan(0, bytes.Length / 2));
        var (clip, _) = await GivenRegisteredAsync("cut.mp4");
        await AdvanceToEndAsync(clip);
        var row = await RowAsync(clip);
        Assert.Equal((ClipStage.Linked, ClipHealth.Attention, "unreadable", "none", ClipKind.Video), (row.Stage, row.Health, row.HealthReason, row.PreviewState, row.Kind));
        Assert.Equal(5, (await KindsAsync(clip)).Count);
    }

    [SkippableFact]
    public async Task A_photo_of_48_million_pixels_that_lies_on_its_side_has_an_upright_poster()
    {
        Need();
        Photos.OnItsSide(_card.At("a.jpg"), width: 8000, height: 6000);
        var (clip, _) = await GivenRegisteredAsync("a.jpg");
        await AdvanceToEndAsync(clip);
        Assert.Equal((ClipHealth.Ok, "ready"), ((await RowAsync(clip)).Health, (await RowAsync(clip)).PreviewState));
        var poster = Store.PathOf(ObjectKey.Derived(clip, "poster.jpg"));
        Assert.Equal("640,854", Media.Ffprobe("-show_entries", "stream=width,height", "-of", "csv=p=0", poster));
        Assert.Equal("red", Photos.ColourAtTop(poster));
    }

    [SkippableTheory]
    [InlineData("notes.txt", "text", ClipKind.Data, "none", null)]
    [InlineData("poem", "text", ClipKind.Data, "none", null)]
    [InlineData("a.avi", "mjpeg", ClipKind.Video, "ready", "needs-preview")]
    [InlineData("a.wav", "sound", ClipKind.Audio, "ready", "original")]
    [InlineData("a.jpg", "photo", ClipKind.Photo, "ready", "photo")]
    public async Task Every_other_file_is_stored_and_goes_on_in_good_health_with_the_reason(string name, string content, ClipKind kind, string preview, string? plays)
    {
        Need();
        switch (content)
        {
            case "mjpeg":
                Media.Ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-c:v", "mjpeg", _card.At(name));
                break;
            case "sound":
                Media.Ffmpeg("-f", "lavfi", "-i", "sine=d=1", _card.At(name));
                break;
            case "photo":
                Photos.WithExif(_card.At(name), "MAKER", "2024:01:02 03:04:05");
                break;
            default:
                _card.Write(name, Given.Bytes());
                break;
        }
        var (clip, _) = await GivenRegisteredAsync(name);
        await AdvanceToEndAsync(clip);
        var row = await RowAsync(clip);
        Assert.Equal((ClipStage.Linked, ClipHealth.Ok, kind, preview, plays), (row.Stage, row.Health, row.Kind, row.PreviewState, row.Plays));
        if (content == "photo")
            Assert.Equal((new DateTimeOffset(2024, 1, 1, 19, 4, 5, TimeSpan.Zero), "exif"), (row.RecordedFrom, row.RecordedSource));
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task A_photo_whose_metadata_no_database_can_keep_comes_to_an_end_all_the_same()
    {
        Need();
        Photos.WithExif(_card.At("a.jpg"), "MAKER\0INSIDE", "2024:01:02 03:04:05");
        var (clip, _) = await GivenRegisteredAsync("a.jpg");
        await AdvanceToEndAsync(clip);
        Assert.Equal(ClipHealth.Ok, (await RowAsync(clip)).Health);
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task A_video_that_claims_an_absurd_length_comes_to_an_end()
    {
        Need();
        Media.Clip(_card.At("a.mp4"), "absurd", 1);
        var bytes = await File.ReadAllBytesAsync(_card.At("a.mp4"));
        // mvhd, version 0 (ISO/IEC 14496-12 §8.2.2): timescale 12 and duration 16 bytes after the end of the type.
        var header = bytes.AsSpan().IndexOf("mvhd"u8);
        bytes.AsSpan(header + 4 + 12, 4).Clear();
        bytes[header + 4 + 15] = 1;
        bytes.AsSpan(header + 4 + 16, 4).Fill(0xFE);
        _card.Write("a.mp4", bytes);
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await AdvanceToEndAsync(clip);
        Assert.Equal(ClipStage.Linked, (await RowAsync(clip)).Stage);
    }

    [SkippableFact]
    public async Task An_input_that_makes_a_step_fail_by_itself_is_given_to_a_person_after_three_attempts()
    {
        Need();
        _card.Write("a.mp4", Given.Bytes());
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await Pipeline.AdvanceAsync(clip, default);
        // Facts that the probe can't work with, as an early probe of hostile bytes might leave them.
        await _station.Get<MediaTable>().WriteAsync(
            new MediaRow { ClipId = clip, Container = "x", DurationMs = long.MaxValue, VideoCodec = "h264", Plays = "original", Tags = "{}", ProbedAt = Given.Now, Tool = "test" }, default);
        Assert.Equal([AdvanceOutcome.PutOff, AdvanceOutcome.PutOff, AdvanceOutcome.Advanced], [await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default), await Pipeline.AdvanceAsync(clip, default)]);
        Assert.Equal((ClipStage.Probed, ClipHealth.Attention, "probe-failed"), ((await RowAsync(clip)).Stage, (await RowAsync(clip)).Health, (await RowAsync(clip)).HealthReason));
        await AdvanceToEndAsync(clip);
        Assert.Equal(5, (await KindsAsync(clip)).Count);
    }

    [SkippableFact]
    public async Task A_preview_that_fails_three_times_goes_on_without_and_its_original_stays_verified()
    {
        Need();
        _card.Write("a.mp4", Given.Bytes());
        var (clip, _) = await GivenRegisteredAsync("a.mp4");
        await Pipeline.AdvanceAsync(clip, default);
        await _station.Get<MediaTable>().WriteAsync(
            new MediaRow { ClipId = clip, Container = "x", DurationMs = 1000, VideoCodec = "h264", Plays = "original", Tags = "{}", ProbedAt = Given.Now, Tool = "test" }, default);
        await AdvanceToEndAsync(clip);
        Assert.Equal((ClipHealth.Attention, "preview-failed", "failed"), ((await RowAsync(clip)).Health, (await RowAsync(clip)).HealthReason, (await RowAsync(clip)).PreviewState));
        Assert.Equal("match", await VerifyAsync(clip));
        Assert.Equal(5, (await KindsAsync(clip)).Count(kind => kind != CustodyKinds.ClipVerified));
    }

    private static void Need()
    {
        TestDatabase.Need();
        Media.NeedTools();
    }

    private Task<(ClipId Clip, IntakeId Intake)> GivenRegisteredAsync(string name) => GivenClip.RegisteredAsync(_station, _card.Path, name);

    private Task AdvanceToEndAsync(ClipId clip) => Wait.UntilAsync("the clip has come to its end", async () =>
    {
        await Pipeline.AdvanceAsync(clip, default);
        return (await RowAsync(clip)).Stage == ClipStage.Linked;
    }, seconds: 60);

    private async Task IsWholeOnceAsync(ClipId clip)
    {
        Assert.Equal([CustodyKinds.ClipRegistered, CustodyKinds.ClipStored, CustodyKinds.ClipProbed, CustodyKinds.ClipPreviewed, CustodyKinds.ClipLinked], await KindsAsync(clip));
        await DerivedAreWholeAsync(clip, await RowAsync(clip));
        var objects = new List<string>();
        await foreach (var stat in Store.ListAsync("", strange: null, default))
            objects.Add(stat.Key.Value.Split('/')[0]);
        Assert.Equal(["derived", "derived", "derived", "derived", "originals", "originals"], objects.Order());
    }

    private async Task DerivedAreWholeAsync(ClipId clip, ClipRow row)
    {
        var derived = await _station.Get<DerivedTable>().OfClipAsync(clip, default);
        Assert.Equal(s_made, derived.Select(file => file.Name));
        foreach (var file in derived)
        {
            var bytes = await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Derived(clip, file.Name)));
            Assert.Equal((file.Sha256, (int)file.SizeBytes, row.Sha256), (Given.Sha256(bytes), bytes.Length, file.ParentSha256));
        }
        var poster = await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Derived(clip, "poster.jpg")));
        Assert.Equal([0xFF, 0xD8], poster[..2]);
        using var wave = JsonDocument.Parse(await File.ReadAllBytesAsync(Store.PathOf(ObjectKey.Derived(clip, "waveform.json"))));
        Assert.InRange(wave.RootElement.GetProperty("peaks").GetArrayLength() * wave.RootElement.GetProperty("secondsPerPeak").GetDouble(), 2.9, 3.3);
        Assert.Contains(wave.RootElement.GetProperty("peaks").EnumerateArray(), peak => peak.GetInt32() > 5);
    }

    private async Task<string> VerifyAsync(ClipId clip) => (await _station.Get<VerifyClip>().RunAsync(await RequestAsync(clip), default))!.Result;

    private async Task<VerificationId> RequestAsync(ClipId clip) =>
        (await _station.Get<VerificationTable>().RequestAsync(clip, VerificationReasons.OnDemand, by: null, TimeProvider.System.GetUtcNow(), default)).VerificationId;

    /// <summary>One bit, behind the back of the program; the same call repairs it.</summary>
    private static void Flip(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 0x10));
    }

    private async Task<ClipRow> RowAsync(ClipId clip) => (await _station.Get<ClipTable>().FindForWorkAsync(clip, default))!;

    private async Task<List<string>> KindsAsync(ClipId clip) => [.. (await _station.Get<CustodyTable>().OfClipAsync(Given.Reviewer(), clip, default)).Select(row => row.Kind)];
}
