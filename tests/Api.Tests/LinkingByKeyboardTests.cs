using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Linking from the keyboard, in real Chromium on one server: what keys do, and what two people at once see.</summary>
public sealed class LinkingByKeyboardTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };

    private GivenShift _shift = null!;

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given || !Browser.Given)
            return;
        _shift = new GivenShift(_api);
        await _shift.PeopleAsync();
        await _api.GivenAccountAsync("wang", AccountRoles.Officer, AccountScopes.Own);
        await _shift.AccountOfAsync(GivenShift.Officer, "wang");
        await _api.GivenAccountAsync("li", AccountRoles.Reviewer);
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task One_key_a_clip_links_what_is_suggested_and_one_more_takes_it_back()
    {
        TestDatabase.Need();
        Browser.Need();
        var at = _shift.Morning;
        var clips = await SuggestedAsync("云姚交检〔2026〕第0412号", at, 3);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/inbox");
        var page = watched.Page;

        await page.Locator(".lot[aria-current] .sugg").WaitForAsync();
        await PictureAsync(page, "inbox");
        Assert.Equal(3, await page.Locator("article.lot").CountAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(1, await page.Locator("article.lot").CountAsync());
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        Assert.Equal(["confirmed", "confirmed", "suggested"], await StatesAsync(clips));

        await page.Keyboard.PressAsync("u");
        Assert.Equal(2, await page.Locator("article.lot").CountAsync());
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await Wait.UntilAsync("the last one is taken back", TimeSpan.FromSeconds(10), async () => (await StatesAsync(clips)).Count(state => state == "suggested") == 2);
        watched.AssertCalm();
    }

    private async Task<List<ClipId>> SuggestedAsync(string number, DateTimeOffset at, int count)
    {
        var made = await _shift.CaseAsync(
            number,
            "inspection",
            [.. Enumerable.Range(0, count).Select(n => ($"A{n}", "investigation", new[] { "T01" }, at.AddMinutes(20 * n), TimeSpan.FromMinutes(10)))]);
        var clips = new List<ClipId>();
        for (var n = 0; n < count; n++)
        {
            var clip = await _shift.ClipAsync($"DSJ_{number[^3]}{n:000}.MP4", at.AddMinutes((20 * n) + 1), TimeSpan.FromMinutes(8), poster: await PosterAsync(n));
            await _shift.SuggestAsync(clip, (await _shift.ActivityAsync(made, $"A{n}"), "T01", 1));
            clips.Add(clip);
        }
        return clips;
    }

    private async Task<List<string>> StatesAsync(IEnumerable<ClipId> clips)
    {
        var states = new List<string>();
        foreach (var clip in clips)
            states.Add(await _api.ScalarAsync<string>($"select state from link where clip_id = '{clip}' order by rank limit 1"));
        states.Sort(StringComparer.Ordinal);
        return states;
    }

    /// <summary>Pictures for whoever looks at the screens; the tests need none.</summary>
    private static async Task<byte[]?> PosterAsync(int n)
    {
        if (Environment.GetEnvironmentVariable("YAOAN_POSTERS") is not { Length: > 0 } folder)
            return null;
        var files = Directory.GetFiles(folder, "*.jpg");
        return await File.ReadAllBytesAsync(files.Order(StringComparer.Ordinal).ElementAt(n % files.Length));
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("YAOAN_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        await page.WaitForTimeoutAsync(300);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }
}
