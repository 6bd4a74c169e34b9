using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Fault 54: the database is away while recorders are docked.</summary>
public sealed class DatabaseAwayTests
{
    private const int Files = 5;

    [SkippableFact]
    public async Task With_the_database_cut_docking_goes_on_amber_and_turns_green_by_itself_when_it_is_back()
    {
        Needs.StationAndBrowser();
        var settings = new StationSettings { Slots = 2, More = new Dictionary<string, string> { ["Station__StagedAfter"] = "00:00:03" } };
        await using var station = await StationUnderTest.StartAsync(settings);
        await station.TellAsync(async () =>
        {
            await using var profile = await Browser.ProfileAsync(station.Pages);
            Assert.Equal(200, (await station.GetAsync("/healthz")).Status);
            await station.Postgres.CutAsync();
            var board = await WatchedPage.OpenAsync(profile, "/dock");
            var digests = new List<byte[]>();
            for (var file = 0; file < Files; file++)
                digests.Add(await Footage.WriteSmallAsync(Path.Combine(station.Slot(1), $"clip-{file}.mp4")));

            await using var watch = new GreenWatch(station, new Dictionary<int, IReadOnlyList<byte[]>> { [1] = digests });
            var tile = await station.SlotAsync(1, "is amber", Needs.Soon, tile => tile.State == "staged");
            Assert.True(tile.MayTake);
            Assert.Equal((Files, Files, 0), (tile.Files.Listed, tile.Files.Copied, tile.Files.Stored));
            Assert.Equal(Files, station.Spooled().Count);
            Assert.Equal("down", (await station.BoardAsync()).Lights.Database);
            var amber = board.Page.Locator("li.tile[data-slot='1'][data-look='staged']");
            await amber.WaitForAsync();
            Assert.Contains("可取走，设备内原件未清除", await amber.InnerTextAsync(), StringComparison.Ordinal);
            await board.Page.GetByText("数据库 中断").WaitForAsync();

            Assert.Equal(200, (await station.GetAsync("/dock")).Status);
            // One look is good for some seconds, whoever asks.
            await Wait.UntilAsync("health tells it", Needs.Soon, async () => await station.GetAsync("/healthz") is (503, var body) && body.Contains("database-unreachable", StringComparison.Ordinal));
            var signIn = await station.GetAsync("/sign-in");
            Assert.Equal(200, signIn.Status);
            Assert.Equal(0, watch.Greens);

            station.Postgres.Open();
            await station.GreenAsync(1, Files, Needs.Later);
            await board.Page.Locator("li.tile[data-slot='1'][data-look='ready']").WaitForAsync();
            await watch.DisposeAsync();
            Assert.Empty(watch.Lies);
            Assert.Equal(Files, (await station.Table.ClipsAsync()).Count(clip => clip.IsStored));
            Assert.Equal(Files, await station.Table.ProvenanceAsync());
            await Wait.UntilAsync("health is well again", Needs.Soon, async () => (await station.GetAsync("/healthz")).Status == 200);
            board.AssertCalm();
        });
    }
}
