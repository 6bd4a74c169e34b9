using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>Units and officers: pages, API, and sheets in and out.</summary>
public sealed class PeopleTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly string[] s_officerHeaders = ["工号*", "姓名", "执法证号", "单位编号", "职务", "参加工作日期"];

    [SkippableFact]
    public async Task A_program_upserts_units_and_officers_by_their_keys()
    {
        TestDatabase.Need();
        using var program = await ProgramAsync();
        using var created = await program.PutAsJsonAsync("/api/v1/units/API-1", new { name = "大队", kind = "brigade", officersPerRecorder = 3 });
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.StatusCode, created.Headers.ETag?.Tag));
        using var again = await program.PutAsJsonAsync("/api/v1/units/API-1", new { name = "大队", kind = "brigade", officersPerRecorder = 3 });
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (again.StatusCode, again.Headers.ETag?.Tag));

        var officer = new { name = "李芳", unit = "API-1", certificate = "0012", since = "2019-03-01" };
        using var entered = await program.PutAsJsonAsync("/api/v1/officers/A7001", officer);
        Assert.Equal(HttpStatusCode.Created, entered.StatusCode);
        using var detail = await program.GetAsync("/api/v1/officers/a7001");
        var view = await detail.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("0012", view.GetProperty("officer").GetProperty("certificate").GetString());
        Assert.Equal("2019-03-01", view.GetProperty("units")[0].GetProperty("firstDay").GetString());
        var list = await program.GetFromJsonAsync<JsonElement>("/api/v1/officers?unit=API-1&state=serving&limit=1");
        Assert.Equal("A7001", list.GetProperty("items")[0].GetProperty("number").GetString());

        using var stale = await PutAsync(program, "/api/v1/officers/A7001", officer, "\"9\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        using var fresh = await PutAsync(program, "/api/v1/officers/A7001", new { name = "李芳", unit = "API-1" }, "\"1\"");
        Assert.Equal((HttpStatusCode.OK, "\"2\""), (fresh.StatusCode, fresh.Headers.ETag?.Tag));
    }

    [SkippableFact]
    public async Task What_cannot_be_saved_is_told_value_by_value()
    {
        TestDatabase.Need();
        using var program = await ProgramAsync();
        using var refused = await program.PutAsJsonAsync("/api/v1/officers/A7009", new { name = "", unit = "NOWHERE" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["required", "unknown-unit"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
        Assert.Contains("NOWHERE", problem.GetProperty("errors")[1].GetProperty("message").GetString(), StringComparison.Ordinal);
        using var unknown = await program.GetAsync("/api/v1/officers/A7009");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [SkippableFact]
    public async Task Only_who_manages_people_changes_them_and_officers_do_not_see_the_lists()
    {
        TestDatabase.Need();
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        auditor.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(auditor));
        foreach (var page in new[] { "/units", "/officers", "/api/v1/units", "/api/v1/officers" })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, page));
        foreach (var page in new[] { "/units/new", "/officers/new", "/officers/import", "/units/import?handler=Template" })
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(auditor, page));
        using var put = await auditor.PutAsJsonAsync("/api/v1/units/NO", new { name = "x", kind = "post" });
        Assert.Equal(HttpStatusCode.Forbidden, put.StatusCode);
        foreach (var role in new[] { AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.SystemAdministrator })
        {
            using var other = await api.SignedInAsync(role);
            foreach (var page in new[] { "/units", "/officers", "/officers?handler=Export", "/api/v1/officers" })
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(other, page));
        }
    }

    [SkippableFact]
    public async Task A_person_enters_a_unit_and_an_officer_on_pages()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        using var unit = await PostAsync(browser, "/units/new", new() { ["Code"] = "PG-1", ["Name"] = "页面<大队>", ["Kind"] = "brigade", ["OfficersPerRecorder"] = "2" });
        Assert.Equal("/units/PG-1?said=saved", unit.Headers.Location?.ToString());
        using var officer = await PostAsync(browser, "/officers/new", new() { ["Number"] = "P9001", ["Name"] = "杨光", ["Unit"] = "PG-1", ["Since"] = "2020-05-06" });
        Assert.Equal("/officers/P9001?said=saved", officer.Headers.Location?.ToString());
        var page = await PageAsync(browser, "/officers/P9001?said=saved");
        Assert.Contains("已保存", page, StringComparison.Ordinal);
        Assert.Contains("2020-05-06", page, StringComparison.Ordinal);
        page = await PageAsync(browser, "/units?unit=PG-1");
        Assert.Contains("页面<大队>", page, StringComparison.Ordinal);
        Assert.Contains("杨光", page, StringComparison.Ordinal);
        Assert.Contains("每 2 人 1 台", page, StringComparison.Ordinal);

        using var bad = await PostAsync(browser, "/officers/new", new() { ["Number"] = "", ["Name"] = "某", ["Unit"] = "PG-1", ["LeftOn"] = "31.12.2020" });
        Assert.Equal(HttpStatusCode.OK, bad.StatusCode);
        Assert.Contains("不是日期", WebUtility.HtmlDecode(await bad.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var taken = await PostAsync(browser, "/officers/new", new() { ["Number"] = "P9001", ["Name"] = "另一人", ["Unit"] = "PG-1" });
        Assert.Contains("没有保存", WebUtility.HtmlDecode(await taken.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Contains("杨光", await PageAsync(browser, "/officers?q=P9001"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Sixty_officers_come_in_from_a_sheet_as_a_whole_or_not_at_all()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        await GivenUnitAsync("SH-1");
        var rows = Enumerable.Range(1, 60).Select(i => new object?[] { $"S{i:000}", $"人员{i}", $"0025{i:0000}", "SH-1", "队员", new DateTime(2019, 1, 1).AddDays(i) }).ToList();
        rows[9][3] = "SH-9";
        rows[10][2] = 250011d;
        rows[11][5] = "去年";
        rows[12][0] = "s001";
        rows[13][1] = null;
        var trial = await UploadAsync(browser, "officers", Workbooks.Of(s_officerHeaders, rows));
        var page = await PageAsync(browser, trial);
        Assert.Equal("55 0 0 5", Tallies(page));
        foreach (var word in new[] { "没有编号为 SH-9 的单位", "前面的 0 会丢失", "不是日期", "与第 2 行重复", "必填" })
            Assert.Contains(word, page, StringComparison.Ordinal);
        Assert.DoesNotContain("确认导入", page, StringComparison.Ordinal);
        Assert.Equal(0L, await api.ScalarAsync<long>("select count(*) from officer where number like 'S%'"));
        var faults = Workbooks.Read(await browser.GetByteArrayAsync(trial.Replace("?", "?handler=Faults&", StringComparison.Ordinal)));
        Assert.Equal(6, faults.Count);
        Assert.Equal(["11", "S010", "单位编号", "SH-9"], faults[1].Take(4).Cast<string>());

        (rows[9][3], rows[10][2], rows[11][5], rows[12][0], rows[13][1]) = ("SH-1", "00250011", "2019年2月3日", "S013", "人员14");
        trial = await UploadAsync(browser, "officers", Workbooks.Of(s_officerHeaders, rows));
        page = await PageAsync(browser, trial);
        Assert.Equal("60 0 0 0", Tallies(page));
        using var applied = await ApplyAsync(browser, page);
        Assert.Equal("/officers/import?said=done&counts=60-0-0", applied.Headers.Location?.ToString());
        Assert.Equal("00250011 2019-02-03", await api.ScalarAsync<string>(
            "select max(certificate) filter (where number = 'S011') || ' ' || max(since) filter (where number = 'S012') from officer where number like 'S%'"));
        Assert.Equal(60L, await api.ScalarAsync<long>("select count(*) from custody_event where kind = 'officer.created' and convert_from(body, 'UTF8') like '%\"number\":\"S0%import/%'"));
        Assert.Equal(1L, await api.ScalarAsync<long>("select count(*) from custody_event where kind = 'sheet.applied' and convert_from(body, 'UTF8') like '%\"created\":60%'"));

        using var twice = await ApplyAsync(browser, page);
        Assert.Equal("/officers/import?said=gone", twice.Headers.Location?.ToString());
        Assert.Equal("0 0 60 0", Tallies(await PageAsync(browser, await UploadAsync(browser, "officers", Workbooks.Of(s_officerHeaders, rows)))));
    }

    [SkippableFact]
    public async Task A_sheet_is_refused_where_the_data_changed_since_its_trial()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        await GivenUnitAsync("CH-1");
        await GivenPeople.OfficerAsync(api.Database.Catalog, "CH001", "CH-1");
        var trial = await UploadAsync(browser, "officers", Workbooks.Of(s_officerHeaders, ["CH001", "新名", null, "CH-1", null, null], ["CH002", "某", null, "CH-1", null, null]));
        var page = await PageAsync(browser, trial);
        Assert.Equal("1 1 0 0", Tallies(page));
        var officers = new OfficerTable(api.Database.Catalog);
        var draft = (await officers.FindAsync("CH001", default))!.Draft();
        Assert.Equal(SaveOutcome.Changed, (await officers.SaveAsync(draft with { Position = "队长" }, null, GivenPeople.By(), default)).Outcome);

        using var refused = await ApplyAsync(browser, page);
        Assert.EndsWith("&said=moved", refused.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Null(await officers.FindAsync("CH002", default));
        page = await PageAsync(browser, refused.Headers.Location!.ToString());
        Assert.Contains("有了变化", page, StringComparison.Ordinal);
        using var applied = await ApplyAsync(browser, page);
        Assert.Equal("/officers/import?said=done&counts=1-1-0", applied.Headers.Location?.ToString());
        // Its cell was empty, and an empty cell is a wish too.
        Assert.Null((await officers.FindAsync("CH001", default))!.Position);
    }

    [SkippableFact]
    public async Task Another_person_cannot_use_a_trial()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var trial = await UploadAsync(browser, "units", Workbooks.Of(["单位编号", "单位名称", "类别"], ["TR-1", "某", "中队"]));
        using var other = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        Assert.Contains("已经用过或已过期", await PageAsync(other, trial), StringComparison.Ordinal);
        Assert.Contains("已经用过或已过期", await PageAsync(browser, trial.Replace("units", "officers", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_list_goes_out_and_comes_back_unchanged_and_no_cell_becomes_a_formula()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        await GivenUnitAsync("EX-1");
        var officers = new OfficerTable(api.Database.Catalog);
        var draft = new OfficerDraft { Number = "EX001", Name = "=HYPERLINK(\"x\")", Unit = "EX-1", Certificate = "000123", Position = "@SUM(A1)", Region = "-1+2", Since = new DateOnly(2017, 2, 3) };
        Assert.Equal(SaveOutcome.Created, (await officers.SaveAsync(draft, null, GivenPeople.By(), default)).Outcome);

        using var answer = await browser.GetAsync("/officers?handler=Export&q=EX001");
        Assert.Contains("officers", await api.ScalarAsync<string>("select convert_from(body, 'UTF8') from custody_event where kind = 'list.exported' order by at desc limit 1"), StringComparison.Ordinal);
        var workbook = await answer.Content.ReadAsByteArrayAsync();
        var rows = Workbooks.Read(workbook);
        Assert.Equal(["工号*", "姓名*", "执法证号", "单位编号*", "职务", "负责区域", "参加工作日期", "离岗日期", "登录账号"], rows[0].Cast<string>());
        Assert.Equal(["EX001", "=HYPERLINK(\"x\")", "000123", "EX-1", "@SUM(A1)", "-1+2", new DateTime(2017, 2, 3)], rows[1].Take(7));
        using (var zip = new ZipArchive(new MemoryStream(workbook)))
        using (var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open()))
            Assert.DoesNotMatch("<(x:)?f[ >]", await sheet.ReadToEndAsync());
        Assert.Equal("0 0 1 0", Tallies(await PageAsync(browser, await UploadAsync(browser, "officers", workbook))));
    }

    [SkippableTheory]
    [InlineData("units")]
    [InlineData("officers")]
    public async Task A_template_opens_in_Excel_keeps_text_as_text_and_its_example_is_passed_over(string sheet)
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var template = await browser.GetByteArrayAsync($"/{sheet}/import?handler=Template");
        Assert.Equal("示例001", Workbooks.Read(template)[1][0]);
        Assert.True(Workbooks.Read(template, "填写说明").Count > 5);
        using var zip = new ZipArchive(new MemoryStream(template));
        using (var xml = new StreamReader(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open()))
            Assert.Matches("<x:col min=\"1\"[^>]* style=\"[1-9]", await xml.ReadToEndAsync());
        using var answer = await SendFileAsync(browser, sheet, template, "模板.xlsx");
        Assert.Contains("表中没有数据", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_that_is_no_sheet_is_refused_in_a_sentence()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        await RefusedAsync(browser, Encoding.UTF8.GetBytes("工号,姓名\n1,2"), "不是 Excel 工作簿");
        await RefusedAsync(browser, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "旧版 .xls");
        await RefusedAsync(browser, Zip(("a.txt", "x")), "不是 Excel 工作簿");
        await RefusedAsync(browser, Zip(("xl/workbook.xml", new string('a', 40_000_000))), "解压后太大");
        await RefusedAsync(browser, Zip(("xl/workbook.xml", "<a")), "已损坏");
        await RefusedAsync(browser, new byte[1_000_000], "超过 900 KB");
        await RefusedAsync(browser, [.. Workbooks.Of(s_officerHeaders, ["a", "b", "c", "d", "e", "f"]).Take(3000)], "已损坏");
        await RefusedAsync(browser, Workbooks.Of(["工号", "名字"], ["1", "2"]), "缺少这些列：姓名、单位编号");
        await RefusedAsync(browser, Workbooks.Of([.. s_officerHeaders, "血型"], ["1", "2", "3", "4", "5", "6", "A"]), "不认识的列：血型");
        await RefusedAsync(browser, Workbooks.Of(s_officerHeaders, [.. Enumerable.Range(0, 2002).Select(i => new object?[] { $"{i}", "a", null, "b", null, null })]), "超过 2000 行");
        Assert.Equal(0L, await api.ScalarAsync<long>("select count(*) from sheet_import where file_name = 'bad.xlsx'"));
    }

    [SkippableFact]
    public async Task Pages_of_lists_show_no_raw_words_in_either_language()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        await GivenUnitAsync("LW-1");
        await GivenPeople.OfficerAsync(api.Database.Catalog, "LW001", "LW-1");
        foreach (var path in new[] { "/units?unit=LW-1", "/units/LW-1", "/units/new", "/officers?unit=LW-1", "/officers/LW001", "/officers/new", "/officers/import", "/units/import" })
        {
            foreach (var culture in new[] { "en", "zh-Hans" })
            {
                var page = await PageAsync(browser, $"{path}{(path.Contains('?') ? '&' : '?')}culture={culture}");
                Assert.DoesNotMatch("(Column|Note|Sheet|Import|UnitKind|State|Role)_[a-z]", page);
                Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
            }
        }
    }

    private static async Task RefusedAsync(HttpClient browser, byte[] file, string sentence)
    {
        using var answer = await SendFileAsync(browser, "officers", file, "bad.xlsx");
        Assert.Contains(sentence, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }
        return stream.ToArray();
    }

    private Task<UnitDraft> GivenUnitAsync(string code) => GivenPeople.UnitAsync(api.Database.Catalog, code);

    private async Task<HttpClient> ProgramAsync()
    {
        var program = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        program.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(program));
        return program;
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient program, string path, object body, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(etag));
        return await program.SendAsync(request);
    }
}
