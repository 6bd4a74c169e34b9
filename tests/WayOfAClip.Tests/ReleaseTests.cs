using System.Text.Json;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using YaoAn.WayOfAClip.Tests.Faults;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Rows 21 and 22 of the fault matrix in a whole station: files of a recorder whose model releases are deleted there once they are proven to be stored, whatever happens in between.</summary>
public sealed class ReleaseTests
{
    private const string Unlink = "unlink file on a recorder in Remove", AfterUnlink = "fsync folder of a recorder in SyncFolder", Serial = "F000901";

    [SkippableFact]
    public async Task Fault_21_a_recorder_that_refuses_keeps_its_file_says_so_and_the_next_docking_deletes_it_without_taking_it_in_again()
    {
        Needs.Station();
        await using var faults = await FaultStation.StartAsync(bucket: null);
        var station = faults.Station;
        await station.TellAsync(async () =>
        {
            await station.Table.AddReleasingRecorderAsync(Serial);
            var card = await CardAsync(station, Serial);
            faults.Order(new FaultOrder(FaultOrder.Throw, 1, Unlink));
            Directory.Move(card, Path.Combine(station.Slot(1), "DCIM"));
            var tile = await station.SlotAsync(1, "is green and says what wasn't deleted", Needs.Soon, tile => tile is { State: "ready", Released: { Gone: 0, Open: 1 } });
            Assert.Equal(2, tile.Files.Listed);
            Assert.Equal([("release.failed", 1L), ("release.intended", 1L)], await station.Table.ReleaseEventsAsync());

            // It stays so while the recorder is in: a card that refuses isn't asked again, for no file.
            await Task.Delay(TimeSpan.FromSeconds(2));
            Assert.Equal(2, FilesIn(Path.Combine(station.Slot(1), "DCIM")).Count);
            Directory.Move(Path.Combine(station.Slot(1), "DCIM"), card);
            await station.SlotAsync(1, "is empty", Needs.Soon, tile => tile.State == "empty");
            Directory.Move(card, Path.Combine(station.Slot(2), "DCIM"));
            await station.SlotAsync(2, "is green and its files are deleted", Needs.Soon, tile => tile is { State: "ready", Released: { Gone: 2, Open: 0 }, Files.Known: 2 });
            Assert.Empty(FilesIn(Path.Combine(station.Slot(2), "DCIM")));
            Assert.Equal([("release.done", 2L), ("release.failed", 1L), ("release.intended", 2L)], await station.Table.ReleaseEventsAsync());
            Assert.Equal(2, await station.Table.ProvenanceAsync());
            await StoredAsync(station);
        });
    }

    [SkippableFact]
    public async Task Fault_22_killed_between_the_deletion_and_its_note_the_next_start_finds_it_gone_and_completes_the_note()
    {
        Needs.Station();
        await using var faults = await FaultStation.StartAsync(bucket: null);
        var station = faults.Station;
        await station.TellAsync(async () =>
        {
            await station.Table.AddReleasingRecorderAsync(Serial);
            faults.Order(new FaultOrder(FaultOrder.Kill, 1, AfterUnlink));
            Directory.Move(await CardAsync(station, Serial), Path.Combine(station.Slot(1), "DCIM"));
            await Wait.UntilAsync("both files are gone and noted", Needs.Later, async () => await station.Table.ReleasesAsync(Serial) is ["deleted", "recovered"], async () => JsonSerializer.Serialize(await station.Table.ReleasesAsync(Serial)));
            Assert.Equal(1, faults.Kills);
            Assert.Empty(FilesIn(Path.Combine(station.Slot(1), "DCIM")));
            Assert.Equal([("release.done", 1L), ("release.intended", 2L), ("release.recovered", 1L)], await station.Table.ReleaseEventsAsync());
            Assert.Equal(2, await station.Table.ProvenanceAsync());
            await StoredAsync(station);
        });
    }

    [SkippableFact]
    public async Task Without_a_policy_and_for_recorders_that_nobody_entered_nothing_is_deleted_and_the_clip_page_says_what_was()
    {
        Needs.StationAndBrowser();
        await using var station = await StationUnderTest.StartAsync(new()
        {
            Slots = 3,
            More = new Dictionary<string, string> { ["Work__ReleaseAfter"] = "00:00:00", ["Station__PollInterval"] = "00:00:00.1", ["Station__QuietPeriod"] = "00:00:00.4" },
        });
        await station.TellAsync(async () =>
        {
            await station.Table.AddReleasingRecorderAsync(Serial);
            await station.Table.AddReleasingRecorderAsync("F000902", releases: false);
            Directory.Move(await CardAsync(station, "F000902"), Path.Combine(station.Slot(2), "DCIM"));
            Directory.Move(await CardAsync(station, "F000903"), Path.Combine(station.Slot(3), "DCIM"));
            await station.GreenAsync(2, 2, Needs.Later);
            await station.GreenAsync(3, 2, Needs.Later);
            Directory.Move(await CardAsync(station, Serial), Path.Combine(station.Slot(1), "DCIM"));
            await station.SlotAsync(1, "says what was deleted", Needs.Later, tile => tile is { State: "ready", Released: { Gone: 2, Open: 0 } });
            Assert.Empty(FilesIn(Path.Combine(station.Slot(1), "DCIM")));
            Assert.Equal(2, FilesIn(Path.Combine(station.Slot(2), "DCIM")).Count);
            Assert.Equal(2, FilesIn(Path.Combine(station.Slot(3), "DCIM")).Count);
            Assert.Equal(["deleted", "deleted"], await station.Table.ReleasesAsync(Serial));
            Assert.Empty(await station.Table.ReleasesAsync("F000902"));
            Assert.Equal([("release.done", 2L), ("release.intended", 2L)], await station.Table.ReleaseEventsAsync());

            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var board = await WatchedPage.OpenAsync(profile, "/dock");
            await board.Page.GetByText("设备内原件已清除 2 个").First.WaitForAsync();
            board.AssertCalm();
            var film = (await station.Table.ClipsAsync()).Single(clip => clip.DisplayName.Contains(Serial, StringComparison.Ordinal));
            var page = await WatchedPage.OpenAsync(profile, $"/clips/{film.ClipId}");
            await page.Page.GetByText("设备内原件已清除 · ").First.WaitForAsync();
            page.AssertCalm();
            Assert.Empty(station.ErrorsLogged());
        });
    }

    /// <summary>A film, whose name tells the serial, and a record.</summary>
    private static async Task<string> CardAsync(StationUnderTest station, string serial)
    {
        var card = Path.Combine(station.Data, "run", "card-" + serial);
        await Footage.WriteSmallAsync(Path.Combine(card, $"DSJ_{serial}_123456_20261124080000_0001.mp4"));
        await Footage.WriteRecordAsync(Path.Combine(card, "record.dat"));
        return card;
    }

    private static List<string> FilesIn(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];

    /// <summary>What was deleted on the recorder is in the store, whole.</summary>
    private static async Task StoredAsync(StationUnderTest station)
    {
        var clips = await station.Table.ClipsAsync();
        Assert.Equal(2, clips.Count);
        foreach (var clip in clips)
        {
            Assert.True(clip.IsStored, $"{clip.DisplayName} is {clip.Stage}, {clip.Health}");
            Assert.Equal(clip.Sha256, await station.StoredDigestAsync(clip.ClipId));
        }
        var (exit, output) = await station.VerbAsync("verify", "--all");
        Assert.True(exit == 0, $"ingest verify --all ended with {exit}: {output}");
    }
}
