using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Register;

public sealed class RegisterServiceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private Station _station = null!;

    private IntakeBook Book => _station.Get<IntakeBook>();

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
    }

    [SkippableFact]
    public async Task What_was_spooled_reaches_the_catalog_once_and_wakes_the_next_step()
    {
        TestDatabase.Need();
        var intake = GivenIntake(Given.Bytes());
        await ReplayAsync();
        await ReplayAsync();
        Assert.Equal(IntakeState.Registered, Book.Get(intake).State);
        Assert.Equal(new ClipId(intake.Value), (await _station.Get<WorkTable>().NextToStoreAsync([new ClipId(intake.Value)], TimeProvider.System.GetUtcNow(), default))?.ClipId);
        await _station.Get<StoreSignal>().WaitAsync(Timeout.InfiniteTimeSpan, default);
    }

    [SkippableFact]
    public async Task With_the_database_away_nothing_is_lost_and_the_light_goes_out_until_it_is_back()
    {
        TestDatabase.Need();
        await using var away = Station.Docking(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Given.Now));
        var service = away.Get<RegisterService>();
        await service.StartAsync(default);
        await Wait.UntilAsync("the light goes out", () => !away.Get<DockStation>().DatabaseUp);
        await service.StopAsync(default);
        Assert.Single(away.Warnings);

        var here = _station.Get<RegisterService>();
        _station.Get<DockStation>().DatabaseUp = false;
        var intake = GivenIntake(Given.Bytes());
        await here.StartAsync(default);
        await Wait.UntilAsync("the intake is registered", () => Book.Get(intake).State == IntakeState.Registered && _station.Get<DockStation>().DatabaseUp);
        await here.StopAsync(default);
    }

    [SkippableFact]
    public async Task The_second_copy_of_some_bytes_is_settled_with_the_first()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var (first, second) = (GivenIntake(bytes, "a.bin"), GivenIntake(bytes, "b.bin"));
        await ReplayAsync();
        var clip = _station.Get<JournalTable>().Find(first)!.Clip!.Value;
        Assert.Equal(clip, _station.Get<JournalTable>().Find(second)!.Clip);
        Assert.Equal((clip.Value != first.Value, clip.Value != second.Value), (Book.Get(first).Duplicate, Book.Get(second).Duplicate));
        Assert.NotEqual(Book.Get(first).Duplicate, Book.Get(second).Duplicate);
        Assert.Equal(AdvanceOutcome.Advanced, await _station.Get<ClipPipeline>().AdvanceAsync(clip, default));
        Assert.Equal((IntakeState.Stored, IntakeState.Stored), (Book.Get(first).State, Book.Get(second).State));
        Assert.Empty(_station.Get<Spool>().Whole());
        var store = (FolderObjectStore)_station.Get<ObjectStores>().Originals;
        Assert.True(File.Exists(store.PathOf(ObjectKey.Manifest(clip, first))) && File.Exists(store.PathOf(ObjectKey.Manifest(clip, second))));
    }

    [SkippableFact]
    public async Task Bytes_that_are_stored_already_are_settled_at_the_next_pass()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var first = GivenIntake(bytes, "a.bin");
        await ReplayAsync();
        await _station.Get<ClipPipeline>().AdvanceAsync(new ClipId(first.Value), default);
        var later = GivenIntake(bytes, "later.bin");
        await ReplayAsync();
        await ReplayAsync();
        Assert.Equal((IntakeState.Stored, true), (Book.Get(later).State, Book.Get(later).Duplicate));
        Assert.False(_station.Get<Spool>().Holds(later));
    }

    [SkippableFact]
    public async Task A_damaged_clip_settles_nothing_and_its_tile_learns_of_it()
    {
        TestDatabase.Need();
        var bytes = Given.Bytes();
        var first = GivenIntake(bytes, "a.bin");
        await ReplayAsync();
        await _station.Get<ClipPipeline>().AdvanceAsync(new ClipId(first.Value), default);
        await database.AsOwner.ExecuteAsync("update clip set health = 'damaged' where clip_id = $1", first.Value);
        var later = GivenIntake(bytes, "later.bin");
        await ReplayAsync();
        await ReplayAsync();
        Assert.Equal((IntakeState.Registered, true, true), (Book.Get(later).State, Book.Get(later).Damaged, _station.Get<Spool>().Holds(later)));
    }

    [SkippableFact]
    public async Task One_intake_that_the_catalog_refuses_does_not_hold_up_the_others()
    {
        TestDatabase.Need();
        var refused = GivenIntake([]);
        var good = GivenIntake(Given.Bytes());
        await ReplayAsync();
        await ReplayAsync();
        Assert.Equal((IntakeState.Spooled, IntakeState.Registered), (Book.Get(refused).State, Book.Get(good).State));
        Assert.True(_station.Get<Spool>().Holds(refused));
        Assert.Single(_station.Warnings, line => line.Contains(refused.ToString(), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task An_intake_that_the_spool_lost_is_told_once_and_holds_up_nobody()
    {
        TestDatabase.Need();
        var lost = Given.Manifest();
        Book.Spooled(lost);
        var good = GivenIntake(Given.Bytes());
        await ReplayAsync();
        await ReplayAsync();
        Assert.Equal(IntakeState.Registered, Book.Get(good).State);
        Assert.Single(_station.Warnings, line => line.Contains(lost.Intake.ToString(), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Sessions_and_what_they_skipped_reach_the_catalog()
    {
        TestDatabase.Need();
        var journal = _station.Get<JournalTable>();
        var session = new JournalSession
        {
            Session = SessionId.New(Given.Now),
            Slot = 1,
            Source = "dock",
            Attached = Given.Now,
            Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
        };
        journal.Write(session);
        journal.WriteSkipped([new SkippedFileRow(session.Session, [0xFF], "a", $"empty-{session.Session}", 0, Given.Now, Given.Now)]);
        await ReplayAsync();
        Assert.Empty(journal.UnwrittenSessions());
        Assert.Equal([0xFF], Assert.Single(await _station.Get<DockSessionTable>().SkippedAsync($"empty-{session.Session}", 10, default)).RawPath);
    }

    private IntakeId GivenIntake(byte[] bytes, string path = "a.bin")
    {
        var manifest = Given.Manifest(bytes, path) with { Intake = IntakeId.New(TimeProvider.System.GetUtcNow()) };
        var spool = _station.Get<Spool>();
        using (var part = spool.Begin(manifest.Intake))
        {
            part.Write(bytes);
            spool.Publish(manifest);
        }
        Book.Spooled(manifest);
        return manifest.Intake;
    }

    private Task ReplayAsync() => _station.Get<RegisterService>().ReplayAsync(default);
}
