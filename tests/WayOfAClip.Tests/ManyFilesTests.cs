using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Two hundred small files over eight slots at once, left alone and killed.</summary>
public sealed class ManyFilesTests
{
    private const int Slots = 8, FilesASlot = 25, Files = Slots * FilesASlot;
    private static readonly TimeSpan s_toGreen = TimeSpan.FromMinutes(4);

    [SkippableFact]
    public async Task Two_hundred_files_over_eight_slots_all_turn_green_with_true_counts()
    {
        Needs.Station();
        await using var station = await StationUnderTest.StartAsync(new() { WithPages = false });
        await station.TellAsync(async () =>
        {
            var docked = await DockAsync(station);
            await using var watch = new GreenWatch(station, docked);
            for (var slot = 1; slot <= Slots; slot++)
            {
                var tile = await station.GreenAsync(slot, FilesASlot, s_toGreen);
                Assert.Equal(new FileCounts(FilesASlot, FilesASlot, FilesASlot, 0, 0, 0, 0), tile.Files);
            }
            await watch.DisposeAsync();
            Assert.Empty(watch.Lies);
            Assert.True(watch.Greens > 0);
            await AllThereOnceAsync(station);
            await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));
            Assert.Empty(station.ErrorsLogged());
        });
    }

    [SkippableFact]
    public async Task Killing_Ingest_three_times_loses_nothing_doubles_nothing_and_never_shows_a_green_tile_that_is_none()
    {
        Needs.Station();
        // A killed worker's lease has to run out before somebody else may go on.
        var settings = new StationSettings
        {
            WithPages = false,
            More = new Dictionary<string, string>
            {
                ["Work__Lease"] = "00:00:06",
                ["Work__SweepInterval"] = "00:00:02",
                ["Work__Patience"] = "00:00:05",
            },
        };
        await using var station = await StationUnderTest.StartAsync(settings);
        await station.TellAsync(async () =>
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var docked = await DockAsync(station);
            await using var watch = new GreenWatch(station, docked);
            for (var kill = 0; kill < 3; kill++)
            {
                // From the quiet period on, when the first are copied, to the read-backs.
                await Task.Delay(random.Next(500, 3000));
                await station.KillIngestAsync();
                await station.StartIngestAsync();
            }
            for (var slot = 1; slot <= Slots; slot++)
                await station.SlotAsync(slot, $"is green (seed {seed})", s_toGreen, tile => tile.State == "ready" && tile.Files is { Listed: FilesASlot, Stored: FilesASlot, Failed: 0 });
            await watch.DisposeAsync();
            Assert.True(watch.Lies.Count == 0, $"seed {seed}: {string.Join("; ", watch.Lies.Take(5))}");
            Assert.True(watch.Greens > 0);
            await AllThereOnceAsync(station);
            Assert.Equal(Slots, await station.Table.SessionsAsync());
            await Wait.UntilAsync($"the spool is empty (seed {seed})", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));
        });
    }

    /// <summary>Everything appears in the slots at once, as when a rack is filled.</summary>
    private static async Task<IReadOnlyDictionary<int, IReadOnlyList<byte[]>>> DockAsync(StationUnderTest station)
    {
        var docked = new Dictionary<int, IReadOnlyList<byte[]>>();
        for (var slot = 1; slot <= Slots; slot++)
        {
            var digests = new List<byte[]>();
            for (var file = 0; file < FilesASlot; file++)
            {
                // One recording in five, the rest a recorder's own records: it is 01 to 04 that this is about, and reading media takes longest.
                var name = Path.Combine(station.Data, "run", $"card-{slot}", $"DSJ_TEST{slot:000}_123456_20261124{file:00}0000_{file:0000}");
                digests.Add(file % 5 == 0 ? await Footage.WriteSmallAsync(name + ".mp4") : await Footage.WriteRecordAsync(name + ".dat"));
            }
            docked[slot] = digests;
        }
        for (var slot = 1; slot <= Slots; slot++)
            Directory.Move(Path.Combine(station.Data, "run", $"card-{slot}"), Path.Combine(station.Slot(slot), "DCIM"));
        return docked;
    }

    private static async Task AllThereOnceAsync(StationUnderTest station)
    {
        var clips = await station.Table.ClipsAsync();
        Assert.Equal(Files, clips.Count);
        Assert.All(clips, clip => Assert.True(clip.IsStored, $"{clip.DisplayName} is {clip.Stage}, {clip.Health}"));
        Assert.All(clips, clip => Assert.True(clip.ReadBackMatches >= 1, $"{clip.DisplayName} has no read-back"));
        Assert.Equal(Files, await station.Table.ProvenanceAsync());
        Assert.Equal((Files, Files), await station.Table.EventsAsync("clip.registered"));
        Assert.Equal((Files, Files), await station.Table.EventsAsync("clip.stored"));
        Assert.Equal((0, 0), await station.Table.EventsAsync("clip.sighted"));
        foreach (var clip in clips)
            Assert.Equal(clip.Sha256, await station.StoredDigestAsync(clip.ClipId));
    }
}
