using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Ingest.Tests.Dock;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Store;

/// <summary>Deletion on a recorder: what a proof takes, and everything that leaves the file where it is. Rows 21 and 22 in a whole station: <c>ReleaseTests</c>.</summary>
public sealed class ReleaseCopiesTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Film = "DCIM/film.dat";
    private static int s_serial = 2_000_000;

    private readonly string _serial = Interlocked.Increment(ref s_serial).ToString(System.Globalization.CultureInfo.InvariantCulture);
    private Station _station = null!;
    private SlotWatcher _watcher = null!;

    private DockSlot Slot => _station.Get<DockStation>().Slots[0];

    private string Card => Slot.Source.Path;

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given)
            return;
        _station = Station.Whole(database, ("Station:Slots", "2"), ("Station:QuietPeriod", "00:00:00.2"), ("Work:ReleaseAfter", "00:00:00"));
        _watcher = _station.Get<SlotWatcherFactory>().Create(Slot, "dock");
        _station.Get<DockStation>().LockProven = true;
        await GivenPeople.UnitAsync(database.Catalog, "RC");
        await GivenPeople.RecorderAsync(database.Catalog, _serial, "RC");
        await new RecorderModelTable(database.Catalog).SaveAsync(new RecorderModel { Name = "Releasing", Releases = true }, GivenPeople.By(), default);
        await database.AsOwner.ExecuteAsync("update recorder set model_id = (select model_id from recorder_model where name = 'Releasing') where serial = $1", _serial);
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_is_stored_read_back_and_read_again_is_deleted_after_the_intention_was_written_and_the_tile_says_so()
    {
        var clip = await GreenAsync();
        await LookAsync();
        Assert.False(File.Exists(Path.Combine(Card, Film)));
        var row = Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default));
        Assert.Equal((ReleaseOutcomes.Deleted, null), (row.Outcome, row.Reason));
        Assert.True(row.IntendedAt <= row.EndedAt);
        Assert.Equal([CustodyKinds.ReleaseIntended, CustodyKinds.ReleaseDone], await EventsAsync(clip));
        var tile = _station.Get<Board>().Snapshot().Slots[0];
        Assert.Equal(("ready", 1L, 0L), (tile.State, tile.Released!.Gone, tile.Released.Open));
        // Again, nothing is doubled.
        await LookAsync();
        Assert.Equal(2, (await EventsAsync(clip)).Count);
        Assert.Empty(_station.Warnings);
    }

    [SkippableTheory]
    [InlineData("update recorder_model set releases = false where $1::text is not null")]
    [InlineData("update recorder set model_id = null where serial = $1")]
    [InlineData("update recorder set state = 'repair' where serial = $1")]
    [InlineData("update clip set health = 'damaged', health_reason = 'mismatch' where recorder = $1")]
    [InlineData("update clip set sm3 = null where recorder = $1")]
    [InlineData("update verification set result = 'unavailable' where clip_id = (select clip_id from clip where recorder = $1)")]
    [InlineData("update clip set stored_at = now() + interval '1 minute' where recorder = $1")]
    public async Task Whatever_a_proof_lacks_in_the_catalog_leaves_the_file_where_it_is(string sql)
    {
        var clip = await GreenAsync();
        await database.AsOwner.ExecuteAsync(sql, _serial);
        await LookAsync();
        await database.AsOwner.ExecuteAsync("update recorder_model set releases = true");
        await StaysAsync(clip);
    }

    [SkippableFact]
    public async Task Without_a_proven_lock_or_with_the_serial_in_two_slots_nothing_is_deleted()
    {
        var clip = await GreenAsync();
        _station.Get<DockStation>().LockProven = false;
        await LookAsync();
        await StaysAsync(clip);
        _station.Get<DockStation>().LockProven = true;
        var other = _station.Get<DockStation>().Slots[1];
        other.Session = new DockSession(new JournalSession { Session = SessionId.New(Given.Now), Slot = 2, Source = "dock", Attached = Given.Now, Recorder = new RecorderIdentity(_serial, _serial, "name") });
        await LookAsync();
        await StaysAsync(clip);
        other.Session = null;
        await LookAsync();
        Assert.False(File.Exists(Path.Combine(Card, Film)));
    }

    [SkippableFact]
    public async Task A_stored_object_that_gives_other_bytes_now_proves_nothing_and_is_verified_anew()
    {
        var clip = await GreenAsync();
        var path = ((FolderObjectStore)_station.Get<ObjectStores>().Originals).PathOf(ObjectKey.Original(clip));
        Media.Run("sh", "-c", "chmod u+w \"$1\" && printf X | dd of=\"$1\" bs=1 seek=100 conv=notrunc status=none", "sh", path);
        await LookAsync();
        await StaysAsync(clip);
        Assert.Contains(await new VerificationTable(database.Catalog).OfClipAsync(clip, default), asked => asked is { Reason: VerificationReasons.OnDemand, EndedAt: null });
    }

    [SkippableFact]
    public async Task Bytes_that_changed_under_the_same_size_and_time_stay_on_the_recorder_with_the_reason()
    {
        var clip = await GreenAsync();
        var path = Path.Combine(Card, Film);
        var modified = File.GetLastWriteTimeUtc(path);
        Media.Run("sh", "-c", "printf XYZ | dd of=\"$1\" bs=1 seek=2000 conv=notrunc status=none", "sh", path);
        File.SetLastWriteTimeUtc(path, modified);
        await KeptAsync(clip, ReleaseReasons.OtherBytes);
    }

    [SkippableFact]
    public async Task A_file_that_grew_since_it_was_listed_stays_on_the_recorder_with_the_reason()
    {
        var clip = await GreenAsync();
        await File.AppendAllTextAsync(Path.Combine(Card, Film), "more");
        await KeptAsync(clip, ReleaseReasons.Changed);
    }

    [SkippableFact]
    public async Task A_link_that_took_the_file_s_place_leads_nowhere()
    {
        var clip = await GreenAsync();
        using var host = new TempFolder();
        var path = Path.Combine(Card, Film);
        File.Copy(path, host.At("film.dat"));
        File.SetLastWriteTimeUtc(host.At("film.dat"), File.GetLastWriteTimeUtc(path));
        File.Delete(path);
        File.CreateSymbolicLink(path, host.At("film.dat"));
        await LookAsync();
        Assert.True(File.Exists(host.At("film.dat")));
        Assert.Equal(ReleaseReasons.Changed, Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default)).Reason);
    }

    [SkippableFact]
    public async Task Fault_22_an_intended_file_that_is_gone_counts_as_deleted_only_while_its_recorder_is_surely_there()
    {
        var clip = await GreenAsync();
        var due = Assert.Single(await new ReleaseTable(database.Catalog).DueAsync(_serial, Docked(), default));
        var (proof, _) = await _station.Get<DeviceDeleteProof.Maker>().MakeAsync(due, Place(), GivenPeople.By(), default);
        Assert.NotNull(proof);
        // The recorder was pulled: the slot's folder is empty, and two looks haven't ended the session yet.
        using var away = new TempFolder();
        var name = Directory.GetFiles(Card).Single();
        Directory.Move(Path.Combine(Card, "DCIM"), away.At("DCIM"));
        File.Move(name, away.At("name"));
        await LookAsync();
        await LookAsync();
        Assert.Null(Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default)).Outcome);
        // It is back, and the file alone is gone.
        File.Move(away.At("name"), name);
        Directory.Move(away.At("DCIM"), Path.Combine(Card, "DCIM"));
        File.Delete(Path.Combine(Card, Film));
        await LookAsync();
        Assert.Null(Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default)).Outcome);
        await LookAsync();
        Assert.Equal(ReleaseOutcomes.Recovered, Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default)).Outcome);
        Assert.Equal([CustodyKinds.ReleaseIntended, CustodyKinds.ReleaseRecovered], await EventsAsync(clip));
    }

    [SkippableFact]
    public async Task A_proof_that_is_too_old_deletes_nothing_and_nobody_else_makes_one()
    {
        await GreenAsync();
        var due = Assert.Single(await new ReleaseTable(database.Catalog).DueAsync(_serial, Docked(), default));
        var (proof, _) = await _station.Get<DeviceDeleteProof.Maker>().MakeAsync(due, Place(), GivenPeople.By(), default);
        var late = DeleteOnRecorder.Run(Card, proof!, () => TimeProvider.System.GetUtcNow() + DeviceDeleteProof.GoodFor, default);
        Assert.Equal(new DeleteResult(DeleteOutcome.Failed, ReleaseReasons.Expired), late);
        Assert.True(File.Exists(Path.Combine(Card, Film)));
        Assert.Empty(typeof(DeviceDeleteProof).GetConstructors());
        Assert.Equal(new DeleteResult(DeleteOutcome.Deleted), DeleteOnRecorder.Run(Card, proof!, TimeProvider.System.GetUtcNow, default));
        Assert.Equal(new DeleteResult(DeleteOutcome.Absent), DeleteOnRecorder.Run(Card, proof!, TimeProvider.System.GetUtcNow, default));
    }

    [SkippableFact]
    public async Task Fault_21_a_recorder_that_is_mounted_for_reading_only_keeps_its_file_and_the_intention_stays()
    {
        TestDatabase.Need();
        using var card = MountedCard.At(Card);
        var clip = await GreenAsync();
        card.Remount("ro");
        await LookAsync();
        await LookAsync();
        Assert.True(File.Exists(Path.Combine(Card, Film)));
        Assert.Equal([CustodyKinds.ReleaseIntended, CustodyKinds.ReleaseFailed], await EventsAsync(clip));
        var tile = _station.Get<Board>().Snapshot().Slots[0];
        Assert.Equal((0L, 1L), (tile.Released!.Gone, tile.Released.Open));
    }

    [SkippableFact]
    public async Task Fault_21_a_recorder_that_failed_once_is_let_be_until_it_is_docked_anew_and_files_that_name_it_would_go_last()
    {
        TestDatabase.Need();
        using var card = MountedCard.At(Card);
        // The named one comes first in every list.
        var named = await GreenAsync(ofNamed: 3000);
        var film = await ClipOfAsync(await File.ReadAllBytesAsync(Path.Combine(Card, Film)));
        card.Remount("ro");
        await LookAsync();
        card.Remount("rw");
        await LookAsync();
        Assert.Equal([CustodyKinds.ReleaseIntended, CustodyKinds.ReleaseFailed], await EventsAsync(film));
        Assert.Empty(await EventsAsync(named));
        Assert.Equal(2, Directory.GetFiles(Card, "*", SearchOption.AllDirectories).Length);
    }

    /// <summary>A recorder whose one file is stored and confirmed; or its two files, and then the clip is that of the one whose name tells the recorder.</summary>
    private async Task<ClipId> GreenAsync(int ofNamed = 0)
    {
        TestDatabase.Need();
        Directory.CreateDirectory(Path.Combine(Card, "DCIM"));
        await File.WriteAllBytesAsync(Path.Combine(Card, Film), Given.Bytes(5000));
        // Its name tells the recorder.
        var bytes = ofNamed > 0 ? Given.Bytes(ofNamed) : [];
        await File.WriteAllBytesAsync(Path.Combine(Card, $"DSJ_{_serial}_123456_20250221030623.MP4"), bytes);
        await Wait.UntilAsync("its file is here", () =>
        {
            _watcher.Poll(default);
            return Slot.Session is { Missing: 0, Files.Count: 2 } session && session.Files.Count(file => file.State == DockFileState.Taken) == (ofNamed > 0 ? 2 : 1);
        });
        var register = _station.Get<RegisterService>();
        await register.ReplayAsync(default);
        var clips = _station.Get<JournalTable>().Open().Where(intake => intake.State == IntakeState.Registered).Select(intake => intake.Clip!.Value).ToList();
        Assert.Equal(ofNamed > 0 ? 2 : 1, clips.Count);
        foreach (var clip in clips)
            Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(clip, default));
        await register.ReplayAsync(default);
        Assert.Equal("ready", _station.Get<Board>().Snapshot().Slots[0].State);
        return ofNamed == 0 ? clips[0] : await ClipOfAsync(bytes);
    }

    private async Task<ClipId> ClipOfAsync(byte[] bytes) =>
        new(await database.AsOwner.ScalarAsync<Guid>("select clip_id from clip where sha256 = $1", Given.Sha256(bytes).Bytes.ToArray()));

    private Task LookAsync() => _station.Get<ReleaseCopies>().RunAsync(Slot, default);

    private IReadOnlyCollection<IntakeId> Docked()
    {
        lock (Slot.Session!.Gate)
            return [.. Slot.Session.Files.Select(file => file.Intake).OfType<LiveIntake>().Select(intake => intake.Id)];
    }

    private ReleasePlace Place() => new(_serial, "station-1", 1, Slot.Session!.Record.Session);

    private async Task StaysAsync(ClipId clip)
    {
        Assert.True(File.Exists(Path.Combine(Card, Film)), "it was deleted");
        Assert.Empty(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default));
        Assert.Empty(await EventsAsync(clip));
    }

    private async Task KeptAsync(ClipId clip, string reason)
    {
        await LookAsync();
        Assert.True(File.Exists(Path.Combine(Card, Film)), "it was deleted");
        var row = Assert.Single(await new ReleaseTable(database.Catalog).OfClipAsync(clip, default));
        Assert.Equal((ReleaseOutcomes.Kept, reason), (row.Outcome, row.Reason));
        Assert.Equal([CustodyKinds.ReleaseIntended, CustodyKinds.ReleaseKept], await EventsAsync(clip));
        Assert.Contains(reason, Encoding.UTF8.GetString((await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Single(kept => kept.Kind == CustodyKinds.ReleaseKept).Body!), StringComparison.Ordinal);
        await LookAsync();
        Assert.Equal(2, (await EventsAsync(clip)).Count);
    }

    private async Task<List<string>> EventsAsync(ClipId clip) =>
        [.. (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Where(kept => kept.Kind.StartsWith("release.", StringComparison.Ordinal)).OrderBy(kept => kept.At).Select(kept => kept.Kind)];
}
