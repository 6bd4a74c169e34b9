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

    [SkippableFact]
    public async Task Of_two_people_at_one_clip_the_second_is_shown_both_versions_and_overwrites_nothing()
    {
        TestDatabase.Need();
        Browser.Need();
        var clips = await SuggestedAsync("云姚交检〔2026〕第0501号", _shift.Morning, 2);
        await using var one = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        await using var other = await Browser.SignedInAsync(_api.Pages, "li", ApiUnderTest.Password);
        var first = await WatchedPage.OpenAsync(one, "/inbox");
        var second = await WatchedPage.OpenAsync(other, "/inbox");
        var key = await first.Page.Locator(".lot[aria-current]").GetAttributeAsync("id");
        Assert.Equal(key, await second.Page.Locator(".lot[aria-current]").GetAttributeAsync("id"));

        await first.Page.Keyboard.PressAsync("Enter");
        await first.Page.Locator("#undo[data-state=done]").WaitForAsync();
        // The reviewer links the same clip with the other activity: his page still shows it waiting.
        await second.Page.Keyboard.PressAsync("2");
        var dialog = second.Page.Locator("#conflict-dialog[open]");
        await dialog.WaitForAsync();
        Assert.Contains("第0501号", await dialog.Locator("#conflict-wanted").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("wang", await dialog.Locator("#conflict-now").InnerTextAsync(), StringComparison.Ordinal);
        await PictureAsync(second.Page, "conflict");
        await second.Page.Keyboard.PressAsync("Enter");
        await second.Page.Locator($"#{key}").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal(1, await _api.ScalarAsync<long>($"select count(*) from link where clip_id = '{clips[^1]}' and state = 'confirmed'"));
        Assert.Equal("wang", await _api.ScalarAsync<string>($"select split_part(account, ' ', 1) from link where clip_id = '{clips[^1]}' and state = 'confirmed'"));
        first.AssertCalm();
    }

    [SkippableFact]
    public async Task Keys_choose_another_item_or_say_why_not_and_many_go_at_once()
    {
        TestDatabase.Need();
        Browser.Need();
        var clips = await SuggestedAsync("云姚交检〔2026〕第0502号", _shift.Morning, 5);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/inbox");
        var page = watched.Page;

        await page.Keyboard.PressAsync("2");
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await page.Keyboard.PressAsync("x");
        await page.Locator("#reason-dialog[open]").WaitForAsync();
        await PictureAsync(page, "reason");
        await page.Keyboard.PressAsync("2");
        await page.Locator("#undo[data-state=done]", new() { HasTextString = "误触" }).WaitForAsync();
        Assert.Equal("linked not-enforcement", await _api.ScalarAsync<string>($"select string_agg(filed, ' ' order by filed) from clip where filed <> 'unlinked'"));

        await page.Keyboard.PressAsync("Shift+ArrowDown");
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        Assert.Equal(3, await page.Locator(".lot[data-chosen]").CountAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#queue-empty").WaitForAsync();
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        Assert.Equal(4, await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked'"));

        // The last two steps are taken back, newest first; what was said of the clip is in its log.
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("three wait again", TimeSpan.FromSeconds(10), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked'") == 1);
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("it waits again", TimeSpan.FromSeconds(10), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'not-enforcement'") == 0);
        Assert.Equal(4, await page.Locator("article.lot").CountAsync());
        Assert.Single(await _api.EventsAsync(clips[^2], CustodyKinds.ClipNotEnforcement));
        Assert.Single(await _api.EventsAsync(clips[^2], CustodyKinds.ClipEnforcementAgain));
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
