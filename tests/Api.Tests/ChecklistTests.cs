using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>The checklist: read by many, drafted and published by the device administrator, on pages, by API and as a sheet.</summary>
public sealed class ChecklistTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };
    private HttpClient _administrator = null!;

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        _administrator = await ProgramAsync(_api, AccountRoles.DeviceAdministrator);
    }

    public async Task DisposeAsync()
    {
        _administrator?.Dispose();
        await _api.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_draft_is_published_by_API_and_a_case_keeps_the_version_it_was_opened_under()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(_api, "L");
        using var reviewer = await ProgramAsync(_api, AccountRoles.Reviewer);
        await GivenCases.PutAsync(reviewer, "L-1", GivenCases.Body("L"));
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.PostAsync("/api/v1/checklists", null)).StatusCode);

        var draft = await (await _administrator.PostAsync("/api/v1/checklists", null)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((2, false), (draft.GetProperty("number").GetInt32(), draft.GetProperty("published").GetBoolean()));
        var item = new { action = "penalty", step = "evidence", nameZh = "现场询问", nameEn = "Questioning", mode = "full", methods = "audio or video", toleranceS = 60, retentionDays = 365 };
        using var saved = await SendAsync(HttpMethod.Put, "/api/v1/checklists/2/items/T11", item, "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (saved.StatusCode, saved.Headers.ETag?.Tag));
        using var stale = await SendAsync(HttpMethod.Put, "/api/v1/checklists/2/items/T12", item, "\"1\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var poor = await SendAsync(HttpMethod.Put, "/api/v1/checklists/2/items/T12", new { action = "penalty", methods = "smell", retentionDays = 10 });
        Assert.Equal(
            ["no-method-expression", "out-of-range", "required"],
            (await poor.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()).Distinct().Order(StringComparer.Ordinal));
        using var gone = await SendAsync(HttpMethod.Delete, "/api/v1/checklists/2/items/T38", null);
        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        var changes = await _administrator.GetFromJsonAsync<JsonElement>("/api/v1/checklists/2/changes");
        Assert.Equal(["T11", "T38"], changes.EnumerateArray().Select(change => change.GetProperty("code").GetString()));
        Assert.Contains("toleranceS", changes[0].GetProperty("fields").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal(JsonValueKind.Null, changes[1].GetProperty("new").ValueKind);

        // A case that is opened before it is published still keeps the first one.
        await GivenCases.PutAsync(reviewer, "L-2", GivenCases.Body("L"));
        using var published = await SendAsync(HttpMethod.Post, "/api/v1/checklists/2/publish", new { note = "新规定" });
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        using var again = await SendAsync(HttpMethod.Put, "/api/v1/checklists/2/items/T11", item);
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.StatusCode);
        var (_, made, _) = await GivenCases.PutAsync(reviewer, "L-3", GivenCases.Body("L"));
        Assert.Equal(2, made.GetProperty("case").GetProperty("checklist").GetInt32());
        Assert.Equal("L-1 1,L-2 1,L-3 2", await _api.ScalarAsync<string>(
            "select string_agg(case_file.number || ' ' || checklist.number, ',' order by case_file.number) from case_file join checklist using (checklist_id)"));
        Assert.Equal("checklist.drafted,checklist.item-saved,checklist.item-removed,checklist.published", await EventsAsync());
    }

    [SkippableFact]
    public async Task A_draft_that_was_given_up_leaves_its_number_and_its_events()
    {
        TestDatabase.Need();
        for (var time = 0; time < 2; time++)
        {
            using var begun = await PostAsync(_administrator, "/checklist", [], "?handler=Draft");
            Assert.Equal("/checklist/2?said=drafted", begun.Headers.Location?.ToString());
            using var removed = await PostAsync(_administrator, "/checklist/2/T01", [], "?handler=Remove");
            Assert.Equal("/checklist/2?said=removed", removed.Headers.Location?.ToString());
            using var discarded = await PostAsync(_administrator, "/checklist/2", [], "?handler=Discard");
            Assert.Equal("/checklist?said=discarded", discarded.Headers.Location?.ToString());
        }
        Assert.Equal(38L, await _api.ScalarAsync<long>("select count(*) from checklist_item"));
        Assert.Equal(string.Join(',', Enumerable.Repeat("checklist.drafted,checklist.item-removed,checklist.discarded", 2)), await EventsAsync());
    }

    [SkippableFact]
    public async Task Two_people_work_at_one_draft_and_of_one_item_the_second_sees_both_versions()
    {
        TestDatabase.Need();
        using var begun = await PostAsync(_administrator, "/checklist", [], "?handler=Draft");
        using var other = await _api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var (mine, theirs, elsewhere) = (await FieldsAsync(_administrator, "T11"), await FieldsAsync(other, "T11"), await FieldsAsync(other, "T12"));
        elsewhere["Input.ToleranceS"] = "10";
        using var third = await PostAsync(other, "/checklist/2/T12", elsewhere);
        theirs["Input.NameZh"] = "别人的名称";
        using var first = await PostAsync(other, "/checklist/2/T11", theirs);
        Assert.Equal("/checklist/2?said=saved", first.Headers.Location?.ToString());

        mine["Input.Methods"] = "录像和录音 或 监控";
        using var late = await PostAsync(_administrator, "/checklist/2/T11", mine);
        var page = WebUtility.HtmlDecode(await late.Content.ReadAsStringAsync());
        Assert.Contains("您的修改没有保存", page, StringComparison.Ordinal);
        Assert.Contains("别人的名称", page, StringComparison.Ordinal);
        Assert.Contains("录像和录音 或 监控", page, StringComparison.Ordinal);
        mine["Seen"] = Regex.Match(page, "name=\"Seen\" value=\"([^\"]+)\"").Groups[1].Value;
        using var knowingly = await PostAsync(_administrator, "/checklist/2/T11", mine);
        Assert.Equal("/checklist/2?said=saved", knowingly.Headers.Location?.ToString());
        Assert.Equal("现场询问当事人、证人 video and audio or cctv 10", await _api.ScalarAsync<string>(
            "select name_zh || ' ' || methods || ' ' || (select tolerance_s from checklist_item t12 where t12.checklist_id = checklist_item.checklist_id and code = 'T12') from checklist_item join checklist using (checklist_id) where number = 2 and code = 'T11'"));
        page = await PageAsync(_administrator, "/checklist/2");
        Assert.Contains("与第 1 版的差别：2 项", page, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_list_goes_out_as_a_sheet_and_comes_back_into_a_draft()
    {
        TestDatabase.Need();
        var workbook = await _administrator.GetByteArrayAsync("/checklist?handler=Export");
        var rows = Workbooks.Read(workbook);
        Assert.Equal(39, rows.Count);
        Assert.Equal(["T11", "行政处罚", "取证"], rows.Single(row => row[0] is "T11").Take(3));
        // As it went out it changes nothing, and the trial begins no draft.
        Assert.Equal("0 0 38 0", Tallies(await PageAsync(_administrator, await UploadAsync(_administrator, "checklist", workbook))));
        Assert.Equal(1L, await _api.ScalarAsync<long>("select count(*) from checklist"));

        var headers = rows[0].Cast<string>().ToList();
        var cells = rows.Skip(1).Select(row => row.ToArray()).ToList();
        cells[0][6] = "闻气味";
        cells[1][10] = 30d;
        cells[2][5] = "有时";
        var page = await PageAsync(_administrator, await UploadAsync(_administrator, "checklist", Workbooks.Of(headers, [.. cells])));
        Assert.Equal("0 0 35 3", Tallies(page));
        foreach (var sentence in new[] { "看不懂记录方式", "应在 183 到 36500 之间", "没有“有时”这个选项" })
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        (cells[0][6], cells[1][10], cells[2][5], cells[3][0]) = ("录像 或 监控", 365d, "全过程", "T99");
        page = await PageAsync(_administrator, await UploadAsync(_administrator, "checklist", Workbooks.Of(headers, [.. cells])));
        Assert.Equal("1 3 34 0", Tallies(page));
        using var applied = await ApplyAsync(_administrator, page, "checklist");
        Assert.Equal("/checklist/import?said=done&counts=1-3-34", applied.Headers.Location?.ToString());
        Assert.Equal("draft 39 video or cctv", await _api.ScalarAsync<string>(
            "select state || ' ' || count(*) || ' ' || max(methods) filter (where code = 'T01') from checklist join checklist_item using (checklist_id) where number = 2 group by state"));
    }

    [SkippableFact]
    public async Task Who_only_reads_sees_no_button_and_no_draft_form()
    {
        TestDatabase.Need();
        using var begun = await PostAsync(_administrator, "/checklist", [], "?handler=Draft");
        foreach (var role in new[] { AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.Auditor })
        {
            using var reader = await _api.SignedInAsync(role);
            var page = await PageAsync(reader, "/checklist");
            Assert.Contains("道路客货运车辆路面检查", page, StringComparison.Ordinal);
            Assert.DoesNotContain("handler=Draft", page, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reader, "/checklist/2/T01"));
            Assert.DoesNotContain("handler=Publish", await PageAsync(reader, "/checklist/2"), StringComparison.Ordinal);
        }
        using var system = await _api.SignedInAsync(AccountRoles.SystemAdministrator);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(system, "/checklist"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_administrator, "/checklist/7"));
        foreach (var culture in new[] { "en", "zh-Hans" })
        {
            foreach (var path in new[] { "/checklist", "/checklist/2", "/checklist/2/T11", "/checklist/2/new", "/checklist/import" })
            {
                var page = await PageAsync(_administrator, $"{path}?culture={culture}");
                Assert.DoesNotMatch("(Column|Note|Sheet|Import|Said|Action|Step|Mode|Change|Version)_[a-z]", page);
                Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
            }
        }
    }

    [SkippableFact]
    public async Task In_the_browser_a_draft_is_edited_compared_and_published_from_the_keyboard()
    {
        TestDatabase.Need();
        Browser.Need();
        await _api.GivenAccountAsync("list-administrator", AccountRoles.DeviceAdministrator);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "list-administrator", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/checklist");
        var page = watched.Page;
        await Pictures.ScreenAsync(page, "checklist");
        await page.Locator("form[action$='handler=Draft'] button").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync(@"/checklist/2\?said=drafted$");
        await page.Locator("a[href='/checklist/2/T11']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#f-methods").FillAsync("录像和录音 或 监控");
        await Pictures.ScreenAsync(page, "checklist-item");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync(@"/checklist/2\?said=saved$");
        await page.Locator("a[href='/checklist/2/new']").ClickAsync();
        await page.Locator("#f-code").FillAsync("T39");
        await page.Locator("#f-nameZh").FillAsync("远程视频检查");
        await page.Locator("#f-nameEn").FillAsync("Remote inspection");
        await page.Locator("#f-methods").FillAsync("录像");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync(@"/checklist/2\?said=saved$");
        Assert.Equal(["T11", "T39"], await page.Locator("details tbody td:first-child").AllInnerTextsAsync());
        await Pictures.ScreenAsync(page, "checklist-draft");
        await page.Locator("[name=note]").FillAsync("按新规定增加远程检查");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync(@"/checklist/2\?said=published$");
        await Pictures.ScreenAsync(page, "checklist-published");
        Assert.Equal("2 published list-administrator", await _api.ScalarAsync<string>("select number || ' ' || state || ' ' || published_by from checklist order by number desc limit 1"));
        Assert.Equal(39, await page.Locator("section.list tbody tr").CountAsync());
        await Pictures.PaperAsync(page, "checklist-print");
        watched.AssertCalm();
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(HttpClient browser, string code)
    {
        var page = await PageAsync(browser, $"/checklist/2/{code}");
        var fields = Regex.Matches(page, "<input[^>]*? name=\"((?:Input\\.)?[A-Za-z]+)\"[^>]*? value=\"([^\"]*)\"").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        foreach (Match select in Regex.Matches(page, "name=\"(Input\\.[A-Za-z]+)\">.*?value=\"([a-z]+)\" selected", RegexOptions.Singleline))
            fields[select.Groups[1].Value] = select.Groups[2].Value;
        fields.Remove("__RequestVerificationToken");
        return fields;
    }

    private Task<string> EventsAsync() =>
        _api.ScalarAsync<string>("select string_agg(kind, ',' order by at, event_id) from custody_event where kind like 'checklist.%'");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string? tag = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await _administrator.SendAsync(request);
    }
}
