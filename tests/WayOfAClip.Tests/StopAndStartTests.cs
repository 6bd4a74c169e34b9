using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Ctrl-C in the middle, and a second start.</summary>
public sealed class StopAndStartTests
{
    [SkippableFact]
    public async Task After_a_stop_in_the_middle_the_second_start_goes_on_with_the_session_and_the_cookie_is_still_good()
    {
        Needs.StationAndBrowser();
        await using var station = await StationUnderTest.StartAsync(new() { Slots = 3 });
        await station.TellAsync(async () =>
        {
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            await Footage.WriteSmallAsync(Path.Combine(station.Slot(1), "first.mp4"));
            await station.GreenAsync(1, 1, Needs.Soon);
            var large = Path.Combine(station.Data, "run", "large.bin");
            await Footage.WriteNoiseAsync(large, 150 << 20);
            File.Move(large, Path.Combine(station.Slot(2), "large.bin"));
            await Footage.WriteSmallAsync(Path.Combine(station.Slot(2), "small.mp4"));
            var before = await station.SlotAsync(2, "is being copied", Needs.Soon, tile => tile.Phase == "copying");
            var done = (await station.BoardAsync()).Slot(1).SessionId;

            var exits = await station.StopAsync();
            Assert.Equal((0, 0), exits);
            await station.StartIngestAsync();
            await station.StartApiAsync();

            var after = await station.GreenAsync(2, 2, Needs.Later);
            Assert.Equal(before.SessionId, after.SessionId);
            var kept = await station.GreenAsync(1, 1, Needs.Soon);
            Assert.Equal(done, kept.SessionId);
            Assert.Equal(3, (await station.Table.ClipsAsync()).Count(clip => clip.IsStored));
            Assert.Equal(3, await station.Table.ProvenanceAsync());
            Assert.Equal((3, 3), await station.Table.EventsAsync("clip.stored"));
            Assert.Equal(2, await station.Table.SessionsAsync());
            await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));

            var library = await WatchedPage.OpenAsync(profile, "/clips");
            Assert.EndsWith("/clips", library.Page.Url, StringComparison.Ordinal);
            Assert.Equal(3, await library.Page.Locator("#grid > .clip").CountAsync());
            Assert.Empty(station.ErrorsLogged());
        });
    }
}
