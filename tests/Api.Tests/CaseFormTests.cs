using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>Cases that people enter: on the form, by the keyboard, and as a sheet.</summary>
public sealed partial class CaseFormTests : IAsyncLifetime
{
    private static readonly string[] s_headers =
        ["案号*", "执法类别", "案由", "承办单位编号", "承办人工号", "当事人（个人）", "当事人（单位）", "立案日期", "环节", "到达环节日期", "活动编号", "音像记录事项", "活动执法人员工号", "开始时间", "结束时间", "计划或实际"];

    private readonly ApiUnderTest _api = new() { OnLoopback = true };
    private HttpClient _reviewer = null!;

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        await GivenCases.PeopleAsync(_api, "F");
        _reviewer = await ProgramAsync(_api, AccountRoles.Reviewer);
    }

    public async Task DisposeAsync()
    {
        _reviewer?.Dispose();
        await _api.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_case_is_entered_and_changed_on_the_form_and_what_the_form_does_not_show_stays()
    {
        TestDatabase.Need();
        using var made = await PostAsync(_reviewer, "/cases/new", Fields("F-1"));
        Assert.Equal("/cases/F-1?said=saved", made.Headers.Location?.ToString());
        Assert.Contains("案件已保存", await PageAsync(_reviewer, "/cases/F-1?said=saved"), StringComparison.Ordinal);
        Assert.Equal("hand 王小明 云E12345 filing H1 09:00:00", await _api.ScalarAsync<string>(
            """
            select origin || ' ' || (parties -> 0 ->> 'name') || ' ' || plates[1] || ' ' || step.step || ' ' || external_id || ' ' || to_char(begins at time zone 'Asia/Shanghai', 'HH24:MI:SS')
            from case_file join case_step step using (case_id) join activity using (case_id) where number = 'F-1'
            """));
        // Coordinates and parts of a second came from elsewhere; and its clips were looked for.
        await _api.ExecuteAsync("update activity set latitude = 25.5, longitude = 101.2, begins = begins + interval '0.25 s', suggested_at = now()");

        var form = Read(await PageAsync(_reviewer, "/cases/F-1/edit"));
        form["Input.Activities[0].Place"] = "城北检查站";
        form["Input.Steps[filing]"] = "";
        form["Input.Steps[investigation]"] = "2026-11-21";
        using var changed = await PostAsync(_reviewer, "/cases/F-1/edit", form);
        Assert.Equal("/cases/F-1?said=saved", changed.Headers.Location?.ToString());
        Assert.Equal("城北检查站 25.5 00.25 due investigation", await _api.ScalarAsync<string>(
            """
            select place || ' ' || latitude || ' ' || to_char(begins, 'SS.FF2') || case when suggested_at is null then ' due ' else ' known ' end || step.step
            from case_file join case_step step using (case_id) join activity using (case_id) where number = 'F-1'
            """));
        Assert.Contains("notReached", await _api.ScalarAsync<string>("select convert_from(body, 'UTF8') from custody_event where kind = 'case.changed'"), StringComparison.Ordinal);

        // The same again changes nothing, and writes no event.
        using var same = await PostAsync(_reviewer, "/cases/F-1/edit", Read(await PageAsync(_reviewer, "/cases/F-1/edit")));
        Assert.Equal("/cases/F-1?said=saved", same.Headers.Location?.ToString());
        Assert.Equal(1L, await _api.ScalarAsync<long>("select count(*) from custody_event where kind = 'case.changed'"));
    }

    [SkippableFact]
    public async Task Who_was_too_late_sees_both_versions_and_nothing_is_overwritten_until_he_has()
    {
        TestDatabase.Need();
        await GivenCases.PutAsync(_reviewer, "F-2", GivenCases.Body("F"));
        var mine = Read(await PageAsync(_reviewer, "/cases/F-2/edit"));
        var theirs = GivenCases.Body("F");
        theirs["title"] = "超限运输（别人改的）";
        theirs["activities"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject
        {
            ["id"] = "a3",
            ["step"] = "evidence",
            ["items"] = new System.Text.Json.Nodes.JsonArray("T13"),
            ["from"] = GivenCases.Begins.AddHours(1).ToString("O"),
            ["until"] = GivenCases.Begins.AddHours(2).ToString("O"),
        });
        await GivenCases.PutAsync(_reviewer, "F-2", theirs);

        mine["Input.Title"] = "我的案由";
        using var late = await PostAsync(_reviewer, "/cases/F-2/edit", mine);
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        var page = WebUtility.HtmlDecode(await late.Content.ReadAsStringAsync());
        Assert.Contains("您的修改没有保存", page, StringComparison.Ordinal);
        Assert.Contains("超限运输（别人改的）", page, StringComparison.Ordinal);
        Assert.Contains("value=\"我的案由\"", page, StringComparison.Ordinal);
        Assert.Contains("活动 a3", page, StringComparison.Ordinal);
        Assert.Equal("超限运输（别人改的）", await TitleAsync("F-2"));

        using var knowingly = await PostAsync(_reviewer, "/cases/F-2/edit", Read(page));
        Assert.Equal("/cases/F-2?said=saved", knowingly.Headers.Location?.ToString());
        Assert.Equal("我的案由", await TitleAsync("F-2"));
        Assert.Equal(3L, await _api.ScalarAsync<long>("select count(*) from activity join case_file using (case_id) where number = 'F-2' and withdrawn_at is null"));
    }

    [SkippableFact]
    public async Task An_activity_with_a_link_is_ended_on_the_form_and_one_without_is_gone()
    {
        TestDatabase.Need();
        var (_, made, _) = await GivenCases.PutAsync(_reviewer, "F-3", GivenCases.Body("F"));
        var clip = await _api.GivenClipAsync(Given.Bytes());
        var draft = new LinkDraft { Clip = clip, Activity = new ActivityId(made.GetProperty("activities")[0].GetProperty("activityId").GetGuid()), Item = "T11" };
        Assert.Equal(LinkingOutcome.Done, (await new LinkTable(_api.Database.Catalog).CreateAsync(draft, Given.Reviewer(), GivenPeople.By(), default)).Outcome);
        var form = Read(await PageAsync(_reviewer, "/cases/F-3/edit"));
        form["Input.Activities[0].Withdrawn"] = form["Input.Activities[1].Withdrawn"] = "true";
        using var saved = await PostAsync(_reviewer, "/cases/F-3/edit", form);
        Assert.Equal("/cases/F-3?said=saved", saved.Headers.Location?.ToString());
        Assert.Equal("a1", await _api.ScalarAsync<string>("select string_agg(external_id || case when withdrawn_at is null then '!' else '' end, ',') from activity join case_file using (case_id) where number = 'F-3'"));
        Assert.DoesNotContain("Input.Activities[0].Id", await PageAsync(_reviewer, "/cases/F-3/edit"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_wrong_stands_beside_its_field_and_a_patrol_is_numbered_here()
    {
        TestDatabase.Need();
        var fields = Fields("F-4");
        fields["Input.Officers"] = "NOBODY";
        fields["Input.Activities[0].Items"] = "T99";
        fields["Input.Activities[0].Until"] = "2026-11-24T08:00";
        using var refused = await PostAsync(_reviewer, "/cases/new", fields);
        var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        foreach (var sentence in new[] { "有 3 处要改", "没有工号为 NOBODY 的人员", "没有事项 T99", "结束时间应晚于开始时间" })
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        Assert.Equal(0L, await _api.ScalarAsync<long>("select count(*) from case_file where number = 'F-4'"));

        fields = Fields("");
        fields["Input.Action"] = "inspection";
        fields["Input.Activities[0].Items"] = "T01";
        using var patrol = await PostAsync(_reviewer, "/cases/new", fields);
        Assert.Contains("检查〔2026〕第00001号", Uri.UnescapeDataString(patrol.Headers.Location!.ToString()), StringComparison.Ordinal);

        await GivenCases.PutAsync(_reviewer, "F-5", GivenCases.Body("F"));
        using var there = await PostAsync(_reviewer, "/cases/new", Fields("F-5"));
        Assert.Contains("案号 F-5 已经登记", WebUtility.HtmlDecode(await there.Content.ReadAsStringAsync()), StringComparison.Ordinal);

        using var auditor = await _api.SignedInAsync(AccountRoles.Auditor);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(auditor, "/cases/new"));
        Assert.DoesNotContain("/cases/new", await PageAsync(auditor, "/cases"), StringComparison.Ordinal);
        using var stranger = await _api.SignedInAsync(AccountRoles.Reviewer, AccountScopes.Unit, "F-X");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(stranger, "/cases/F-5/edit"));
    }

    [SkippableFact]
    public async Task Cases_and_activities_come_in_from_a_sheet_as_a_whole_or_not_at_all()
    {
        TestDatabase.Need();
        var at = new DateTime(2026, 11, 21, 9, 0, 0);
        object?[][] rows =
        [
            ["X-1", "行政处罚", "超限运输", "F", "F1、F2", "王小明", "某某运输公司", new DateTime(2026, 11, 20), "取证", null, "1", "T11", "F1", at, at.AddMinutes(40), null],
            ["X-1", null, null, null, null, null, null, null, "送达", new DateTime(2026, 11, 22), "2", "T22", "F2", "2026-11-22 15:04", "2026/11/22 15:30", "计划"],
            ["X-2", "行政检查", "路面检查", "F", "F1", null, null, null, null, null, null, null, null, null, null, null],
            ["X-2", null, null, null, null, null, null, null, "取证", null, "1", "T99", "F9", "2026-11-22 15:04", "2026-11-22 15:00", null],
            ["X-3", "行政处罚", null, "NOWHERE", null, null, null, null, null, null, null, "T11", null, null, null, null],
            ["X-2", null, null, null, null, null, null, null, "取证", null, "1", "T11", "F1", "明天", null, null],
        ];
        var trial = await UploadAsync(_reviewer, "cases", Workbooks.Of(s_headers, rows));
        var page = await PageAsync(_reviewer, trial);
        Assert.Equal("2 1 0 3", Tallies(page));
        foreach (var sentence in new[] { "没有事项 T99", "没有工号为 F9 的人员", "结束时间应晚于开始时间", "必填", "不是时间", "与第 5 行重复" })
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        foreach (var column in new[] { "音像记录事项</td>", "活动执法人员工号</td>", "结束时间</td>", "活动编号</td>", "开始时间</td>" })
            Assert.Contains(column, page, StringComparison.Ordinal);
        Assert.Equal(0L, await _api.ScalarAsync<long>("select count(*) from case_file where number like 'X-%'"));

        rows = [.. rows.Take(3)];
        page = await PageAsync(_reviewer, await UploadAsync(_reviewer, "cases", Workbooks.Of(s_headers, rows)));
        Assert.Equal("2 1 0 0", Tallies(page));
        using var applied = await ApplyAsync(_reviewer, page, "cases");
        Assert.Equal("/cases/import?said=done&counts=2-1-0", applied.Headers.Location?.ToString());
        Assert.Equal("sheet X-1 2 王小明 某某运输公司 service:2026-11-22 1:09:00:00 2:15:04:00planned", await _api.ScalarAsync<string>(
            """
            select origin || ' ' || number || ' ' || jsonb_array_length(parties) || ' ' || (parties -> 0 ->> 'name') || ' ' || (parties -> 1 ->> 'name') || ' '
              || (select string_agg(step || ':' || reached_on, ' ') from case_step where case_step.case_id = case_file.case_id) || ' '
              || (select string_agg(external_id || ':' || to_char(begins at time zone 'Asia/Shanghai', 'HH24:MI:SS') || case when planned then 'planned' else '' end, ' ' order by external_id)
                from activity where activity.case_id = case_file.case_id)
            from case_file where number = 'X-1'
            """));
        Assert.Equal("0 0 3 0", Tallies(await PageAsync(_reviewer, await UploadAsync(_reviewer, "cases", Workbooks.Of(s_headers, rows)))));

        var template = await _reviewer.GetByteArrayAsync("/cases/import?handler=Template");
        Assert.Equal("示例001", Workbooks.Read(template)[1][0]);
        using var empty = await SendFileAsync(_reviewer, "cases", template, "模板.xlsx");
        Assert.Contains("表中没有数据", WebUtility.HtmlDecode(await empty.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var stranger = await _api.SignedInAsync(AccountRoles.Reviewer, AccountScopes.Unit, "F-X");
        page = await PageAsync(stranger, await UploadAsync(stranger, "cases", Workbooks.Of(s_headers, rows)));
        Assert.Contains("您无权查看该案件", page, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task In_the_browser_a_case_is_entered_by_the_keyboard_alone()
    {
        TestDatabase.Need();
        Browser.Need();
        await _api.GivenAccountAsync("form-reviewer", AccountRoles.Reviewer);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "form-reviewer", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/cases");
        var page = watched.Page;
        await page.Locator("a[href='/cases/new']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("/cases/new$");
        Assert.Equal("c-number", await FocusedAsync(page));
        await TypeAsync(page, "K-1", "Tab", "Tab");
        await TypeAsync(page, "货车超限运输", "Tab");
        Assert.Equal("c-unit", await FocusedAsync(page));
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Tab");
        // A colleague by the name, another by the number.
        await TypeAsync(page, "F1", "Enter");
        await TypeAsync(page, "F2", "Enter");
        Assert.Equal("F1、F2、", await page.InputValueAsync("#c-officers"));
        await Pictures.ScreenAsync(page, "case-new");
        await page.Locator("[name='Input.Parties[0].Name']").FocusAsync();
        await TypeAsync(page, "王小明");
        await page.Locator("#a0-title").FocusAsync();
        await TypeAsync(page, "现场询问", "Tab");
        await TypeAsync(page, "询问当", "Enter");
        Assert.Equal("T11、", await page.InputValueAsync("#a0-items"));
        await page.Keyboard.PressAsync("Tab");
        await TypeAsync(page, "城南检查站", "Tab");
        await page.Locator("#a0-from").FillAsync("2026-11-21T09:00");
        await page.Locator("#a0-until").FillAsync("2026-11-21T09:40");
        // One more activity: the page comes back with all that was typed, and the new line has the focus.
        await page.Locator("button[name=add][value=activity]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#a1-step").WaitForAsync();
        Assert.Equal(("a1-step", "货车超限运输", "城南检查站"), (await FocusedAsync(page), await page.InputValueAsync("#c-title"), await page.InputValueAsync("#a1-place")));
        await Pictures.ScreenAsync(page, "case-new-2");
        await page.Locator("#c-title").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("said=saved");
        Assert.Contains("案件已保存", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Equal("F1,F2 T11 城南检查站", await _api.ScalarAsync<string>(
            """
            select (select string_agg(officer.number, ',' order by officer.number) from officer where officer_id = any (case_file.officers)) || ' ' || items[1] || ' ' || place
            from case_file join activity using (case_id) where case_file.number = 'K-1'
            """));
        await page.GotoAsync("/cases/K-1/edit");
        await Pictures.ScreenAsync(page, "case-edit");
        await page.GotoAsync("/cases/import");
        await Pictures.ScreenAsync(page, "case-import");
        watched.AssertCalm();
    }

    private static async Task TypeAsync(IPage page, string text, params string[] keys)
    {
        await page.Keyboard.TypeAsync(text);
        foreach (var key in keys)
            await page.Keyboard.PressAsync(key);
    }

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("document.activeElement.id");

    private Task<string> TitleAsync(string number) => _api.ScalarAsync<string>($"select title from case_file where number = '{number}'");

    private static Dictionary<string, string> Fields(string number) => new()
    {
        ["Input.Number"] = number,
        ["Input.Action"] = "penalty",
        ["Input.Title"] = "超限运输",
        ["Input.Unit"] = "F",
        ["Input.Officers"] = "F1、F2",
        ["Input.Plates"] = "云e12345",
        ["Input.OpenedOn"] = "2026-11-20",
        ["Input.Parties[0].Name"] = "王小明",
        ["Input.Parties[0].Kind"] = "person",
        ["Input.Steps[filing]"] = "2026-11-20",
        ["Input.Activities[0].Step"] = "evidence",
        ["Input.Activities[0].Title"] = "询问",
        ["Input.Activities[0].Items"] = "T11",
        ["Input.Activities[0].Officers"] = "F1",
        ["Input.Activities[0].From"] = "2026-11-24T09:00",
        ["Input.Activities[0].Until"] = "2026-11-24T09:40",
        ["Version"] = "0",
    };

    /// <summary>All fields of a form as a browser would send them.</summary>
    private static Dictionary<string, string> Read(string page)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match input in InputField().Matches(page))
        {
            var name = Attribute(input.Value, "name");
            if (name is null || name == "__RequestVerificationToken" || (input.Value.Contains("checkbox", StringComparison.Ordinal) && !input.Value.Contains(" checked", StringComparison.Ordinal)))
                continue;
            fields[name] = Attribute(input.Value, "value") ?? "";
        }
        foreach (Match select in SelectField().Matches(page))
            fields[select.Groups[1].Value] = SelectedOption().Match(select.Value) is { Success: true } chosen ? chosen.Groups[1].Value : "";
        return fields;
    }

    private static string? Attribute(string element, string name) =>
        Regex.Match(element, string.Create(CultureInfo.InvariantCulture, $" {name}=\"([^\"]*)\"")) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("<input[^>]+>")]
    private static partial Regex InputField();

    [GeneratedRegex("<select[^>]* name=\"([^\"]+)\"[^>]*>.*?</select>", RegexOptions.Singleline)]
    private static partial Regex SelectField();

    [GeneratedRegex("<option value=\"([^\"]*)\"[^>]*selected")]
    private static partial Regex SelectedOption();
}
