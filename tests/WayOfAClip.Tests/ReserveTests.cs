using System.Diagnostics;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Fault 42, and invariant 25: the spool's disk has a reserve that nothing is written into, however many copies begin at once.</summary>
public sealed class ReserveTests
{
    private const int Files = 16;
    private const long FileBytes = 6L << 20, SmallBytes = 1L << 20;

    [SkippableFact]
    public async Task Fault_42_intake_stops_at_the_reserve_with_a_sentence_on_the_board_and_goes_on_by_itself_when_there_is_room()
    {
        Needs.StationAndBrowser();
        Needs.StoreFolder();
        var settings = new StationSettings
        {
            WithIngest = false,
            Slots = 2,
            More = new Dictionary<string, string> { ["Copy__Parallel"] = "4", ["Work__SweepInterval"] = "00:00:02", ["Work__Patience"] = "00:00:05" },
        };
        await using var station = await StationUnderTest.StartAsync(settings);
        Directory.CreateDirectory(station.SpoolFolder);
        // A disk of 64 MiB: a tenth of it is the reserve.
        Skip.IfNot(await RanAsync("mount", "-t", "tmpfs", "-o", "size=64m", "yaoan-spool", station.SpoolFolder), "Mounting takes root; run as root to see this one.");
        try
        {
            await station.TellAsync(() => FillAsync(station));
        }
        finally
        {
            if (station.Ingest is not null)
                await station.StopIngestAsync();
            Assert.True(await RanAsync("umount", "--lazy", station.SpoolFolder));
        }
    }

    private static async Task FillAsync(StationUnderTest station)
    {
        // The store is away: what is copied stays in the spool.
        var store = Path.Combine(station.Data, "store");
        await File.WriteAllTextAsync(store, "no folder");
        await station.StartIngestAsync();
        await using var watched = new DiskWatch(station.SpoolFolder);
        await using var profile = await Browser.ProfileAsync(station.Pages);
        var board = await WatchedPage.OpenAsync(profile, "/dock");
        var digests = new List<byte[]>();
        for (var file = 0; file < Files; file++)
        {
            var path = Path.Combine(station.Data, "run", "card", $"record-{file:00}.dat");
            await Footage.WriteNoiseAsync(path, FileBytes);
            digests.Add(Convert.FromHexString(await Footage.DigestAsync(path)));
        }
        Directory.Move(Path.Combine(station.Data, "run", "card"), Path.Combine(station.Slot(1), "DCIM"));

        await using var watch = new GreenWatch(station, new Dictionary<int, IReadOnlyList<byte[]>> { [1] = digests });
        var full = await station.SlotAsync(1, "is red for want of room", Needs.Later, tile => tile.State == "trouble");
        Assert.Equal(("spool-full", false), (full.Cause!.Code, full.MayTake));
        Assert.InRange(full.Files.Copied, 1, Files - 1);
        await board.Page.Locator("li.tile[data-slot='1'][data-look='trouble']").GetByText("本站暂存空间已满").WaitForAsync();
        watched.AssertAbove(station.SpoolFolder);

        // The store is back, takes over what is in the spool, and that makes room.
        File.Delete(store);
        await station.GreenAsync(1, Files, Needs.Later);
        await Wait.UntilAsync("the watch has seen it green", Needs.Soon, () => Task.FromResult(watch.Greens > 0));
        await watch.DisposeAsync();
        Assert.Empty(watch.Lies);
        watched.AssertAbove(station.SpoolFolder);
        Assert.Equal(Files, (await station.Table.ClipsAsync()).Count(clip => clip.IsStored));
        Assert.Equal(Files, await station.Table.ProvenanceAsync());
        foreach (var clip in await station.Table.ClipsAsync())
            Assert.Equal(clip.Sha256, await station.StoredDigestAsync(clip.ClipId));
        board.AssertCalm();
    }

    private static async Task<bool> RanAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>The least room that a disk ever had.</summary>
    private sealed class DiskWatch : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _watching;
        private long _least = long.MaxValue;

        public DiskWatch(string folder) => _watching = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                _least = Math.Min(_least, new DriveInfo(folder).AvailableFreeSpace);
                await Task.Delay(2);
            }
        });

        /// <summary>The manifests of the copies are small; nothing else may go below.</summary>
        public void AssertAbove(string folder)
        {
            var reserve = new DriveInfo(folder).TotalSize / 10;
            Assert.True(_least >= reserve - SmallBytes, $"{_least >> 10} KiB were free at one time; the reserve is {reserve >> 10} KiB.");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _watching;
            _stop.Dispose();
        }
    }
}
