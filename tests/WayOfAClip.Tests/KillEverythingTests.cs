using Xunit;
using Xunit.Abstractions;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>The power goes: <c>kill -9</c> of everything that <c>deploy/run</c> started, while eight recorders are read.</summary>
public sealed class KillEverythingTests(ITestOutputHelper output)
{
    private const int Slots = 8, FilesASlot = 12, FilmsASlot = 2, Files = Slots * FilesASlot;
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(60), s_toGreen = TimeSpan.FromMinutes(4), s_toTidy = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task Faults_18_and_58_killed_under_load_the_station_is_ready_within_a_minute_and_loses_nothing()
    {
        Needs.Station();
        Needs.StoreFolder();
        using var folder = new TempFolder();
        // The user of PostgreSQL passes through.
        File.SetUnixFileMode(folder.Path, Passable);
        await using var station = new DeployedStation(folder.At("data"), new Dictionary<string, string>
        {
            ["Work__Lease"] = "00:00:06",
            ["Work__SweepInterval"] = "00:00:02",
            ["Work__Patience"] = "00:00:05",
            ["Work__CensusAt"] = "00:00:00",
        });
        var first = await station.StartAsync();
        await DockAsync(station, folder);
        await Wait.UntilAsync("some are stored, not all", s_toGreen, async () => (await station.TryBoardAsync())?.Slots.Sum(slot => slot.Files.Stored) is > 8 and < Files);
        var killed = await station.KillEverythingAsync();

        var again = await station.StartAsync();
        output.WriteLine($"ready after {first.TotalSeconds:0.0} s at first, after {again.TotalSeconds:0.0} s when {killed} processes had been killed");
        Assert.True(again < s_ready, $"It took {again.TotalSeconds:0.0} s to be ready again. {station.Said}");
        await Wait.UntilAsync(
            "all slots are green", s_toGreen, async () => (await station.TryBoardAsync())?.Slots.Count(slot => slot.State == "ready" && slot.Files is { Listed: FilesASlot, Stored: FilesASlot, Failed: 0 }) == Slots,
            async () => string.Join("; ", (await station.TryBoardAsync())?.Slots.Select(slot => $"{slot.Slot} {slot.State} {slot.Files} {slot.Cause}") ?? []));
        var (exit, said) = await station.VerbAsync("verify", "--all");
        Assert.True(exit == 0 && said.Contains($"{Files} originals were read, 0 of them", StringComparison.Ordinal), $"{exit}: {said}");
        await using (var table = station.Table())
        {
            await Wait.UntilAsync("all are linked", s_toGreen, async () => (await table.ClipsAsync()).Count(clip => (clip.Stage, clip.Health) == ("linked", "ok")) == Files);
            Assert.Equal(Files, await table.ProvenanceAsync());
            Assert.Equal(Slots, await table.SessionsAsync());
            Assert.All(await table.ClipsAsync(), clip => Assert.True(clip.ReadBackMatches >= 1, $"{clip.DisplayName} has no read-back"));
            foreach (var kind in (string[])["clip.registered", "clip.stored", "clip.probed", "clip.previewed", "clip.linked"])
                Assert.True(await table.EventsAsync(kind) == (Files, Files), kind);
            Assert.Equal((0, 0), await table.EventsAsync("clip.damaged"));
            await table.ForgetCensusAsync();
        }
        await station.StopAsync();
        await station.StartAsync();
        await using (var table = station.Table())
            await Wait.UntilAsync("the census is clean", Needs.Later, async () => await table.CensusAsync() is [(_, "good", null), (_, "good", null)], async () => string.Join("; ", await table.CensusAsync()));
        // A folder whose part was about to be made is let be for a minute, as another process may be at it; nothing else is left.
        var spool = Path.Combine(station.Data, "spool");
        Assert.Empty(Directory.GetFiles(spool, "*", SearchOption.AllDirectories));
        await Wait.UntilAsync("the spool is tidy", s_toTidy, () => Task.FromResult(Directory.GetDirectories(spool).Length == 0));
    }

    private static async Task DockAsync(DeployedStation station, TempFolder folder)
    {
        for (var slot = 1; slot <= Slots; slot++)
        {
            for (var file = 0; file < FilesASlot; file++)
            {
                var path = folder.At($"card-{slot}", $"DSJ_KILL{slot:000}_123456_20261124{file:00}0000_{file:0000}");
                if (file < FilmsASlot)
                    await Footage.WriteSmallAsync(path + ".mp4");
                else
                    await Footage.WriteNoiseAsync(path + ".dat", 1 << 20);
            }
        }
        for (var slot = 1; slot <= Slots; slot++)
            Directory.Move(folder.At($"card-{slot}"), Path.Combine(station.Slot(slot), "DCIM"));
    }
}
