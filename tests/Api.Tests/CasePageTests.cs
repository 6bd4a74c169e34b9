using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>A case as people see it: the same numbers on its page, in lists, by API, as a sheet and on paper, whatever changes.</summary>
public sealed partial class CasePageTests : IAsyncLifetime
{
    private const string Number = "云姚交罚〔2026〕第0137号";
    private readonly ApiUnderTest _api = new() { OnLoopback = true };
    private HttpClient _reviewer = null!;

    private static string Path => $"/cases/{Uri.EscapeDataString(Number)}";

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        await GivenCases.PeopleAsync(_api, "P");
        _reviewer = await ProgramAsync(_api, AccountRoles.Reviewer);
        await GivenCases.PutAsync(_reviewer, Number, GivenCases.Body("P"));
    }

    public async Task DisposeAsync()
    {
        _reviewer?.Dispose();
        await _api.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_changes_a_link_a_clip_an_activity_or_a_waiver_changes_every_number_of_the_case_at_once()
    {
        TestDatabase.Need();
        await SameEverywhereAsync(satisfied: 0, waived: 0, required: 2, missingMs: 600_000);

        var clip = await FilmAsync(TimeSpan.Zero, TimeSpan.FromMinutes(6));
        var link = await LinkAsync(clip, "a1", "T11");
        await SameEverywhereAsync(0, 0, 2, 240_000);

        // The recorder's clock turns out to be a minute slow: the clip began a minute later.
        await _api.ExecuteAsync($"update clip set corrected_from = recorded_from + interval '1 min', corrected_to = recorded_to + interval '1 min', clock_offset_ms = -60000, clock_within_ms = 0, clock_by = 'entry' where clip_id = '{clip}'");
        await SameEverywhereAsync(0, 0, 2, 240_000);
        var page = await PageAsync(_reviewer, Path);
        Assert.Contains("09:02:03 至 09:03:03 缺", page, StringComparison.Ordinal);
        Assert.Contains("09:09:03 至 09:12:03 缺", page, StringComparison.Ordinal);

        // The activity turns out to be shorter.
        await GivenCases.PutAsync(_reviewer, Number, GivenCases.Body("P", minutes: 7));
        await SameEverywhereAsync(0, 0, 2, 60_000);
        await LinkAsync(await FilmAsync(TimeSpan.Zero, TimeSpan.FromMinutes(2)), "a1", "T11");
        await SameEverywhereAsync(1, 0, 2, 0);

        await new LinkTable(_api.Database.Catalog).UndoAsync(link.LinkId, link.Version, Given.Reviewer(), GivenPeople.By(), default);
        await SameEverywhereAsync(0, 0, 2, 300_000);

        using var asked = await PostAsync(_reviewer, Path, new() { ["place"] = "a2|T22", ["kind"] = "text", ["reason"] = "有送达回证" }, "?handler=Waive");
        Assert.Equal("asked", Said(asked));
        await SameEverywhereAsync(0, 0, 2, 300_000);
        using var second = await _api.SignedInAsync(AccountRoles.Reviewer);
        var waiver = WaiverField().Match(await second.GetStringAsync(Path)).Groups[1].Value;
        using var approved = await PostAsync(second, Path, new() { ["waiver"] = waiver, ["version"] = "1", ["decision"] = "approve" }, "?handler=Waiver");
        Assert.Equal("decided", Said(approved));
        await SameEverywhereAsync(0, 1, 2, 300_000);
    }

    [SkippableFact]
    public async Task Suggestions_are_confirmed_and_taken_back_on_the_page_and_somebody_elses_decision_is_never_overwritten()
    {
        TestDatabase.Need();
        var clip = await FilmAsync(TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var link = await SuggestAsync(clip, "a1", "T11");
        var page = await PageAsync(_reviewer, Path);
        Assert.Contains("1 段待确认", page, StringComparison.Ordinal);
        Assert.Contains("其中 1 项有建议，待确认", page, StringComparison.Ordinal);

        using var confirmed = await PostAsync(_reviewer, Path, new() { ["link"] = $"{link}", ["version"] = "1" }, "?handler=Confirm");
        Assert.Equal("confirmed", Said(confirmed));
        Assert.Contains("已确认 1 条关联", await PageAsync(_reviewer, confirmed.Headers.Location!.ToString()), StringComparison.Ordinal);
        using var late = await PostAsync(_reviewer, Path, new() { ["link"] = $"{link}", ["version"] = "1" }, "?handler=Reject");
        Assert.Equal("conflict", Said(late));
        Assert.Equal("confirmed", await _api.ScalarAsync<string>($"select state from link where link_id = '{link}'"));
        using var undone = await PostAsync(_reviewer, Path, new() { ["link"] = $"{link}", ["version"] = "2" }, "?handler=Undo");
        Assert.Equal("undone", Said(undone));
        Assert.Equal("suggested", await _api.ScalarAsync<string>($"select state from link where link_id = '{link}'"));
    }

    [SkippableFact]
    public async Task In_the_browser_a_gap_leads_to_its_waiver_and_only_what_is_missing_stays_with_G()
    {
        TestDatabase.Need();
        Browser.Need();
        await LinkAsync(await FilmAsync(TimeSpan.Zero, TimeSpan.FromMinutes(6)), "a1", "T11");
        await LinkAsync(await FilmAsync(TimeSpan.FromHours(3), TimeSpan.FromMinutes(2)), "a2", "T22");
        await _api.GivenAccountAsync("case-reviewer", AccountRoles.Reviewer);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "case-reviewer", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, Path);
        var page = watched.Page;
        await page.Locator("tr[data-lacking=true]").First.WaitForAsync();
        await Pictures.ScreenAsync(page, "case");
        Assert.Equal(2, await page.Locator("tr[data-lacking]:visible").CountAsync());
        await page.Keyboard.PressAsync("g");
        Assert.Equal(1, await page.Locator("tr[data-lacking]:visible").CountAsync());
        Assert.Contains("only=1", page.Url, StringComparison.Ordinal);
        await page.Locator("[data-waive]").First.ClickAsync();
        Assert.Equal("w-reason", await page.EvaluateAsync<string>("document.activeElement.id"));
        await page.Keyboard.TypeAsync("电池耗尽，已写情况说明");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("said=asked");
        await Pictures.ScreenAsync(page, "case-asked");
        await page.GotoAsync(Path + "/list");
        await Pictures.ScreenAsync(page, "case-list");
        await page.GotoAsync("/cases");
        await Pictures.ScreenAsync(page, "cases");
        watched.AssertCalm();
    }

    /// <summary>Looks at the page, the print, the list, the sheet and the three addresses of the API.</summary>
    private async Task SameEverywhereAsync(int satisfied, int waived, int required, long missingMs)
    {
        var lacking = required - satisfied - waived;
        var whole = await _reviewer.GetFromJsonAsync<JsonElement>("/api/v1" + Path);
        var listed = (await _reviewer.GetFromJsonAsync<JsonElement>("/api/v1/cases")).GetProperty("items")[0];
        foreach (var sums in (JsonElement[])[whole.GetProperty("case").GetProperty("coverage"), listed.GetProperty("coverage")])
            Assert.Equal((required, satisfied, waived, lacking, missingMs), (Of(sums, "required"), Of(sums, "satisfied"), Of(sums, "waived"), Of(sums, "lacking"), sums.GetProperty("missingMs").GetInt64()));
        Assert.Equal(missingMs, whole.GetProperty("coverage").EnumerateArray().Where(row => row.GetProperty("state").GetString() is not "waived").Sum(row => row.GetProperty("missingMs").GetInt64()));

        var ofDay = (await _reviewer.GetFromJsonAsync<JsonElement>("/api/v1/coverage?from=2026-11-20&to=2026-11-20")).GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(
            (required, satisfied, waived, lacking, missingMs),
            (ofDay.Sum(step => Of(step, "required")), ofDay.Sum(step => Of(step, "satisfied")), ofDay.Sum(step => Of(step, "waived")), ofDay.Sum(step => Of(step, "lacking")),
                ofDay.Sum(step => step.GetProperty("missingMs").GetInt64())));

        var sentence = lacking == 0 ? "" : $"还缺 {lacking} 项{(missingMs > 0 ? $"，缺口共 {missingMs / 60_000} 分" : "")}。";
        var (page, print) = (await PageAsync(_reviewer, Path), await PageAsync(_reviewer, Path + "/list"));
        Assert.Contains(sentence, page, StringComparison.Ordinal);
        Assert.Contains(sentence, print, StringComparison.Ordinal);
        Assert.Contains($"<b>{satisfied + waived}<small>/{required}</small></b>", page, StringComparison.Ordinal);
        var cases = await PageAsync(_reviewer, "/cases");
        Assert.Contains($"{satisfied}/{required}", cases, StringComparison.Ordinal);
        Assert.Contains(lacking > 0 ? $"缺 {lacking} 项" : "齐全", cases, StringComparison.Ordinal);

        var sheet = Workbooks.Read(await _reviewer.GetByteArrayAsync("/cases?handler=Export"));
        Assert.Equal(
            new long[] { required, satisfied, waived, lacking, missingMs / 1000 },
            sheet[1].Skip(7).Take(5).Select(cell => Convert.ToInt64(cell, CultureInfo.InvariantCulture)));
        var items = Workbooks.Read(await _reviewer.GetByteArrayAsync(Path + "/list?handler=Export"));
        Assert.Equal(missingMs / 1000, items.Skip(1).Sum(row => Convert.ToInt64(row[7], CultureInfo.InvariantCulture)));
    }

    private static int Of(JsonElement sums, string name) => sums.GetProperty(name).GetInt32();

    private async Task<ClipId> FilmAsync(TimeSpan after, TimeSpan length)
    {
        var clip = await _api.GivenClipAsync(Given.Bytes());
        var from = GivenCases.Begins + after;
        await _api.ExecuteAsync($"update clip set kind = 'video', recorded_from = '{from:O}', recorded_to = '{from + length:O}' where clip_id = '{clip}'");
        await _api.ExecuteAsync($"insert into media (clip_id, audio_codec, plays, tags, probed_at, tool) values ('{clip}', 'aac', 'original', '{{}}', now(), 'test')");
        return clip;
    }

    private async Task<LinkRow> LinkAsync(ClipId clip, string activity, string item)
    {
        var draft = new LinkDraft { Clip = clip, Activity = await ActivityAsync(activity), Item = item };
        var result = await new LinkTable(_api.Database.Catalog).CreateAsync(draft, Given.Reviewer(), GivenPeople.By(), default);
        Assert.Equal(LinkingOutcome.Done, result.Outcome);
        return result.Link!;
    }

    private async Task<Guid> SuggestAsync(ClipId clip, string activity, string item)
    {
        await GivenCases.SuggestAsync(_api, clip, await ActivityAsync(activity), item);
        return await _api.ScalarAsync<Guid>($"select link_id from link where clip_id = '{clip}'");
    }

    private async Task<ActivityId> ActivityAsync(string external) =>
        new(await _api.ScalarAsync<Guid>($"select activity_id from activity where external_id = '{external}'"));

    private static string? Said(HttpResponseMessage answer) =>
        answer.Headers.Location is { } to ? System.Web.HttpUtility.ParseQueryString(new Uri(new Uri("https://localhost"), to).Query)["said"] : answer.StatusCode.ToString();

    [GeneratedRegex("name=\"waiver\" value=\"([^\"]+)\"")]
    private static partial Regex WaiverField();
}
