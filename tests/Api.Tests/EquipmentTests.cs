using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>Recorders and their allocation: pages, desk, API, sheet, labels, ledger.</summary>
public sealed class EquipmentTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly string[] s_headers = ["设备编号*", "类别*", "型号", "单位编号*", "状态*", "公用", "购置日期", "存储容量（GB）"];

    [SkippableFact]
    public async Task A_program_upserts_recorders_issues_hands_over_and_takes_back()
    {
        TestDatabase.Need();
        await GivenAsync("AP");
        using var program = await ProgramAsync();
        var body = new { kind = "body", model = "A8", unit = "AP", storageGb = 64 };
        using var created = await program.PutAsJsonAsync("/api/v1/recorders/AP-100", body);
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.StatusCode, created.Headers.ETag?.Tag));
        using var again = await program.PutAsJsonAsync("/api/v1/recorders/ap-100", body);
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (again.StatusCode, again.Headers.ETag?.Tag));

        Assert.Equal("AP1", (await PostAsync(program, "AP-100/issue", new { officer = "AP1" })).GetProperty("holder").GetString());
        var refused = await PostAsync(program, "AP-100/issue", new { officer = "AP2" }, HttpStatusCode.UnprocessableEntity);
        Assert.Matches("设备 AP-100 自 .* 起由 人员 AP1 AP1 领用，请先归还", refused.GetProperty("errors")[0].GetProperty("message").GetString());
        Assert.Equal("AP2", (await PostAsync(program, "AP-100/hand-over", new { officer = "AP2" })).GetProperty("holder").GetString());
        Assert.Equal(JsonValueKind.Null, (await PostAsync(program, "AP-100/return", new { })).GetProperty("holder").ValueKind);
        await PostAsync(program, "NOPE/return", new { }, HttpStatusCode.NotFound);

        var detail = await program.GetFromJsonAsync<JsonElement>("/api/v1/recorders/AP-100");
        var held = detail.GetProperty("allocations").EnumerateArray().ToList();
        Assert.Equal(["AP2", "AP1"], held.Select(one => one.GetProperty("officer").GetString()));
        Assert.Equal(held[0].GetProperty("from").GetDateTimeOffset(), held[1].GetProperty("to").GetDateTimeOffset());
        var list = await program.GetFromJsonAsync<JsonElement>("/api/v1/recorders?unit=AP&state=free&q=AP-10");
        Assert.Equal("AP-100", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("serial").GetString());
    }

    [SkippableFact]
    public async Task At_the_desk_codes_are_scanned_and_every_answer_is_a_sentence()
    {
        TestDatabase.Need();
        await GivenAsync("DK");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        using var issued = await DeskAsync(browser, "Issue", "YAOAN:R:DK-1", "yaoan:p:DK1", "2099-01-02T03:04");
        Assert.Equal("/recorders?said=issued&serial=DK-1", issued.Headers.Location?.ToString());
        var page = await PageAsync(browser, issued.Headers.Location!.ToString());
        Assert.Contains("已发放：设备 DK-1 由 人员 DK1 DK1 领用", page, StringComparison.Ordinal);

        using var refused = await DeskAsync(browser, "Issue", "DK-1", "DK2");
        page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        Assert.Contains("起由 人员 DK1 DK1 领用，应于 2099-01-02 03:04 前归还。请先归还或办理交接", page, StringComparison.Ordinal);
        Assert.DoesNotContain("handler=Issue&handler", page, StringComparison.Ordinal);
        using var unknown = await DeskAsync(browser, "Return", "YAOAN:P:DK1");
        Assert.Contains("没有登记编号为 YAOAN:P:DK1 的设备", WebUtility.HtmlDecode(await unknown.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var handed = await DeskAsync(browser, "HandOver", "dk-1", "DK2");
        Assert.Equal("/recorders?said=handed-over&serial=dk-1", handed.Headers.Location?.ToString());
        using var returned = await DeskAsync(browser, "Return", "DK-1", path: "/recorders/DK-1");
        Assert.Equal("/recorders/DK-1?said=returned", returned.Headers.Location?.ToString());
        page = await PageAsync(browser, "/recorders/DK-1");
        Assert.Contains("人员 DK2", page, StringComparison.Ordinal);
        Assert.Contains("待领用", page, StringComparison.Ordinal);
        Assert.Contains("DK-1", await PageAsync(browser, "/officers/DK1"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Of_two_administrators_who_issue_one_recorder_at_once_the_other_is_told_by_whom_and_until_when()
    {
        TestDatabase.Need();
        await GivenAsync("TW");
        using var one = await ProgramAsync();
        using var two = await ProgramAsync();
        for (var round = 0; round < 10; round++)
        {
            using var barrier = new Barrier(2);
            var answers = await Task.WhenAll(Both().Select(wish => Task.Run(async () =>
            {
                barrier.SignalAndWait();
                using var answer = await wish.Program.PostAsJsonAsync("/api/v1/recorders/TW-1/issue", new { officer = wish.Officer, dueAt = "2099-01-02T03:04:00+08:00" });
                return (answer.StatusCode, wish.Officer, Body: await answer.Content.ReadFromJsonAsync<JsonElement>());
            })));
            var won = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Equal(won.Officer, won.Body.GetProperty("holder").GetString());
            var lost = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity);
            Assert.Matches(
                $"设备 TW-1 自 .* 起由 人员 {won.Officer} {won.Officer} 领用，应于 2099-01-02 03:04 前归还", lost.Body.GetProperty("errors")[0].GetProperty("message").GetString());
            await PostAsync(one, "TW-1/return", new { });
        }
        Assert.Equal(10L, await api.ScalarAsync<long>("select count(*) from allocation join recorder using (recorder_id) where serial = 'TW-1'"));

        (HttpClient Program, string Officer)[] Both() => [(one, "TW1"), (two, "TW2")];
    }

    [SkippableFact]
    public async Task A_binding_file_is_the_bureaus_is_counted_and_goes_to_device_administrators_alone()
    {
        TestDatabase.Need();
        await GivenAsync("BI");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        File.Delete(BureauKey);
        using var keyless = await Forms.PostAsync(browser, "/recorders/BI-1", [], "?handler=Binding");
        Assert.Contains("本机没有局密钥", WebUtility.HtmlDecode(await keyless.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal(0, await api.ScalarAsync<int>("select binding_issue from recorder where serial = 'BI-1'"));

        var key = Given.Bytes()[..32];
        await File.WriteAllTextAsync(BureauKey, Convert.ToHexStringLower(key) + "\n");
        foreach (var issue in new[] { 1, 2 })
        {
            using var file = await Forms.PostAsync(browser, "/recorders/bi-1", [], "?handler=Binding");
            Assert.Equal("YAOAN.ID", file.Content.Headers.ContentDisposition?.FileName);
            var bytes = await file.Content.ReadAsByteArrayAsync();
            Assert.Equal("BI-1", RecorderBinding.ReadSerial(bytes, key));
            Assert.Null(RecorderBinding.ReadSerial(bytes, [.. key.Reverse()]));
            Assert.Equal(issue, JsonDocument.Parse(bytes).RootElement.GetProperty("issue").GetInt32());
        }
        Assert.Equal(2L, await api.ScalarAsync<long>("select count(*) from custody_event where kind = 'recorder.bound' and convert_from(body, 'UTF8') like '%BI-1%'"));
        Assert.Contains("已生成 2 次", await PageAsync(browser, "/recorders/BI-1"), StringComparison.Ordinal);

        using var asked = await Forms.PostAsync(browser, "/recorders/BI-1", [], "?handler=AskBinding");
        Assert.Equal("/recorders/BI-1?said=binding-asked", asked.Headers.Location?.ToString());
        using var twice = await Forms.PostAsync(browser, "/recorders/BI-1", [], "?handler=AskBinding");
        Assert.Equal(HttpStatusCode.Redirect, twice.StatusCode);
        var wish = Assert.Single(await new BindingRequestTable(api.Database.Catalog).OpenAsync(default));
        Assert.Equal("BI-1", wish.Serial);
        Assert.Contains("申请：设备下次插入采集站", await PageAsync(browser, "/recorders/BI-1"), StringComparison.Ordinal);
        using var withdrawn = await Forms.PostAsync(browser, "/recorders/BI-1", [], "?handler=WithdrawBinding");
        Assert.Equal("/recorders/BI-1?said=binding-withdrawn", withdrawn.Headers.Location?.ToString());
        Assert.Equal(2L, await api.ScalarAsync<long>("select count(*) from custody_event where kind like 'recorder.binding-%' and convert_from(body, 'UTF8') like '%BI-1%'"));

        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        Assert.DoesNotContain("handler=Binding", await PageAsync(auditor, "/recorders/BI-1"), StringComparison.Ordinal);
        using var refused = await Forms.PostAsync(auditor, "/recorders/BI-1", [], "?handler=Binding");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [SkippableFact]
    public async Task Whoever_has_one_already_gets_another_of_its_kind_only_when_the_button_is_pressed_again()
    {
        TestDatabase.Need();
        await GivenAsync("TO");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        using var first = await DeskAsync(browser, "Issue", "TO-1", "TO1");
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        using var asked = await DeskAsync(browser, "Issue", "TO-2", "TO1");
        var page = WebUtility.HtmlDecode(await asked.Content.ReadAsStringAsync());
        Assert.Matches("人员 TO1 TO1 已领用同类设备：TO-1（.* 起）", page);
        Assert.Contains("name=\"Seen\" value=\"TO-1\"", page, StringComparison.Ordinal);
        Assert.Contains("仍然发放", page, StringComparison.Ordinal);
        Assert.Equal(0L, await HeldAsync());
        // Another list than the one that was shown doesn't count.
        using var stale = await Forms.PostAsync(browser, "/recorders", new() { ["Device"] = "TO-2", ["To"] = "TO1", ["Seen"] = "TO-9" }, "?handler=Issue");
        Assert.Equal((HttpStatusCode.OK, 0L), (stale.StatusCode, await HeldAsync()));
        using var pressed = await Forms.PostAsync(browser, "/recorders", new() { ["Device"] = "TO-2", ["To"] = "TO1", ["Seen"] = "TO-1" }, "?handler=Issue");
        Assert.Equal("/recorders?said=issued&serial=TO-2", pressed.Headers.Location?.ToString());
        Assert.Equal(1L, await HeldAsync());

        Task<long> HeldAsync() => api.ScalarAsync<long>("select count(*) from allocation join recorder using (recorder_id) where serial = 'TO-2'");
    }

    [SkippableFact]
    public async Task A_recorders_page_tells_its_drift_and_the_firmware_that_its_files_name()
    {
        TestDatabase.Need();
        await GivenAsync("DF");
        var (now, by) = (api.Time.GetUtcNow(), GivenPeople.By());
        foreach (var (days, offset) in new[] { (-4, 1_000), (0, 21_000) })
        {
            var reading = new ClockReading { Recorder = "DF-1", DeviceAt = now.AddDays(days), OffsetMs = offset, WithinMs = 100, Source = ClockSources.Entry };
            await new ClockTable(api.Database.Catalog).RecordAsync(reading, by.Actor, null, reading.EventBy(by.Actor, now.AddDays(days), []), default);
        }
        var clip = await api.GivenClipAsync(Given.Bytes(), recorder: "DF-1");
        await api.ExecuteAsync($$"""insert into media (clip_id, plays, tags, probed_at, tool) values ('{{clip}}', 'original', '{"firmware": "V3.2 <b>"}', now(), 'test')""");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var page = await PageAsync(browser, "/recorders/DF-1");
        Assert.Contains("每天快 5.0 秒", page, StringComparison.Ordinal);
        Assert.Contains("走时不准", page, StringComparison.Ordinal);
        Assert.Contains("V3.2 <b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("V3.2 <b>", await browser.GetStringAsync("/recorders/DF-1"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_recorder_is_entered_changed_and_reported_on_its_page()
    {
        TestDatabase.Need();
        await GivenAsync("PG");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var fields = new Dictionary<string, string> { ["Serial"] = "PG-9", ["Kind"] = "audio", ["State"] = "in-use", ["Unit"] = "PG", ["Model"] = "录音笔", ["StorageGb"] = "16", ["Pool"] = "true" };
        using var made = await Forms.PostAsync(browser, "/recorders/new", fields);
        Assert.Equal("/recorders/PG-9?said=saved", made.Headers.Location?.ToString());
        using var stale = await Forms.PostAsync(browser, "/recorders/PG-9", new(fields) { ["Version"] = "7", ["State"] = "retired" });
        Assert.Contains("已被别人更改", WebUtility.HtmlDecode(await stale.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var bad = await Forms.PostAsync(browser, "/recorders/PG-9", new(fields) { ["Version"] = "1", ["StorageGb"] = "viel" });
        Assert.Contains("不是整数", WebUtility.HtmlDecode(await bad.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var good = await Forms.PostAsync(browser, "/recorders/PG-9", new(fields) { ["Version"] = "1", ["StorageGb"] = "32" });
        Assert.Equal(HttpStatusCode.Redirect, good.StatusCode);
        using var reported = await Forms.PostAsync(browser, "/recorders/PG-9", new() { ["Incident"] = "lost", ["HappenedOn"] = "2026-01-02", ["What"] = "巡查途中<遗失>" }, "?handler=Incident");
        Assert.Equal("/recorders/PG-9?said=incident", reported.Headers.Location?.ToString());
        var page = await PageAsync(browser, "/recorders/PG-9");
        Assert.Contains("巡查途中<遗失>", page, StringComparison.Ordinal);
        Assert.Contains("32.0 GB", page, StringComparison.Ordinal);
        Assert.Contains("不清除：其型号未启用清除", page, StringComparison.Ordinal);
        using var models = await Forms.PostAsync(browser, "/recorder-models", new() { ["name"] = "录音笔", ["profile"] = "handheld", ["releases"] = "true" });
        Assert.Equal("/recorder-models?said=saved", models.Headers.Location?.ToString());
        Assert.Contains("入库并再次核验后清除", await PageAsync(browser, "/recorders/PG-9"), StringComparison.Ordinal);
        using var unknown = await browser.GetAsync("/recorders/NOPE");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [SkippableFact]
    public async Task Sixty_recorders_come_in_from_a_sheet_and_go_out_again_unchanged()
    {
        TestDatabase.Need();
        await GivenAsync("SH");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var rows = Enumerable.Range(1, 60).Select(i => new object?[] { $"{i:0000000}", "执法记录仪", "A8", "SH", "在用", i % 10 == 0 ? "是" : null, new DateTime(2025, 3, 1), 128d }).ToList();
        rows[4][1] = "飞行器";
        rows[5][0] = 6d;
        rows[6][7] = "很大";
        var page = await PageAsync(browser, await UploadAsync(browser, "recorders", Workbooks.Of(s_headers, rows)));
        Assert.Equal("57 0 0 3", Tallies(page));
        Assert.Contains("没有“飞行器”这个选项。可填：执法记录仪、录音设备、照相机、手持终端、视频监控导出", page, StringComparison.Ordinal);
        (rows[4][1], rows[5][0], rows[6][7]) = ("Body-worn camera", "0000006", 64d);
        page = await PageAsync(browser, await UploadAsync(browser, "recorders", Workbooks.Of(s_headers, rows)));
        Assert.Equal("60 0 0 0", Tallies(page));
        using var applied = await ApplyAsync(browser, page, "recorders");
        Assert.Equal("/recorders/import?said=done&counts=60-0-0", applied.Headers.Location?.ToString());
        Assert.Equal(6L, await api.ScalarAsync<long>("select count(*) from recorder where pool and length(serial) = 7 and storage_bytes = 128000000000"));

        var workbook = await browser.GetByteArrayAsync("/recorders?handler=Export&unit=SH&q=00000");
        Assert.Equal(61, Workbooks.Read(workbook).Count);
        Assert.Equal("0 0 60 0", Tallies(await PageAsync(browser, await UploadAsync(browser, "recorders", workbook))));
        Assert.Equal("示例001", Workbooks.Read(await browser.GetByteArrayAsync("/recorders/import?handler=Template"))[1][0]);
    }

    [SkippableFact]
    public async Task Labels_and_ledger_print_what_was_asked_for()
    {
        TestDatabase.Need();
        await GivenAsync("LB");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var page = await PageAsync(browser, "/recorders/labels?serials=LB-1,yaoan:r:LB-2,NOPE&skip=2");
        Assert.Equal(2, Regex.Count(page, "<svg class=\"qr\""));
        Assert.Equal(2, Regex.Count(page, "skip-place"));
        Assert.Contains("2 张标签，1 页 A4", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(await PageAsync(browser, "/recorders/labels?unit=LB"), "<svg class=\"qr\""));

        using var issued = await DeskAsync(browser, "Issue", "LB-1", "LB1");
        Assert.Equal(HttpStatusCode.Redirect, issued.StatusCode);
        page = await PageAsync(browser, "/recorders/ledger?unit=LB");
        Assert.Contains("LB-1", page, StringComparison.Ordinal);
        Assert.Contains("领用人签字", page, StringComparison.Ordinal);
        Assert.DoesNotContain("LB-1", await PageAsync(browser, "/recorders/ledger?unit=LB&from=2020-01-01&to=2020-01-31"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_auditor_reads_and_changes_nothing_and_others_do_not_see_recorders()
    {
        TestDatabase.Need();
        await GivenAsync("RT");
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        string[] read = ["/recorders", "/recorders/RT-1", "/recorders/labels?serials=RT-1", "/recorders/ledger", "/recorder-models", "/api/v1/recorders", "/api/v1/recorders/RT-1"];
        foreach (var path in read)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, path));
        Assert.DoesNotContain("handler=Issue", await PageAsync(auditor, "/recorders"), StringComparison.Ordinal);
        foreach (var path in new[] { "/recorders/new", "/recorders/import" })
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(auditor, path));
        using var issue = await DeskAsync(auditor, "Issue", "RT-1", "RT1");
        Assert.Equal(HttpStatusCode.Forbidden, issue.StatusCode);
        auditor.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(auditor));
        await PostAsync(auditor, "RT-1/issue", new { officer = "RT1" }, HttpStatusCode.Forbidden);
        foreach (var role in new[] { AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.SystemAdministrator, AccountRoles.SecurityAdministrator })
        {
            using var other = await api.SignedInAsync(role);
            foreach (var path in read)
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(other, path));
        }
    }

    [SkippableFact]
    public async Task Whoever_manages_one_unit_changes_nothing_of_another()
    {
        TestDatabase.Need();
        await GivenAsync("RA");
        await GivenAsync("RB");
        using var program = await api.SignedInAsync(AccountRoles.DeviceAdministrator, AccountScopes.Below, unit: "RA");
        program.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(program));
        foreach (var act in new[] { "issue", "hand-over", "return" })
            await PostAsync(program, $"RB-1/{act}", new { officer = "RA1" }, HttpStatusCode.NotFound);
        using var desk = await DeskAsync(program, "Issue", "RB-1", "RA1");
        Assert.Contains("没有登记编号为 RB-1 的设备", WebUtility.HtmlDecode(await desk.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var toOther = await DeskAsync(program, "Issue", "RA-1", "RB1");
        Assert.Contains("没有工号为 RB1 的人员", WebUtility.HtmlDecode(await toOther.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        foreach (var (path, body, code) in new (string, object, string)[]
        {
            ("recorders/RB-1", new { kind = "body", unit = "RA" }, "serial-elsewhere"), ("recorders/RA-1", new { kind = "body", unit = "RB" }, "unit-not-yours"),
            ("officers/RB1", new { name = "别人", unit = "RA" }, "number-elsewhere"), ("officers/RA1", new { name = "自己", unit = "RB" }, "unit-not-yours"),
        })
        {
            using var answer = await program.PutAsJsonAsync($"/api/v1/{path}", body);
            Assert.Equal((path, HttpStatusCode.UnprocessableEntity, code), (path, answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("code").GetString()));
        }
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Incident"] = "lost", ["HappenedOn"] = "2026-01-02", ["What"] = "x" });
        using var incident = await program.PostAsync("/recorders/RB-1?handler=Incident", form);
        Assert.Equal(HttpStatusCode.NotFound, incident.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(program, "/api/v1/recorders/RB-1/clock"));
        Assert.Equal("RA", (await program.GetFromJsonAsync<JsonElement>("/api/v1/recorders/RA-1")).GetProperty("recorder").GetProperty("unit").GetString());
        await PostAsync(program, "RA-1/issue", new { officer = "RA1" });
        Assert.Equal(0L, await api.ScalarAsync<long>("select count(*) from allocation join recorder using (recorder_id) where serial like 'RB-%'"));
    }

    [SkippableFact]
    public async Task Pages_of_recorders_show_no_raw_words_in_either_language()
    {
        TestDatabase.Need();
        await GivenAsync("LW");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        using var issued = await DeskAsync(browser, "Issue", "LW-1", "LW1");
        foreach (var path in new[] { "/recorders?unit=LW", "/recorders?q=none", "/recorders/LW-1", "/recorders/new", "/recorders/import", "/recorders/labels?unit=LW", "/recorders/ledger?unit=LW", "/recorder-models" })
        {
            foreach (var culture in new[] { "en", "zh-Hans" })
            {
                var page = await PageAsync(browser, $"{path}{(path.Contains('?') ? '&' : '?')}culture={culture}");
                Assert.DoesNotMatch("(Column|Note|Sheet|Import|Kind|State|Said|Desk|Do|By|Incident|Pool)_[a-z]", page);
                Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
            }
        }
    }

    private string BureauKey => Path.Combine(api.Folder, "keys", "bureau.key");

    /// <summary>A unit with two officers and two recorders of its name.</summary>
    private async Task GivenAsync(string name)
    {
        await GivenPeople.UnitAsync(api.Database.Catalog, name);
        foreach (var number in new[] { 1, 2 })
        {
            await GivenPeople.OfficerAsync(api.Database.Catalog, $"{name}{number}", name, new DateOnly(2020, 1, 1));
            await GivenPeople.RecorderAsync(api.Database.Catalog, $"{name}-{number}", name);
        }
    }

    private async Task<HttpClient> ProgramAsync()
    {
        var program = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        program.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(program));
        return program;
    }

    private static async Task<JsonElement> PostAsync(HttpClient program, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await program.PostAsJsonAsync($"/api/v1/recorders/{path}", body);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<HttpResponseMessage> DeskAsync(
        HttpClient browser, string handler, string device, string? officer = null, string? due = null, string path = "/recorders")
    {
        var fields = new Dictionary<string, string> { ["Device"] = device };
        if (officer is not null)
            fields["To"] = officer;
        if (due is not null)
            fields["DueAt"] = due;
        return Forms.PostAsync(browser, path, fields, $"?handler={handler}");
    }
}
