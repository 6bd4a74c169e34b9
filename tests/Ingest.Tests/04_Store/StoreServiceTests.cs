using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Store;

public sealed class StoreServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableFact]
    public async Task All_that_lies_here_is_stored_whoever_took_it_in_first_and_what_is_not_due_waits()
    {
        TestDatabase.Need();
        using var card = new TempFolder();
        await using var station = Station.Whole(database);
        async Task<ClipStage> StageAsync(ClipId clip) => (await station.Get<ClipTable>().FindForWorkAsync(clip, default))!.Stage;
        var own = new List<ClipId>();
        for (var i = 0; i < 5; i++)
            own.Add(await station.RegisteredAsync(card));
        var (others, failed) = (await station.RegisteredAsync(card), await station.RegisteredAsync(card));
        await database.AsOwner.ExecuteAsync("update clip set station = 'another' where clip_id = $1", others.Value);
        var (work, now) = (station.Get<WorkTable>(), TimeProvider.System.GetUtcNow());
        await work.FailedAsync((await work.TakeAsync(failed, TimeSpan.FromMinutes(1), now, default))!, now.AddHours(1), "it failed", isAttempt: true, default);
        // Its bytes lie where it was taken in.
        var elsewhere = (await station.Get<RegistrationTable>().RegisterAsync(Given.Manifest(), ClipKind.Video, now, default)).Clip;

        var service = station.Get<StoreService>();
        await service.StartAsync(default);
        foreach (var clip in own.Append(others))
            await Wait.UntilAsync("it is stored", async () => await StageAsync(clip) == ClipStage.Stored);
        Assert.Equal([ClipStage.Registered, ClipStage.Registered], [await StageAsync(failed), await StageAsync(elsewhere)]);

        // Nobody calls: the attempt that comes due is looked for.
        await database.AsOwner.ExecuteAsync("update clip_work set next_attempt_at = now() where clip_id = $1", failed.Value);
        await Wait.UntilAsync("its attempt is made", async () => await StageAsync(failed) == ClipStage.Stored);
        await service.StopAsync(default);
        Assert.Equal(own.Count + 2, station.Wakes.Count(wake => wake.Queue == WorkQueues.Media));
        Assert.Empty(station.Warnings);
    }

    [Fact]
    public async Task A_database_that_is_away_does_not_end_it()
    {
        await using var away = Station.Docking(new FakeTimeProvider(Given.Now));
        var service = away.Get<StoreService>();
        await service.StartAsync(default);
        // Longer than a connection is tried for and a worker waits.
        await Task.WhenAny(service.ExecuteTask!, Task.Delay(TimeSpan.FromSeconds(3)));
        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(default);
        Assert.Empty(away.Warnings);
    }
}
