using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>How the first people come in, and what their pages say to the browser's console: nothing.</summary>
public sealed class SetupLinkTests(SampleStation shared) : IClassFixture<SampleStation>
{
    [SkippableFact]
    public async Task A_set_up_link_makes_exactly_one_account()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var before = await station.Table.AccountsAsync();
            var link = LinkOf(station, "auditor");
            await using (var profile = await Browser.ProfileAsync(station.Pages))
            {
                var page = await WatchedPage.OpenAsync(profile, link);
                await page.Page.FillAsync("#u", "auditor-1");
                await page.Page.FillAsync("#d", "审计一");
                await page.Page.FillAsync("#p", StationUnderTest.Password);
                await page.Page.FillAsync("#p2", StationUnderTest.Password);
                await page.Page.ClickAsync("form button[type=submit]");
                await page.Page.LeaveAsync("/setup");
                page.AssertCalm();
            }
            Assert.Equal(before + 1, await station.Table.AccountsAsync());

            await using var other = await Browser.ProfileAsync(station.Pages);
            var again = await other.NewPageAsync();
            var answer = await again.GotoAsync(link);
            Assert.Equal(404, answer!.Status);
            Assert.Equal(0, await again.Locator("#u").CountAsync());
            Assert.Equal(before + 1, await station.Table.AccountsAsync());
        });
    }

    [SkippableFact]
    public async Task The_sample_link_signs_in_once_to_a_playing_sample_and_to_nothing_else()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var sample = await shared.SampleAsync();
            var real = await shared.RealAsync();
            var link = LinkOf(station, "sample");
            await using var profile = await Browser.ProfileAsync(station.Pages);
            var page = await WatchedPage.OpenAsync(profile, link);
            await page.Page.ArriveAsync($"/clips/{sample}");
            var seen = await Wait.ForAsync("the sample plays by itself", Needs.Soon, async () => await Playing.LookAsync(page.Page) is { CurrentTime: > 0 } moving ? moving : null);
            Playing.AssertPicture(seen);
            await page.Page.GotoAsync("/clips");
            Assert.Equal(1, await page.Page.Locator("#grid > .clip").CountAsync());
            page.AssertCalm();
            Assert.Equal(404, (await profile.APIRequest.GetAsync($"/api/v1/clips/{real}")).Status);
            Assert.Equal(404, (await profile.APIRequest.GetAsync($"/api/v1/clips/{real}/original")).Status);

            await using var other = await Browser.ProfileAsync(station.Pages);
            Assert.Equal(404, (await (await other.NewPageAsync()).GotoAsync(link))!.Status);
        });
    }

    [SkippableFact]
    public async Task No_page_of_any_role_breaks_the_content_security_policy_or_writes_an_error_to_the_console()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var clip = await shared.SampleAsync();
            await using (var anybody = await Browser.ProfileAsync(station.Pages))
                await VisitAsync(anybody, ["/dock", "/sign-in", LinkOf(station, "security_administrator")]);
            await using (var reviewer = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password))
                await VisitAsync(reviewer, ["/", "/clips", "/clips?kind=video&state=verified&q=DSJ", "/clips?sort=received&sidecars=1", $"/clips/{clip}", $"/clips/{clip}?t=0.5", "/dock"]);
            await using (var admin = await Browser.SignedInAsync(station.Pages, StationUnderTest.Admin, StationUnderTest.Password))
                await VisitAsync(admin, ["/", "/health", "/dock"]);
        });
    }

    private static async Task VisitAsync(Microsoft.Playwright.IBrowserContext profile, string[] paths)
    {
        foreach (var path in paths)
        {
            var page = await WatchedPage.OpenAsync(profile, path);
            await page.Page.Locator("main").First.WaitForAsync();
            // English too: other words, the same policy.
            await page.Page.GotoAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "culture=en");
            await page.Page.Locator("main").First.WaitForAsync();
            page.AssertCalm();
            await page.Page.GotoAsync("/dock?culture=zh-Hans");
            await page.Page.CloseAsync();
        }
    }

    private static string LinkOf(StationUnderTest station, string role) =>
        File.ReadLines(station.LinksFile).Select(line => line.Split(' ', 2)).Single(line => line[0] == role)[1];
}

/// <summary>A station with a sample recorder in slot 1 and another one in slot 2.</summary>
public sealed class SampleStation : SharedStation
{
    private (Guid Sample, Guid Real)? _clips;

    protected override StationSettings Settings => new() { Slots = 2, Sample = true };

    public async Task<Guid> SampleAsync() => (await ClipsAsync()).Sample;

    public async Task<Guid> RealAsync() => (await ClipsAsync()).Real;

    private async Task<(Guid Sample, Guid Real)> ClipsAsync()
    {
        if (_clips is { } known)
            return known;
        Station.Bind(Station.Slot(1), "SAMPLE-0001");
        await Footage.WriteSmallAsync(Path.Combine(Station.Slot(1), "DSJ_SAMPLE1_000000_20261124080000_0001.mp4"));
        await Footage.WriteSmallAsync(Path.Combine(Station.Slot(2), "DSJ_REAL001_123456_20261124080000_0001.mp4"));
        var sample = await Station.GreenAsync(1, 1, Needs.Soon);
        Assert.Equal(("SAMPLE-0001", "binding"), (sample.Recorder, sample.RecorderBy));
        await Station.GreenAsync(2, 1, Needs.Soon);
        await Wait.UntilAsync("both have previews", Needs.Soon, async () => (await Station.Table.ClipsAsync()).All(clip => clip.PreviewState == "ready"));
        var clips = await Station.Table.ClipsAsync();
        _clips = (clips.Single(clip => clip.Sample).ClipId, clips.Single(clip => !clip.Sample).ClipId);
        return _clips.Value;
    }
}
