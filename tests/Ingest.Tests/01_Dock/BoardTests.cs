using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class BoardTests : IAsyncLifetime
{
    private static readonly Gen<(DockFileState State, IntakeState Intake, bool Damaged, bool Known, bool Duplicate, bool Ignored, bool Confirmed)> s_files = Gen.Select(
        Gen.Frequency((4, Gen.Const(DockFileState.Taken)), (1, Gen.Enum<DockFileState>())),
        Gen.Frequency((4, Gen.Const(IntakeState.Stored)), (1, Gen.Enum<IntakeState>())),
        Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))),
        Gen.Bool,
        Gen.Bool,
        Gen.Bool,
        Gen.Frequency((9, Gen.Const(true)), (1, Gen.Const(false))));

    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly Station _station;

    public BoardTests() => _station = Station.Docking(_clock);

    private DockSlot Slot => _station.Get<DockStation>().Slots[0];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _station.DisposeAsync();

    [Fact]
    public void A_tile_is_green_only_when_every_file_is_stored_and_sound_or_skipped_with_a_reason() =>
        Gen.Select(s_files.Array[1, 6], Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true))), Gen.Int[0, 120]).Sample(
            (files, isFaulty, seconds) =>
            {
                var session = GivenSession(files.Length);
                foreach (var (file, plan) in session.Files.Zip(files))
                    Plan(file, session, plan);
                Slot.Session = session;
                Slot.Fault = isFaulty ? new SlotFault("list-error", "x") : null;
                _clock.AdjustTime(Given.Now.AddSeconds(seconds));
                var tile = Tile();

                bool IsSafe(DockFile file) => file.State == DockFileState.Skipped
                    ? file.Reason is not null
                    : file is { State: DockFileState.Taken, Intake: { State: IntakeState.Stored, Confirmed: true, Damaged: false } };
                bool IsHere(DockFile file) => file.State is DockFileState.Skipped or DockFileState.Taken && file.Intake is not { Damaged: true };
                Assert.Equal(!isFaulty && session.Files.All(IsSafe), tile.State == "ready");
                Assert.Equal(!isFaulty && session.Files.All(IsHere) && tile.State is "ready" or "staged", tile.MayTake);
                Assert.Equal(isFaulty || session.Files.Any(file => file.State == DockFileState.Failed || file.Intake is { Damaged: true }), tile.State == "trouble");
                Assert.Equal(tile.State == "trouble", tile.Cause is not null);
                if (tile.State is "ready")
                    Assert.Equal((tile.Files.Listed, tile.Files.Listed, 0), (tile.Files.Stored, tile.Files.Copied, tile.Files.Failed));
            },
            iter: 3000,
            threads: 1);

    [Fact]
    public void Amber_comes_only_after_a_minute_without_progress_of_storing()
    {
        var session = GivenSession(1);
        var file = session.Files.Single();
        Plan(file, session, (DockFileState.Taken, IntakeState.Registered, false, false, false, false, false));
        Slot.Session = session;
        file.Intake!.Progress(10, Given.Now);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(("running", "storing", false), (Tile().State, Tile().Phase, Tile().MayTake));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("staged", true), (Tile().State, Tile().MayTake));
        file.Intake.Progress(20, _clock.GetUtcNow());
        Assert.Equal(("running", false), (Tile().State, Tile().MayTake));
    }

    [Fact]
    public void A_recorder_without_any_file_may_be_taken_once_it_was_quiet()
    {
        Slot.Session = GivenSession(0);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(("running", false), (Tile().State, Tile().MayTake));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("ready", true), (Tile().State, Tile().MayTake));
    }

    [Fact]
    public void Before_the_first_listing_nothing_is_promised()
    {
        Slot.Session = new DockSession(new JournalSession { Session = SessionId.New(Given.Now), Slot = 1, Source = "dock", Attached = Given.Now });
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("running", "waiting", false), (Tile().State, Tile().Phase, Tile().MayTake));
    }

    [Fact]
    public void Counts_and_lights_are_those_of_the_station()
    {
        var session = GivenSession(2);
        foreach (var file in session.Files)
            Plan(file, session, (DockFileState.Taken, IntakeState.Stored, false, false, false, false, true));
        Slot.Session = session;
        _station.Get<DockStation>().DatabaseUp = false;
        var board = _station.Get<Board>().Snapshot();
        Assert.Equal(new BoardCounts(1, 0, 0, 0), board.Counts);
        Assert.Equal(("down", "advisory", "unknown"), (board.Lights.Database, board.Lights.Store, board.Lights.Clock));
        _station.Get<DockStation>().StoreUp = false;
        Assert.Equal("down", _station.Get<Board>().Snapshot().Lights.Store);
        Assert.Equal(200, board.Slots[0].Bytes.Stored);
    }

    [Fact]
    public void A_tile_names_who_has_the_recorder_by_the_journal_alone_and_nobody_where_its_serial_is_in_two_slots()
    {
        _station.Get<JournalTable>().WriteHolders([new Holding("DSJ-1", "YA1007", "王建国")]);
        Assert.Null(Tile().Officer);
        GivenRecorder(0, "dsj-1");
        Assert.Equal("王建国 YA1007", Tile().Officer);
        GivenRecorder(1, "DSJ-1");
        Assert.Equal([null, null], _station.Get<Board>().Snapshot().Slots.Take(2).Select(slot => slot.Officer));
        GivenRecorder(1, "DSJ-2");
        Assert.Equal(["王建国 YA1007", null], _station.Get<Board>().Snapshot().Slots.Take(2).Select(slot => slot.Officer));
    }

    [Theory]
    [InlineData("王建国", "王*国")]
    [InlineData("王明", "王*")]
    [InlineData("王", "王")]
    [InlineData("阿依古丽", "阿**丽")]
    [InlineData("𠮷野家", "𠮷*家")]
    public void A_masked_name_keeps_its_first_character_and_of_three_the_last(string name, string masked) => Assert.Equal(masked, OfficerNames.Masked(name));

    private void GivenRecorder(int slot, string serial) => _station.Get<DockStation>().Slots[slot].Session = new DockSession(
        new JournalSession { Session = SessionId.New(Given.Now), Slot = slot + 1, Source = "dock", Attached = Given.Now, Recorder = new RecorderIdentity(serial, serial, "name") });

    [Fact]
    public void A_stall_shows_as_no_speed()
    {
        var rate = new ProgressRate();
        Assert.Null(rate.Sample(0, Given.Now));
        Assert.Equal(100, rate.Sample(200, Given.Now.AddSeconds(2)));
        for (var second = 3; second < 20; second++)
            rate.Sample(200, Given.Now.AddSeconds(second));
        Assert.Equal(0, rate.Sample(200, Given.Now.AddSeconds(20)));
    }

    private BoardSlot Tile() => _station.Get<Board>().Snapshot().Slots[0];

    private static DockSession GivenSession(int files)
    {
        var session = new DockSession(new JournalSession { Session = SessionId.New(Given.Now), Slot = 1, Source = "dock", Attached = Given.Now });
        session.Reconcile(
            [.. Enumerable.Range(0, files).Select(i => new SlotEntry(Encoding.UTF8.GetBytes($"{i}.mp4"), new FileStat(EntryKind.File, 100, Given.Now, (ulong)i, 1, 1)))],
            _ => null, TimeSpan.FromSeconds(3), Given.Now);
        return session;
    }

    private static void Plan(DockFile file, DockSession session, (DockFileState State, IntakeState Intake, bool Damaged, bool Known, bool Duplicate, bool Ignored, bool Confirmed) plan)
    {
        file.State = plan.State;
        switch (plan.State)
        {
            case DockFileState.Taken:
                (file.Known, file.CopiedBytes) = (plan.Known, 100);
                file.Intake = new LiveIntake(IntakeId.New(Given.Now), session.Record.Session, 100)
                {
                    State = plan.Intake,
                    Damaged = plan.Damaged,
                    Duplicate = plan.Duplicate,
                    Confirmed = plan.Confirmed,
                    StoredTicks = plan.Intake == IntakeState.Stored ? Given.Now.UtcTicks : 0,
                };
                break;
            case DockFileState.Skipped:
                file.Reason = plan.Ignored ? SkipReasons.Ignored : SkipReasons.Empty;
                break;
            case DockFileState.Failed:
                file.Reason = FailReasons.ReadError;
                break;
            case DockFileState.Listed or DockFileState.Copying:
                break;
        }
    }
}
