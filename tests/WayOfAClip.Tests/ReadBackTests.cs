using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Between the durable line and the end of the read-back: watchable already, and said to be unproven still.</summary>
public sealed class ReadBackTests(SharedStation shared) : IClassFixture<SharedStation>
{
    private const long Large = 150L << 20;

    [SkippableFact]
    public async Task A_clip_is_seen_on_an_open_library_and_plays_from_the_spool_while_its_read_back_runs()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var library = await WatchedPage.OpenAsync(profile, "/clips");
            await library.Page.EvaluateAsync("() => { window.openedBefore = true; }");
            var made = await Footage.WriteLargeAsync(Path.Combine(station.Data, "run", "large", "DSJ_ABC1234_123456_20261124103000_0001.mp4"), Large);
            File.Move(made, Path.Combine(station.Slot(1), Path.GetFileName(made)));

            var clip = await Wait.ForAsync("the clip is registered", Needs.Soon, async () => (await station.Table.ClipsAsync()).SingleOrDefault());
            var card = library.Page.Locator($"#grid [data-clip='{clip.ClipId}']");
            var page = await WatchedPage.OpenAsync(profile);
            await using (await station.Table.HoldVerdictAsync(clip.ClipId))
            {
                await card.WaitForAsync();
                await card.GetByText("待校验").WaitForAsync();
                // Its length is known, and with it how it plays.
                await library.Page.Locator($"#grid [data-clip='{clip.ClipId}']:not([data-ms='0'])").WaitForAsync();
                await page.Page.GotoAsync((await card.Locator("a.when").GetAttributeAsync("href"))!);
                await page.Page.EvaluateAsync("() => { window.openedBefore = true; }");
                var seen = await Playing.PlayAsync(page.Page, seconds: 1, Needs.Soon);
                Playing.AssertPicture(seen);
                Assert.Equal("registered", (await station.Table.ClipsAsync()).Single().Stage);
                Assert.Single(station.Spooled());
                Assert.True(await page.Page.Locator("#facts .note.run").GetByText("回读核验进行中").IsVisibleAsync());
                Assert.Equal("running", (await station.BoardAsync()).Slot(1).State);
            }
            await page.Page.Locator("#facts .hd .bdg.ok").GetByText("一致").WaitForAsync();
            await card.GetByText("一致").WaitForAsync();
            Assert.Equal(0, await page.Page.Locator("#facts .note.run").CountAsync());
            Assert.True(await page.Page.EvaluateAsync<bool>("() => window.openedBefore === true"), "the clip page was loaded anew");
            Assert.True(await library.Page.EvaluateAsync<bool>("() => window.openedBefore === true"), "the library was loaded anew");
            await station.GreenAsync(1, 1, Needs.Soon);
            page.AssertCalm();
            library.AssertCalm();
            Assert.Empty(station.ErrorsLogged());
        });
    }
}
