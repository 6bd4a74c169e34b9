using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>Slots with real folders; the clock alone is moved by hand. There is no database in any of these.</summary>
public sealed class SlotWatcherTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private Station _station;
    private SlotWatcher _watcher = null!;

    public SlotWatcherTests()
    {
        _station = Station.Docking(_clock);
        Watch();
    }

    private DockSlot Slot => _station.Get<DockStation>().Slots[0];

    private BoardSlot Tile => _station.Get<Board>().Snapshot().Slots[0];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public async Task A_recorder_is_seen_copied_after_the_quiet_period_and_may_be_taken_once_it_is_spooled()
    {
        Poll();
        Assert.Equal(("empty", true), (Tile.State, Tile.MayTake));
        Put("DSJ_7654321_123456_20250221030623.MP4");
        Poll();
        Assert.Equal(("running", "waiting", false, 1, 0), (Tile.State, Tile.Phase, Tile.MayTake, Tile.Files.Listed, Tile.Files.Copied));
        Assert.Equal(("7654321", "name"), (Tile.Recorder, Tile.RecorderBy));
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Poll();
        Assert.Equal(DockFileState.Listed, Files().Single().State);
        await PollUntilAsync("the file is taken", () => Files().Single().State == DockFileState.Taken);
        Assert.Equal(("running", "storing", 1), (Tile.State, Tile.Phase, Tile.Files.Copied));
        Assert.Equal("7654321", Assert.Single(_station.Get<JournalTable>().Open()) is { Intake: var intake } ? _station.Get<Spool>().ManifestOf(intake).Recorder.Serial : null);
    }

    [Fact]
    public async Task A_file_that_keeps_growing_is_not_touched()
    {
        Put("a.mp4", 10);
        for (var size = 20; size < 100; size += 10)
        {
            Poll();
            _clock.Advance(TimeSpan.FromSeconds(2.5));
            Put("a.mp4", size);
        }
        Poll();
        Assert.Equal((DockFileState.Listed, 0), (Files().Single().State, Files().Single().Attempts));
        await PollUntilAsync("the file is taken", () => Files().Single().State == DockFileState.Taken);
    }

    [Fact]
    public void One_poll_that_finds_the_slot_empty_is_a_hiccup_two_end_the_session()
    {
        Put("a.mp4");
        Poll();
        var session = Slot.Session;
        Clear();
        Poll();
        Assert.Same(session, Slot.Session);
        Put("a.mp4");
        Poll();
        Clear();
        Poll();
        Assert.Same(session, Slot.Session);
        Poll();
        Assert.Null(Slot.Session);
    }

    /// <summary>What the loop over fault points found: the journal had the first session, and the recorder was docked twice in the custody log.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fault_55_a_journal_that_fails_after_it_wrote_begins_no_second_session(bool taken)
    {
        using var disk = new SqliteConnection($"Data Source={Path.Combine(_station.Folder, "station.db")}");
        // 'fail' keeps what the statement did before it: written, and told as failed.
        disk.Execute("create trigger half after insert on session begin select raise(fail, 'the disk is full'); end");
        Put("a.mp4");
        Assert.Throws<SqliteException>(Poll);
        disk.Execute("drop trigger half");
        var begun = Assert.Single(_station.Get<JournalTable>().OpenSessions("dock")).Session;
        if (taken)
        {
            Clear();
            Poll();
            Poll();
            Assert.Empty(_station.Get<JournalTable>().OpenSessions("dock"));
            Assert.Equal((begun, Given.Now), Assert.Single(_station.Get<JournalTable>().UnwrittenSessions()) is var ended ? (ended.Session, ended.Detached!.Value) : default);
            Put("a.mp4");
            Poll();
            Assert.NotEqual(begun, Slot.Session!.Record.Session);
        }
        else
        {
            Poll();
            Assert.Equal(begun, Slot.Session!.Record.Session);
            Assert.Equal(begun, Assert.Single(_station.Get<JournalTable>().OpenSessions("dock")).Session);
        }
    }

    [Fact]
    public void A_recorder_taken_out_too_early_is_told_with_the_count_of_what_is_missing()
    {
        Put("a.mp4");
        Put("b.mp4");
        Put("c.mp4");
        Poll();
        Clear();
        Poll();
        Poll();
        var board = _station.Get<Board>().Snapshot();
        Assert.Equal(new BoardAlert(1, 3, Given.Now), Assert.Single(board.Alerts));
        Assert.Equal((true, 3), (board.Slots[0].Summary!.Early, board.Slots[0].Summary!.Missing));
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Empty(_station.Get<Board>().Snapshot().Alerts);
        Assert.NotNull(Tile.Summary);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(Tile.Summary);
        var session = Assert.Single(_station.Get<JournalTable>().UnwrittenSessions());
        Assert.Equal((true, 3, Given.Now), (session.Early, session.Missing, session.Detached));
    }

    [Fact]
    public async Task A_recorder_taken_out_after_the_last_copy_is_no_early_one()
    {
        Put("a.mp4");
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
        Poll();
        Clear();
        Poll();
        Poll();
        Assert.Empty(_station.Get<Board>().Snapshot().Alerts);
        Assert.Equal((false, 0, 1), (Tile.Summary!.Early, Tile.Summary.Missing, Tile.Summary.Staged));
    }

    [Fact]
    public async Task A_restart_resumes_the_open_session_and_copies_nothing_twice()
    {
        Put("a.mp4");
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
        var session = Slot.Session!.Record.Session;
        await using var restarted = Station.Restarted(_station.Folder, _clock);
        var slot = restarted.Get<DockStation>().Slots[0];
        restarted.Get<SpoolReplay>().Run();
        using var stop = new CancellationTokenSource();
        var running = restarted.Get<SlotWatcherFactory>().Create(slot, "dock").RunAsync(stop.Token);
        await Wait.UntilAsync("the file is recognised", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return slot.Session is { } resumed && FilesOf(resumed).Any(file => file.State == DockFileState.Taken);
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(session, slot.Session!.Record.Session);
        Assert.False(FilesOf(slot.Session).Single().Known, "it was taken in this very session");
        Assert.Single(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
    }

    [Fact]
    public async Task What_an_earlier_session_took_in_is_known_and_not_copied_again()
    {
        Put("a.mp4");
        var path = Path.Combine(_station.Folder, "docks", "slot-01", "a.mp4");
        var (bytes, modified) = (File.ReadAllBytes(path), File.GetLastWriteTimeUtc(path));
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
        Clear();
        Poll();
        Poll();
        Put("a.mp4", bytes.Length, bytes);
        File.SetLastWriteTimeUtc(path, modified);
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
        Assert.True(Files().Single().Known);
        Assert.Equal(1, Tile.Files.Known);
        Assert.Single(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
    }

    [Fact]
    public async Task Empty_files_links_and_litter_are_skipped_with_the_reason_and_hold_nobody_up()
    {
        Put("empty.mp4", 0, []);
        Put("Thumbs.db");
        File.CreateSymbolicLink(Path.Combine(_station.Folder, "docks", "slot-01", "link"), "/etc/passwd");
        await PollUntilAsync("all are skipped", () => Files().Count == 3 && Files().All(file => file.State == DockFileState.Skipped));
        Assert.Equal(["empty", "ignored", "link"], _station.Get<JournalTable>().Skipped(Slot.Session!.Record.Session).Select(row => row.Reason).Order());
        Assert.Equal(("ready", true, 2), (Tile.State, Tile.MayTake, Tile.Skips.Count));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
    }

    [Fact]
    public async Task An_empty_file_that_grows_quiet_between_two_listings_is_not_copied_either()
    {
        await _station.DisposeAsync();
        // Quiet at once, and the next listing is not due yet, as after a slow one of a large card.
        _station = Station.Docking(_clock, ("Station:QuietPeriod", "00:00:00.0000001"));
        Watch();
        Put("empty.mp4", 0, []);
        Poll();
        _clock.Advance(TimeSpan.FromTicks(1));
        Poll();
        Assert.Equal(DockFileState.Listed, Files().Single().State);
        await PollUntilAsync("it is skipped", () => Files().Single().State == DockFileState.Skipped);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_station.Folder, "spool")));
    }

    [Fact]
    public async Task A_sidecar_is_attached_to_the_file_with_its_base_name()
    {
        Put("clip.MP4");
        Put("clip.txt");
        Put("alone.txt");
        await PollUntilAsync("all are taken", () => Files().Count == 3 && Files().All(file => file.State == DockFileState.Taken));
        var spool = _station.Get<Spool>();
        var manifests = spool.Whole().Select(spool.ManifestOf).ToDictionary(manifest => manifest.DisplayPath);
        Assert.Equal((manifests["clip.MP4"].Intake, null), (manifests["clip.txt"].SidecarOf, manifests["alone.txt"].SidecarOf));
    }

    [Fact]
    public async Task A_full_spool_turns_the_tile_red_and_copying_resumes_by_itself()
    {
        await _station.DisposeAsync();
        _station = Station.Docking(_clock, ("Copy:ReserveBytes", long.MaxValue.ToString()));
        Watch();
        Put("a.mp4");
        await PollUntilAsync("the tile is red", () => Tile.State == "trouble");
        Assert.Equal((FailReasons.SpoolFull, false, true), (Tile.Cause!.Code, Tile.MayTake, _station.Get<Board>().Snapshot().Lights.SpoolLow));
        await using var roomier = Station.Restarted(_station.Folder, _clock);
        var slot = roomier.Get<DockStation>().Slots[0];
        var watcher = roomier.Get<SlotWatcherFactory>().Create(slot, "dock");
        await Wait.UntilAsync("the file is taken", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            watcher.Poll(default);
            return slot.Session is { } session && FilesOf(session).Any(file => file.State == DockFileState.Taken);
        });
    }

    [Fact]
    public async Task A_broken_card_turns_its_own_slot_red_and_the_other_slot_works_on()
    {
        Directory.CreateDirectory(Path.Combine(_station.Folder, "docks", "slot-01", "1/2/3/4/5/6/7/8/9"));
        Directory.CreateDirectory(Path.Combine(_station.Folder, "docks", "slot-02"));
        await File.WriteAllTextAsync(Path.Combine(_station.Folder, "docks", "slot-02", "a.mp4"), "good");
        using var stop = new CancellationTokenSource();
        var slots = _station.Get<DockStation>().Slots;
        var running = slots.Select(slot => _station.Get<SlotWatcherFactory>().Create(slot, "dock").RunAsync(stop.Token)).ToList();
        await Wait.UntilAsync("the other slot is done", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return slots[1].Session is { } session && FilesOf(session).Any(file => file.State == DockFileState.Taken) && Tile.State == "trouble";
        });
        Assert.Equal(("trouble", FailReasons.TooDeep, false), (Tile.State, Tile.Cause!.Code, Tile.MayTake));
        Directory.Delete(Path.Combine(_station.Folder, "docks", "slot-01", "1"), recursive: true);
        await Wait.UntilAsync("the slot recovers", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Tile.State == "empty";
        });
        await stop.CancelAsync();
        foreach (var task in running)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Theory]
    [InlineData("00010101000000.mp4")]
    [InlineData("DSJ_7654321_123456_00010101000000.mp4")]
    [InlineData("seg_99999999999999999.mp4")]
    public async Task A_file_with_an_impossible_time_in_its_name_is_taken_like_any_other(string name)
    {
        Put(name);
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
    }

    [Fact]
    public async Task A_copy_that_the_journal_remembers_and_the_spool_lost_is_made_again()
    {
        Put("a.mp4");
        await PollUntilAsync("the file is taken", () => Files().FirstOrDefault()?.State == DockFileState.Taken);
        var lost = Files().Single().Intake!.Id;
        Directory.Delete(Path.GetDirectoryName(_station.Get<Spool>().OriginalOf(lost))!, recursive: true);
        await using var restarted = Station.Restarted(_station.Folder, _clock);
        var slot = restarted.Get<DockStation>().Slots[0];
        var watcher = restarted.Get<SlotWatcherFactory>().Create(slot, "dock");
        await Wait.UntilAsync("the file is taken", () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            watcher.Poll(default);
            return slot.Session is { } session && FilesOf(session).Any(file => file.State == DockFileState.Taken);
        });
        Assert.NotEqual(lost, FilesOf(slot.Session!).Single().Intake!.Id);
        Assert.Single(restarted.Get<Spool>().Whole());
    }

    private void Watch() => _watcher = _station.Get<SlotWatcherFactory>().Create(Slot, "dock");

    private void Poll() => _watcher.Poll(default);

    private Task PollUntilAsync(string what, Func<bool> isTrue) => Wait.UntilAsync(what, () =>
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        Poll();
        return Slot.Session is not null && isTrue();
    });

    private List<DockFile> Files() => FilesOf(Slot.Session!);

    private static List<DockFile> FilesOf(DockSession session)
    {
        lock (session.Gate)
            return [.. session.Files];
    }

    private void Put(string name, int size = 1000, byte[]? bytes = null)
    {
        var folder = Path.Combine(_station.Folder, "docks", "slot-01");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), bytes ?? Given.Bytes(size));
    }

    private void Clear()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_station.Folder, "docks", "slot-01")))
            File.Delete(file);
    }
}
