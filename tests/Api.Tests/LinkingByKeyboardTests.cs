using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>One server for all of <see cref="LinkingByKeyboardTests"/>, with an officer and a reviewer.</summary>
public sealed class LinkingServer : IAsyncLifetime
{
    public ApiUnderTest Api { get; } = new() { OnLoopback = true };

    internal GivenShift Shift { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given || !Browser.Given)
            return;
        await Api.InitializeAsync();
        Shift = new GivenShift(Api);
        await Shift.PeopleAsync();
        await Api.GivenAccountAsync("wang", AccountRoles.Officer, AccountScopes.Own);
        await Shift.AccountOfAsync(GivenShift.Officer, "wang");
        await Api.GivenAccountAsync("li", AccountRoles.Reviewer);
    }

    public Task DisposeAsync() => Api.DisposeAsync();
}

/// <summary>Linking from the keyboard, in real Chromium on one server: what keys do, and what two people at once see.</summary>
public sealed class LinkingByKeyboardTests(LinkingServer server) : IClassFixture<LinkingServer>, IAsyncLifetime
{
    private readonly ApiUnderTest _api = server.Api;

    private readonly GivenShift _shift = server.Shift;

    /// <summary>What the test before left is nobody's any more.</summary>
    public Task InitializeAsync() => _shift is null ? Task.CompletedTask : _api.Database.AsOwner.ExecuteAsync("update clip set sidecar = true, officers = '{}', filed = 'unlinked'");

    public Task DisposeAsync() => Task.CompletedTask;

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
        await NoFindingAsync(page);
        Assert.Equal(3, await page.Locator("article.lot").CountAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(1, await page.Locator("article.lot").CountAsync());
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        Assert.Equal(["confirmed", "confirmed", "suggested"], await StatesAsync(clips));

        await page.Keyboard.PressAsync("u");
        Assert.Equal(2, await page.Locator("article.lot").CountAsync());
        await page.Locator("#undo[data-state=done]").WaitForAsync();

        // The same queue stands on the page that an officer begins with, and its counter follows the keys.
        await page.GotoAsync("/today");
        Assert.Equal("2", await page.InnerTextAsync("[data-count=ToLink] b"));
        await PictureAsync(page, "today");
        await NoFindingAsync(page);
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("1", await page.InnerTextAsync("[data-count=ToLink] b"));
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await PictureAsync(page, "today-linked");
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("the last one is taken back", TimeSpan.FromSeconds(10), async () => (await StatesAsync(clips)).Count(state => state == "suggested") == 2);
        watched.AssertCalm();
    }

