using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>
/// Rows 44 to 46 of the fault matrix in a whole station: the real S3 server behind something that is busy, slow, says yes and doesn't mean it, or gives back other
/// bytes. No tile is green early, the cause stands on the page of tasks, and once the store is well all of it ends green and once.
/// </summary>
public sealed class S3OutageTests : IDisposable
{
    private const int Bytes = 6 << 20;

    private readonly SemaphoreSlim _uploads = new(4);

    public void Dispose() => _uploads.Dispose();

    [SkippableFact]
    public Task Fault_44_a_store_that_is_too_busy_and_then_slow_keeps_the_tile_amber_and_ends_green_and_once() => RunAsync(async (station, store, tasks) =>
    {
        store.Fault = StoreFault.Busy;
        Dock(station);
        await station.SlotAsync(1, "is amber: safe here, not stored, and may be taken out", Needs.Soon, tile => tile is { State: "staged", MayTake: true });
        await CauseAsync(tasks, "已在采集站暂存，还没有存入存储", "SlowDown");
        store.Fault = StoreFault.Slow;
        await RetryAsync(tasks);
        await Wait.UntilAsync("slow bytes flow both ways", Needs.Soon, () => Task.FromResult(store.Happened >= 2), () => Task.FromResult($"{store.Happened}"));
        Assert.NotEqual("ready", (await station.BoardAsync()).Slot(1).State);
        store.Fault = StoreFault.None;
    });

    [SkippableFact]
    public Task Fault_45_a_store_that_answers_200_with_an_error_and_then_keeps_half_is_found_out_and_ends_green_and_once() => RunAsync(async (station, store, tasks) =>
    {
        store.Fault = StoreFault.ErrorBody;
        Dock(station);
        await Wait.UntilAsync("it said 200", Needs.Soon, () => Task.FromResult(store.Happened > 0));
        await CauseAsync(tasks, "已在采集站暂存，还没有存入存储", "isn't listed with its");
        Assert.NotEqual("ready", (await station.BoardAsync()).Slot(1).State);
        store.Fault = StoreFault.Half;
        await RetryAsync(tasks);
        await Wait.UntilAsync("it kept half", Needs.Soon, () => Task.FromResult(store.Happened > 0));
        await CauseAsync(tasks, "已在采集站暂存，还没有存入存储", "isn't listed with its");
        Assert.NotEqual("ready", (await station.BoardAsync()).Slot(1).State);
        store.Fault = StoreFault.None;
        await RetryAsync(tasks);
    });

    [SkippableFact]
    public Task Fault_46_a_store_that_gives_back_other_bytes_turns_the_tile_red_keeps_the_copy_and_ends_green_and_once() => RunAsync(async (station, store, tasks) =>
    {
        store.Fault = StoreFault.Corrupt;
        Dock(station);
        var tile = await station.SlotAsync(1, "is red", Needs.Soon, tile => tile.State == "trouble");
        Assert.Equal(("stored-differs", false), (tile.Cause!.Code, tile.MayTake));
        await CauseAsync(tasks, "保存的内容与采集时不一致", "record.dat");
        Assert.Equal((1, 1), await station.Table.EventsAsync("clip.damaged"));
        Assert.Single(station.Spooled());
        store.Fault = StoreFault.None;
        // As the page says; else it is tried again an hour later.
        await RetryAsync(tasks);
    });

    private async Task RunAsync(Func<StationUnderTest, FaultyStore, IPage, Task> body)
    {
        Needs.StationAndBrowser();
        TestS3.Need();
        var bucket = TestS3.NewBucketName();
        await using var store = await FaultyStore.StartAsync(TestS3.Server);
        await using var station = await StationUnderTest.StartAsync(new()
        {
            Slots = 1,
            Bucket = bucket,
            More = new Dictionary<string, string>
            {
                ["Store__Url"] = new Uri(store.Address, bucket).ToString(),
                ["Station__StagedAfter"] = "00:00:02",
                ["Work__SweepInterval"] = "00:00:01",
                ["Work__Patience"] = "00:00:02",
            },
        });
        GreenWatch? watch = null;
        try
        {
            await station.TellAsync(async () =>
            {
                var file = Path.Combine(station.Data, "run", "record.dat");
                await Footage.WriteNoiseAsync(file, Bytes);
                var digest = Convert.FromHexString(await Footage.DigestAsync(file));
                watch = new GreenWatch(station, new Dictionary<int, IReadOnlyList<byte[]>> { [1] = [digest] });
                await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
                await body(station, store, await profile.NewPageAsync());
                await station.GreenAsync(1, 1, Needs.Later);
                await OnceAsync(station, bucket);
                await watch.DisposeAsync();
                Assert.Empty(watch.Lies);
                Assert.True(watch.Greens > 0);
            });
        }
        finally
        {
            if (watch is not null)
                await watch.DisposeAsync();
        }
    }

    private static void Dock(StationUnderTest station) => File.Move(Path.Combine(station.Data, "run", "record.dat"), Path.Combine(station.Slot(1), "record.dat"));

    /// <summary>The page of tasks has a line with these words.</summary>
    private static Task CauseAsync(IPage tasks, params string[] words) => Wait.UntilAsync(
        $"/tasks tells '{string.Join("', '", words)}'",
        Needs.Soon,
        async () =>
        {
            await tasks.GotoAsync("/tasks");
            return await tasks.Locator("tbody tr").AllInnerTextsAsync() is [var only] && words.All(word => only.Contains(word, StringComparison.Ordinal));
        },
        async () => await tasks.InnerTextAsync("main"));

    private static async Task RetryAsync(IPage tasks)
    {
        await tasks.GotoAsync("/tasks");
        await tasks.GetByRole(AriaRole.Button, new() { Name = "全部重试" }).ClickAsync();
        await tasks.ArriveAsync("retried=");
    }

    /// <summary>One clip, one original and one manifest in the bucket, one event of each step, nothing left in the spool, nothing on the list.</summary>
    private async Task OnceAsync(StationUnderTest station, string bucket)
    {
        var clip = Assert.Single(await station.Table.ClipsAsync());
        Assert.True(clip.IsStored, $"{clip.Stage}, {clip.Health}");
        Assert.Equal((1, 1), (clip.Sightings, await station.Table.ProvenanceAsync()));
        Assert.Equal(clip.Sha256, await station.StoredDigestAsync(clip.ClipId));
        using var bare = new S3ObjectStore(TestS3.Server, bucket, TestS3.Keys, TestS3.Region, lockDays: 1, _uploads, TimeProvider.System);
        var objects = new List<string>();
        await foreach (var found in bare.ListAsync("originals/", strange: null, default))
            objects.Add(found.Key.Value);
        Assert.Equal(2, objects.Count);
        Assert.True((await bare.StatAsync(ObjectKey.Original(new ClipId(clip.ClipId)), default))!.LockedUntil > TimeProvider.System.GetUtcNow().AddDays(182));
        foreach (var kind in (string[])["clip.registered", "clip.stored"])
            Assert.Equal((1, 1), await station.Table.EventsAsync(kind));
        await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));
    }
}
