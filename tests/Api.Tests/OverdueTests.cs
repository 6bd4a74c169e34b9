using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>What is overdue, and the page that each role begins with.</summary>
public sealed class OverdueTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task What_is_overdue_is_counted_listed_and_taken_along()
    {
        TestDatabase.Need();
        await GivenAsync("OV");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var page = await PageAsync(browser, "/overdue?list=undocked&unit=OV");
        Assert.Contains("OV-1", page, StringComparison.Ordinal);
        Assert.Contains("人员 OV1 OV1", page, StringComparison.Ordinal);
        Assert.Contains("超 ", page, StringComparison.Ordinal);
        Assert.Contains("OV-2", await PageAsync(browser, "/overdue?list=clock&unit=OV"), StringComparison.Ordinal);
        Assert.Contains("慢 1 分", await PageAsync(browser, "/overdue?list=clock&unit=OV"), StringComparison.Ordinal);
        Assert.Contains("缺 1 台", await PageAsync(browser, "/overdue?list=standard&unit=OV"), StringComparison.Ordinal);

        var counts = await browser.GetFromJsonAsync<JsonElement>("/api/v1/overdue?unit=OV");
        Assert.Equal((1, 0, 1, 1), (Number(counts, "undocked"), Number(counts, "returns"), Number(counts, "clock"), Number(counts, "standard")));
        var rows = await browser.GetFromJsonAsync<JsonElement>("/api/v1/overdue/undocked?unit=OV");
        Assert.Equal("OV-1", Assert.Single(rows.EnumerateArray()).GetProperty("serial").GetString());
        foreach (var list in new[] { "returns", "late", "clock", "space", "standard" })
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, $"/api/v1/overdue/{list}"));

        var sheet = Workbooks.Read(await browser.GetByteArrayAsync("/overdue?handler=Export&list=undocked&unit=OV"));
        Assert.Equal(("设备", "OV-1", "人员 OV1 OV1"), (sheet[0][0], sheet[1][0], sheet[1][1]));
        Assert.Equal(1L, await api.ScalarAsync<long>("select count(*) from custody_event where kind = 'list.exported' and convert_from(body, 'UTF8') like '%overdue-undocked%'"));
        // What is a number on the page is one that a sheet adds up.
        var standard = Workbooks.Read(await browser.GetByteArrayAsync("/overdue?handler=Export&list=standard&unit=OV"));
        Assert.Equal(1d, Assert.IsType<double>(standard[1][^1]));
        Assert.All(standard[1].Skip(2), cell => Assert.IsType<double>(cell));
    }

    [SkippableFact]
    public async Task Each_role_begins_with_what_waits_for_it()
    {
        TestDatabase.Need();
        await GivenAsync("RO");
        foreach (var (role, sees, not) in new[]
        {
            (AccountRoles.DeviceAdministrator, new[] { "逾期未交存", "待认定音像", "系统问题" }, "校验不符"), (AccountRoles.Auditor, ["逾期未交存", "校验不符"], "待认定音像"),
            (AccountRoles.Reviewer, ["逾期未交存", "采集任务与异常"], "系统问题"), (AccountRoles.Leader, ["逾期未交存"], "待认定音像"), (AccountRoles.SystemAdministrator, ["系统问题"], "逾期未交存"),
            (AccountRoles.Officer, ["本账号还没有关联执法人员"], "逾期未交存"),
        })
        {
            using var browser = await api.SignedInAsync(role);
            using var home = await browser.GetAsync("/");
            Assert.Equal("/today", home.Headers.Location?.ToString());
            var page = await PageAsync(browser, "/today");
            Assert.All(sees, word => Assert.Contains(word, page, StringComparison.Ordinal));
            Assert.DoesNotContain(not, page[page.IndexOf("<main", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }
        using var sample = await api.SignedInAsync(AccountRoles.Reviewer, scope: "sample");
        using var toSamples = await sample.GetAsync("/");
        Assert.Equal("/clips", toSamples.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(sample, "/overdue"));
    }

    [SkippableFact]
    public async Task An_officer_sees_his_own_recorder_what_is_unfinished_and_nobody_elses()
    {
        TestDatabase.Need();
        await GivenAsync("ME");
        using var browser = await api.SignedInAsync(AccountRoles.Officer, scope: "own", officer: "ME1");
        var page = await PageAsync(browser, "/today");
        Assert.Contains("人员 ME1", page, StringComparison.Ordinal);
        Assert.Contains("ME-1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ME-2", page, StringComparison.Ordinal);
        Assert.Contains("请插入任一采集站；若丢失", page, StringComparison.Ordinal);

        await DockAsync("ME-1", TimeSpan.FromMinutes(-10), TimeSpan.FromMinutes(-5), missing: 4);
        page = await PageAsync(browser, "/today");
        Assert.Contains("未完成采集", page, StringComparison.Ordinal);
        Assert.Contains("还有 4 个文件未采集", page, StringComparison.Ordinal);
        Assert.DoesNotContain("请插入任一采集站；若丢失", page, StringComparison.Ordinal);
        await DockAsync("ME-1", TimeSpan.FromMinutes(-3), null);
        Assert.DoesNotContain("还有 4 个文件未采集", await PageAsync(browser, "/today"), StringComparison.Ordinal);

        var clip = await api.GivenClipAsync(Given.Bytes(), name: "ME-LATE.MP4", recorder: "ME-1");
        await api.ExecuteAsync($"update clip set recorded_from = received_at - interval '31 hours', recorded_to = received_at - interval '30 hours', recorded_source = 'name' where clip_id = '{clip}'");
        page = await PageAsync(browser, "/today");
        Assert.Contains("ME-LATE.MP4", page, StringComparison.Ordinal);
        Assert.Contains("逾期 6 小时", page, StringComparison.Ordinal);
        Assert.Contains("逾期 6 小时 交存", await PageAsync(browser, $"/clips/{clip}"), StringComparison.Ordinal);
        Assert.True((await browser.GetFromJsonAsync<JsonElement>($"/api/v1/clips/{clip}")).GetProperty("clip").GetProperty("handedInLate").GetBoolean());
    }

    [SkippableFact]
    public async Task The_next_day_exactly_those_are_overdue_that_did_not_come_back_or_were_not_docked()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(api.Database.Catalog, "ND");
        var (now, by, allocations) = (api.Time.GetUtcNow(), GivenPeople.By(), new AllocationTable(api.Database.Catalog));
        foreach (var number in Enumerable.Range(1, 5))
        {
            await GivenPeople.OfficerAsync(api.Database.Catalog, $"ND{number}", "ND", new DateOnly(2020, 1, 1));
            await GivenPeople.RecorderAsync(api.Database.Catalog, $"ND-{number}", "ND");
            // The fifth is his for good: a duty of his ends twelve hours after he took it.
            var wish = new IssueWish { Serial = $"ND-{number}", Officer = $"ND{number}", At = now.AddHours(-1), DueAt = number == 5 ? null : now.AddMinutes(30) };
            Assert.Equal(SaveOutcome.Created, (await allocations.IssueAsync(wish, by with { Now = now }, default)).Outcome);
        }
        await DockAsync("ND-1", TimeSpan.FromMinutes(-20), null);
        await DockAsync("ND-2", TimeSpan.FromMinutes(-20), TimeSpan.FromMinutes(-5));
        await allocations.ReturnAsync("ND-4", now.AddMinutes(-1), by with { Now = now }, default);
        Assert.Equal(("", ""), await OverdueAsync());
        try
        {
            api.Time.Ahead += TimeSpan.FromHours(25);
            // The second was taken out again before its duty ended.
            Assert.Equal(("ND-4 ND-2 ND-3", "ND-1 ND-2 ND-3"), await OverdueAsync());
            api.Time.Ahead += TimeSpan.FromHours(11);
            Assert.Equal(("ND-4 ND-2 ND-3 ND-5", "ND-1 ND-2 ND-3"), await OverdueAsync());
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }

        async Task<(string Undocked, string Returns)> OverdueAsync()
        {
            using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
            return (await SerialsAsync(browser, "undocked"), await SerialsAsync(browser, "returns"));
        }

        static async Task<string> SerialsAsync(HttpClient browser, string list) => string.Join(
            ' ', (await browser.GetFromJsonAsync<JsonElement>($"/api/v1/overdue/{list}?unit=ND")).EnumerateArray().Select(row => row.GetProperty("serial").GetString()));
    }

    [SkippableFact]
    public async Task Pages_of_what_is_overdue_show_no_raw_words_in_either_language()
    {
        TestDatabase.Need();
        await GivenAsync("WO");
        using var browser = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        foreach (var path in OverdueLists.All.Select(list => $"/overdue?list={list}").Append("/today"))
        {
            foreach (var culture in new[] { "en", "zh-Hans" })
            {
                var page = await PageAsync(browser, $"{path}{(path.Contains('?') ? '&' : '?')}culture={culture}");
                Assert.DoesNotMatch("(List|None|NoneWhy|Rule|Span|Source|Work|Tile|Day|Why)_[a-z0-9]", page);
                Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
            }
        }
    }

    private static long Number(JsonElement counts, string name) => counts.GetProperty(name).GetInt64();

    /// <summary>A unit with two officers and a recorder too few; the first has one since three days, the second's clock is slow.</summary>
    private async Task GivenAsync(string name)
    {
        await GivenPeople.UnitAsync(api.Database.Catalog, name, officersPerRecorder: 1);
        foreach (var number in new[] { 1, 2, 3 })
            await GivenPeople.OfficerAsync(api.Database.Catalog, $"{name}{number}", name, new DateOnly(2020, 1, 1));
        foreach (var number in new[] { 1, 2 })
            await GivenPeople.RecorderAsync(api.Database.Catalog, $"{name}-{number}", name);
        var allocations = new AllocationTable(api.Database.Catalog);
        var (now, by) = (api.Time.GetUtcNow(), GivenPeople.By());
        await allocations.IssueAsync(new IssueWish { Serial = $"{name}-1", Officer = $"{name}1", At = now.AddDays(-3) }, by with { Now = now.AddDays(-3) }, default);
        await allocations.IssueAsync(new IssueWish { Serial = $"{name}-2", Officer = $"{name}2" }, by with { Now = now }, default);
        var reading = new ClockReading { Recorder = $"{name}-2", DeviceAt = now.AddMinutes(-1), OffsetMs = -60_000, WithinMs = 1000, Source = ClockSources.Entry };
        await new ClockTable(api.Database.Catalog).RecordAsync(reading, by.Actor, null, reading.EventBy(by.Actor, now, []), default);
    }

    private Task DockAsync(string serial, TimeSpan from, TimeSpan? to, int missing = 0) => new DockSessionTable(api.Database.Catalog).WriteAsync(
        new DockSessionRow
        {
            SessionId = SessionId.New(api.Time.GetUtcNow()),
            Station = "station-1",
            Slot = 3,
            Source = "dock",
            Recorder = new RecorderIdentity(serial, serial, "binding"),
            AttachedAt = api.Time.GetUtcNow() + from,
            DetachedAt = api.Time.GetUtcNow() + to,
            Early = missing > 0,
            Missing = missing,
        },
        [],
        api.Time.GetUtcNow(),
        default);
}