    [SkippableFact]
    public async Task Of_two_people_at_one_clip_the_second_is_shown_both_versions_and_overwrites_nothing()
    {
        TestDatabase.Need();
        Browser.Need();
        var clips = await SuggestedAsync("云姚交检〔2026〕第0501号", _shift.Morning.AddDays(-1), 2);
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
        var clips = await SuggestedAsync("云姚交检〔2026〕第0502号", _shift.Morning.AddDays(-2), 5);
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
        Assert.Equal("linked not-enforcement", await _api.ScalarAsync<string>($"select string_agg(filed, ' ' order by filed) from clip where filed <> 'unlinked' and not sidecar"));

        await page.Keyboard.PressAsync("Shift+ArrowDown");
        await page.Keyboard.PressAsync("Shift+ArrowDown");
        Assert.Equal(3, await page.Locator(".lot[data-chosen]").CountAsync());
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#queue-empty").WaitForAsync();
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        Assert.Equal(4, await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked' and not sidecar"));

        // The last two steps are taken back, newest first; what was said of the clip is in its log.
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("three wait again", TimeSpan.FromSeconds(10), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked' and not sidecar") == 1);
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("it waits again", TimeSpan.FromSeconds(10), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'not-enforcement' and not sidecar") == 0);
        Assert.Equal(4, await page.Locator("article.lot").CountAsync());
        Assert.Single(await _api.EventsAsync(clips[^2], CustodyKinds.ClipNotEnforcement));
        Assert.Single(await _api.EventsAsync(clips[^2], CustodyKinds.ClipEnforcementAgain));
        watched.AssertCalm();
    }

    [SkippableFact]
    public async Task On_a_clip_keys_attach_items_set_a_part_and_mark_moments()
    {
        TestDatabase.Need();
        Browser.Need();
        var at = _shift.Morning.AddDays(-3);
        var made = await _shift.CaseAsync("云姚交罚〔2026〕第0137号", "penalty", ("B1", "evidence", ["T13", "T15", "T09"], at, TimeSpan.FromMinutes(3)));
        var activity = await _shift.ActivityAsync(made, "B1");
        var clip = await _shift.ClipAsync("DSJ_1234567_001007_20261118.MP4", at.AddMinutes(1), TimeSpan.FromSeconds(60), film: await Footage.FilmAsync(60));
        await _shift.SuggestAsync(clip, (activity, "T15", 1), (activity, "T13", 2));
        await using var profile = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, $"/clips/{clip}?t=10");
        var page = watched.Page;
        await page.WaitForFunctionAsync("() => document.getElementById('video').currentTime >= 10");
        Assert.Contains("T15", await page.Locator("#linking .tgt[data-key='1']").InnerTextAsync(), StringComparison.Ordinal);
        await PictureAsync(page, "clip");

        await page.Keyboard.PressAsync("1");
        await page.Locator("#linking .done", new() { HasTextString = "T15" }).WaitForAsync();
        await page.Keyboard.PressAsync("i");
        await SeekAsync(page, 20);
        await page.Keyboard.PressAsync("o");
        await page.Keyboard.PressAsync("1");
        await page.Locator("#linking .done", new() { HasTextString = "00:10–00:20" }).WaitForAsync();
        Assert.Equal("T13 10000 20000", await _api.ScalarAsync<string>(
            $"select concat_ws(' ', item, part_from_ms, part_to_ms) from link where clip_id = '{clip}' and part_from_ms is not null and state = 'confirmed'"));

        await page.Keyboard.PressAsync("m");
        await page.Locator("#marker-dialog[open]").WaitForAsync();
        await page.Keyboard.PressAsync("3");
        await page.Locator("#marks button", new() { HasTextString = "陈述申辩" }).WaitForAsync();
        await SeekAsync(page, 40);
        await page.Keyboard.PressAsync("m");
        await page.FillAsync("#marker-note", "当事人出示道路运输证");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#markers li", new() { HasTextString = "出示道路运输证" }).WaitForAsync();
        await PictureAsync(page, "clip-marked");
        await NoFindingAsync(page);
        await page.Locator("#marks button").First.ClickAsync();
        await page.WaitForFunctionAsync("() => Math.abs(document.getElementById('video').currentTime - 20) < 1");

        await page.Keyboard.PressAsync("u");
        await page.Locator("#linking .done", new() { HasTextString = "00:10–00:20" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#markers [data-linking='remove-marker']").First.ClickAsync();
        await Wait.UntilAsync("one marker is left", TimeSpan.FromSeconds(10), async () => await page.Locator("#markers li").CountAsync() == 1);
        await page.GotoAsync($"/clips/{clip}/markers");
        Assert.Contains("当事人出示道路运输证", await page.InnerTextAsync(".paper"), StringComparison.Ordinal);
        await PictureAsync(page, "marker-table");
        Assert.Equal(2, (await _api.EventsAsync(clip, CustodyKinds.MarkerSaved)).Count);
        Assert.Single(await _api.EventsAsync(clip, CustodyKinds.MarkerRemoved));
        watched.AssertCalm();
    }

    [SkippableFact]
    public async Task In_the_library_many_cards_are_chosen_and_linked_with_an_item_of_a_case()
    {
        TestDatabase.Need();
        Browser.Need();
        var clips = await SuggestedAsync("云姚交检〔2026〕第0503号", _shift.Morning.AddDays(-4), 4);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/clips?filed=suggested&case=0503");
        var page = watched.Page;
        Assert.Equal(4, await page.Locator(".clip[data-filed=suggested]").CountAsync());

        await page.Locator(".clip .when").First.FocusAsync();
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+X");
        Assert.Equal(3, await page.Locator(".clip[data-chosen]").CountAsync());
        Assert.Contains("24 分", await page.InnerTextAsync("#bulk-amount"), StringComparison.Ordinal);
        await PictureAsync(page, "library");
        await NoFindingAsync(page);
        await page.Keyboard.PressAsync("l");
        // Typed and entered without a look at the list, which at that moment is still the one of all cases.
        await page.Locator("#case-found [data-pick-case]").First.WaitForAsync();
        await page.FillAsync("#case-text", "0503");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#case-found [data-words*='0503'][data-key='4']").WaitForAsync();
        await PictureAsync(page, "library-case");
        await page.Keyboard.PressAsync("2");
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        Assert.Equal(3, await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked' and not sidecar"));
        // What is linked no longer belongs to this list; it goes by itself.
        await Wait.UntilAsync("one card is left", TimeSpan.FromSeconds(10), async () => await page.Locator(".clip").CountAsync() == 1);
        await page.Keyboard.PressAsync("u");
        await Wait.UntilAsync("they wait again", TimeSpan.FromSeconds(10), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked' and not sidecar") == 0);
        Assert.Equal(4, clips.Count);
        watched.AssertCalm();
    }

    /// <summary>Bar 4: times are told where somebody asks for them, as a busy machine is no fault of the page.</summary>
    [SkippableFact]
    public async Task Twenty_clips_take_twenty_keys()
    {
        TestDatabase.Need();
        Browser.Need();
        var clips = await SuggestedAsync("云姚交检〔2026〕第0504号", _shift.Morning.AddDays(-6), 20);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "wang", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/inbox");
        var page = watched.Page;
        Assert.Equal(20, await page.Locator("article.lot").CountAsync());
        await page.EvaluateAsync(Timing);
        var keys = System.Diagnostics.Stopwatch.StartNew();
        for (var left = 20; left > 0; left--)
        {
            await page.Keyboard.PressAsync("Enter");
            Assert.Equal(left - 1, await page.Locator("article.lot").CountAsync());
        }
        var pressed = keys.Elapsed;
        await page.Locator("#undo[data-state=done]").WaitForAsync();
        await Wait.UntilAsync("all are linked", TimeSpan.FromSeconds(20), async () => await _api.ScalarAsync<long>("select count(*) from clip where filed = 'linked' and not sidecar") == clips.Count);
        var effects = await page.EvaluateAsync<double[]>("() => window.effects");
        Assert.Equal(20, effects.Length);
        if (Pictures.Folder is { } folder)
        {
            Array.Sort(effects);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "keys.txt"), $"20 keys in {pressed.TotalSeconds:0.00} s, all on the server after {keys.Elapsed.TotalSeconds:0.00} s; key to picture p50 {effects[10]:0} ms, p95 {effects[18]:0} ms, max {effects[19]:0} ms\n");
        }
        watched.AssertCalm();
    }

    /// <summary>From a key to the picture that shows its effect.</summary>
    private const string Timing = """
        () => {
          window.effects = [];
          addEventListener('keydown', event => {
            const start = performance.now();
            requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => window.effects.push(performance.now() - start); channel.port2.postMessage(0); });
          }, true);
        }
        """;

    /// <summary>With something in it: the page with nothing in it is looked at by <see cref="EveryPageTests"/>.</summary>
    private static async Task NoFindingAsync(IPage page)
    {
        var findings = (await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id} {string.Join(' ', violation.Nodes.Select(node => node.Html))}").ToList();
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    private static async Task SeekAsync(IPage page, int seconds)
    {
        await page.EvaluateAsync($"document.getElementById('video').currentTime = {seconds}");
        await page.WaitForFunctionAsync($"() => !document.getElementById('video').seeking && document.getElementById('video').currentTime === {seconds}");
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
        if (Pictures.Folder is null)
            return;
        await page.WaitForTimeoutAsync(300);
        await Pictures.ScreenAsync(page, name);
    }
}
