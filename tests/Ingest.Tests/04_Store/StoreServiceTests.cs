using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Store;

public sealed class StoreServiceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TempFolder _card = new();
    private Station _station = null!;

    public Task InitializeAsync()
    {
        if (TestDatabase.Given)
            _station = Station.Whole(database, ("Station:Name", "lane-" + Guid.NewGuid().ToString("N")));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
        _card.Dispose();
    }

    [SkippableFact]
    public async Task All_that_lies_here_is_stored_whoever_took_it_in_first_and_what_is_not_due_waits()
    {
        TestDatabase.Need();
        var own = new List<ClipId>();
        for (var i = 0; i < 5; i++)
            own.Add(await _station.RegisteredAsync(_card));
        var (others, failed) = (await _station.RegisteredAsync(_card), await _station.RegisteredAsync(_card));
        await database.AsOwner.ExecuteAsync("update clip set station = 'another' where clip_id = $1", others.Value);
        var (work, now) = (_station.Get<WorkTable>(), TimeProvider.System.GetUtcNow());
        await work.FailedAsync((await work.TakeAsync(failed, TimeSpan.FromMinutes(1), now, default))!, now.AddHours(1), "it failed", isAttempt: true, default);
        // Its bytes lie where it was taken in.
        var elsewhere = (await _station.Get<RegistrationTable>().RegisterAsync(Given.Manifest(), ClipKind.Video, now, default)).Clip;

        var service = _station.Get<StoreService>();
        await service.StartAsync(default);
        foreach (var clip in own.Append(others))
            await Wait.UntilAsync("it is stored", async () => await StageAsync(clip) == ClipStage.Stored);
        Assert.Equal([ClipStage.Registered, ClipStage.Registered], [await StageAsync(failed), await StageAsync(elsewhere)]);

        // Nobody calls: the attempt that comes due is looked for.
        await database.AsOwner.ExecuteAsync("update clip_work set next_attempt_at = now() where clip_id = $1", failed.Value);
        await Wait.UntilAsync("its attempt is made", async () => await StageAsync(failed) == ClipStage.Stored);
        await service.StopAsync(default);
        Assert.Equal(own.Count + 2, _station.Wakes.Count(wake => wake.Queue == WorkQueues.Media));
        Assert.Empty(_station.Warnings);
    }

    [SkippableFact]
    public async Task A_database_that_goes_away_does_not_end_it()
    {
        TestDatabase.Need();
        await using var away = Station.Docking(new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Given.Now));
        var service = away.Get<StoreService>();
        await service.StartAsync(default);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(default);
        Assert.Empty(away.Warnings);
    }

    private async Task<ClipStage> StageAsync(ClipId clip) => (await _station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Stage;
}
