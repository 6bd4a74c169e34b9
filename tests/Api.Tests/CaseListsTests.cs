using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>What waits in cases: those that lack recordings, and waivers to decide; counted on the page that everybody begins with.</summary>
public sealed class CaseListsTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };
    private HttpClient _reviewer = null!;

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        await GivenCases.PeopleAsync(_api, "W");
        _reviewer = await ProgramAsync(_api, AccountRoles.Reviewer, AccountScopes.Unit, "W");
    }

    public async Task DisposeAsync()
    {
        _reviewer?.Dispose();
        await _api.DisposeAsync();
    }

    [SkippableFact]
    public async Task Cases_that_lack_recordings_are_listed_and_counted_for_those_who_may_know_of_them()
    {
        TestDatabase.Need();
        await GivenCases.PutAsync(_reviewer, "W-1", GivenCases.Body("W"));
        await GivenCases.PutAsync(_reviewer, "W-2", GivenCases.Body("W"));
        var closed = GivenCases.Body("W");
        closed["closedOn"] = "2026-11-25";
        await GivenCases.PutAsync(_reviewer, "W-3", closed);
        // A case without activities lacks nothing.
        var empty = GivenCases.Body("W");
        empty["activities"] = new System.Text.Json.Nodes.JsonArray();
        await GivenCases.PutAsync(_reviewer, "W-4", empty);
        Assert.Equal(["W-1", "W-2"], await NumbersAsync(_reviewer, "?lacking=true"));
        Assert.Equal(["W-3"], await NumbersAsync(_reviewer, "?lacking=true&state=closed"));
        Assert.Equal(4, (await NumbersAsync(_reviewer, "")).Count);
        var page = await PageAsync(_reviewer, "/cases?lacking=1");
        Assert.Contains("共 2 件", page, StringComparison.Ordinal);
        Assert.DoesNotContain("W-4", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/cases?lacking=1\"><svg", await PageAsync(_reviewer, "/today"), StringComparison.Ordinal);
        Assert.Equal("2", Counter(await PageAsync(_reviewer, "/today"), "/cases?lacking=1"));

        using var stranger = await _api.SignedInAsync(AccountRoles.Reviewer, AccountScopes.Unit, "W-X");
        Assert.Equal("0", Counter(await PageAsync(stranger, "/today"), "/cases?lacking=1"));
        using var auditor = await _api.SignedInAsync(AccountRoles.Auditor);
        Assert.DoesNotContain("/cases?lacking=1", await PageAsync(auditor, "/today"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Cases_that_lack_recordings_are_found_behind_hundreds_that_lack_none_and_page_both_ways()
    {
        TestDatabase.Need();
        foreach (var number in new[] { "W-1", "W-2", "W-3" })
            await GivenCases.PutAsync(_reviewer, number, GivenCases.Body("W"));
        // Some days apart, and between the second and the third of them more than are looked at at once; those have no activity, so nothing is lacking.
        await _api.ExecuteAsync("update case_file set opened_on = opened_on - 10 * right(number, 1)::integer");
        await _api.ExecuteAsync(
            """
            insert into case_file (case_id, number, action, title, unit_id, officers, seen_by, parties, plates, opened_on, state, origin, checklist_id, changed_at)
            select gen_random_uuid(), 'N-' || n, action, title, unit_id, officers, seen_by, parties, plates, opened_on - 1 - n % 8, state, origin, checklist_id, changed_at
            from case_file, generate_series(1, 600) n where number = 'W-2'
            """);
        Assert.Equal("3", Counter(await PageAsync(_reviewer, "/today"), "/cases?lacking=1"));
        var first = await _reviewer.GetFromJsonAsync<JsonElement>("/api/v1/cases?lacking=true&limit=2");
        Assert.Equal(["W-1", "W-2"], Numbers(first));
        var next = first.GetProperty("next").GetString();
        var second = await _reviewer.GetFromJsonAsync<JsonElement>($"/api/v1/cases?lacking=true&limit=2&after={next}");
        Assert.Equal(["W-3"], Numbers(second));
        Assert.False(second.TryGetProperty("next", out var end) && end.ValueKind == JsonValueKind.String);
        // Back from a place behind the last one: only the two nearest before it.
        var cases = new CaseTable(_api.Database.Catalog);
        var behind = await cases.ListAsync(Given.Reviewer(), new CaseFilter { Lacking = true }, null, $"20000101_{Guid.Empty}", 2, default);
        Assert.Equal(["W-2", "W-3"], behind.Rows.Select(row => row.Number));
        Assert.Equal(3, behind.Count);
    }

    [SkippableFact]
    public async Task A_waiver_waits_for_another_reviewer_of_the_unit_and_for_nobody_else()
    {
        TestDatabase.Need();
        await GivenCases.PutAsync(_reviewer, "W-5", GivenCases.Body("W"));
        using var asked = await PostAsync(_reviewer, "/cases/W-5", new() { ["place"] = "a2|T22", ["kind"] = "text", ["reason"] = "有送达回证" }, "?handler=Waive");
        Assert.Equal(HttpStatusCode.Redirect, asked.StatusCode);
        Assert.Equal("0", Counter(await PageAsync(_reviewer, "/today"), "/waivers"));
        Assert.Contains("您自己提出", await PageAsync(_reviewer, "/waivers"), StringComparison.Ordinal);

        using var second = await _api.SignedInAsync(AccountRoles.Reviewer, AccountScopes.Unit, "W");
        Assert.Equal("1", Counter(await PageAsync(second, "/today"), "/waivers"));
        var page = await PageAsync(second, "/waivers");
        Assert.Contains("有送达回证", page, StringComparison.Ordinal);
        Assert.Contains("/cases/W-5#waivers", page, StringComparison.Ordinal);
        using var stranger = await _api.SignedInAsync(AccountRoles.Reviewer, AccountScopes.Unit, "W-X");
        Assert.DoesNotContain("W-5", await PageAsync(stranger, "/waivers"), StringComparison.Ordinal);
        using var officer = await _api.SignedInAsync(AccountRoles.Officer);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, "/waivers"));
    }

    [SkippableFact]
    public async Task Clips_are_asked_for_by_how_they_are_filed_by_case_unit_and_officer_by_API()
    {
        TestDatabase.Need();
        var (_, made, _) = await GivenCases.PutAsync(_reviewer, "W-6", GivenCases.Body("W"));
        using var all = await _api.SignedInAsync(AccountRoles.Reviewer);
        var (linked, free) = (await _api.GivenClipAsync(Given.Bytes()), await _api.GivenClipAsync(Given.Bytes()));
        await _api.GivenOwnerAsync(free, "W3", "W-X");
        var draft = new LinkDraft { Clip = linked, Activity = new ActivityId(made.GetProperty("activities")[0].GetProperty("activityId").GetGuid()), Item = "T11" };
        Assert.Equal(LinkingOutcome.Done, (await new LinkTable(_api.Database.Catalog).CreateAsync(draft, Given.Reviewer(), GivenPeople.By(), default)).Outcome);
        foreach (var (query, clip) in new[] { ("filed=linked", linked), ("case=W-6", linked), ("plate=%E4%BA%91E12345", linked), ("filed=unlinked", free), ("officer=W3", free), ("unit=W-X", free) })
        {
            var found = (await all.GetFromJsonAsync<JsonElement>($"/api/v1/clips?{query}")).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("clipId").GetString());
            Assert.Equal([clip.ToString()], found);
        }
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(all, "/api/v1/clips?filed=lost"));
    }

    [SkippableFact]
    public async Task In_the_browser_a_step_keeps_its_name_when_only_gaps_are_shown()
    {
        TestDatabase.Need();
        Browser.Need();
        var body = GivenCases.Body("W");
        // Two items of one step; the first of them is shown.
        body["activities"]![0]!["items"] = new System.Text.Json.Nodes.JsonArray("T11", "T14");
        var (_, made, _) = await GivenCases.PutAsync(_reviewer, "W-7", body);
        var clip = await _api.GivenClipAsync(Given.Bytes());
        await _api.ExecuteAsync($"update clip set kind = 'video', recorded_from = '{GivenCases.Begins:O}', recorded_to = '{GivenCases.Begins.AddMinutes(10):O}' where clip_id = '{clip}'");
        await _api.ExecuteAsync($"insert into media (clip_id, audio_codec, plays, tags, probed_at, tool) values ('{clip}', 'aac', 'original', '{{}}', now(), 'test')");
        var draft = new LinkDraft { Clip = clip, Activity = new ActivityId(made.GetProperty("activities")[0].GetProperty("activityId").GetGuid()), Item = "T11" };
        Assert.Equal(LinkingOutcome.Done, (await new LinkTable(_api.Database.Catalog).CreateAsync(draft, Given.Reviewer(), GivenPeople.By(), default)).Outcome);
        await _api.GivenAccountAsync("lists-reviewer", AccountRoles.Reviewer);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "lists-reviewer", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/cases/W-7");
        var page = watched.Page;
        Assert.Equal("取证", await page.InnerTextAsync("#step-evidence .stp b"));
        Assert.Equal(2, await page.Locator("#step-evidence tr:visible").CountAsync());
        await page.Keyboard.PressAsync("g");
        Assert.Equal(1, await page.Locator("#step-evidence tr:visible").CountAsync());
        Assert.True(await page.Locator("#step-evidence tr:visible .stp").IsVisibleAsync());
        Assert.Equal("1", await page.GetAttributeAsync("#step-evidence .stp", "rowspan"));
        await Pictures.ScreenAsync(page, "case-only");
        await page.Keyboard.PressAsync("g");
        Assert.Equal("2", await page.GetAttributeAsync("#step-evidence .stp", "rowspan"));
        await page.EvaluateAsync("document.documentElement.dataset.bsTheme = 'dark'");
        await Pictures.ScreenAsync(page, "case-dark");
        await page.GotoAsync("/cases?lacking=1");
        await Pictures.ScreenAsync(page, "cases-lacking");
        await page.GotoAsync("/waivers");
        await Pictures.ScreenAsync(page, "waivers");
        await page.GotoAsync("/today");
        await Pictures.ScreenAsync(page, "today-reviewer");
        watched.AssertCalm();
    }

    private static string Counter(string page, string path) =>
        System.Text.RegularExpressions.Regex.Match(page, $"href=\"{System.Text.RegularExpressions.Regex.Escape(path)}\">.*?<b>([0-9]+)</b>", System.Text.RegularExpressions.RegexOptions.Singleline).Groups[1].Value;

    private static async Task<IReadOnlyList<string?>> NumbersAsync(HttpClient client, string query) =>
        [.. Numbers(await client.GetFromJsonAsync<JsonElement>("/api/v1/cases" + query)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string?> Numbers(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("number").GetString());
}
