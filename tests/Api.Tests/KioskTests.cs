using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>What officers do at a station by their badge: find, check out, return, hand over, take a receipt along.</summary>
public sealed class KioskTests : IAsyncLifetime
{
    private const string AddressHeader = "X-Test-Address";

    private readonly ApiUnderTest _api = new() { OnLoopback = true };

    /// <summary>K1 has the own K-1, K2 nothing; K-P and K-Q are shared ones of their unit, K-F one of another unit.</summary>
    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        var catalog = _api.Database.Catalog;
        await GivenPeople.UnitAsync(catalog, "KT");
        await GivenPeople.UnitAsync(catalog, "K", parent: "KT");
        await GivenPeople.UnitAsync(catalog, "KF", parent: "KT");
        foreach (var number in new[] { "K1", "K2" })
            await GivenPeople.OfficerAsync(catalog, number, "K", new DateOnly(2020, 1, 1));
        foreach (var (serial, unit, pool) in new[] { ("K-1", "K", false), ("K-P", "K", true), ("K-Q", "KT", true), ("K-F", "KF", true) })
            await new RecorderTable(catalog).SaveAsync(new RecorderDraft { Serial = serial, Kind = "body", Unit = unit, Pool = pool }, null, GivenPeople.By(), default);
        await new AllocationTable(catalog).IssueAsync(new IssueWish { Serial = "K-1", Officer = "K1" }, GivenPeople.By(), default);
        _api.Station.Board = Board((1, "K-1", "running"), (2, "K-P", "ready"), (3, "K-F", "ready"), (4, "K-Q", "running"));
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task By_a_badge_a_shared_recorder_goes_out_for_a_shift_and_comes_back_into_a_slot()
    {
        TestDatabase.Need();
        using var kiosk = await KioskAsync();
        var seen = await ScanAsync(kiosk, "yaoan:p:k2");
        Assert.Equal(("officer", "K2", "人***2"), (seen.GetProperty("kind").GetString(), seen.GetProperty("number").GetString(), seen.GetProperty("name").GetString()));
        Assert.Equal((0, "K-P"), (seen.GetProperty("held").GetArrayLength(), Assert.Single(seen.GetProperty("pool").EnumerateArray()).GetString()));

        var said = await DoAsync(kiosk, "check-out", "K2", "YAOAN:R:K-P");
        Assert.Matches("^已领用：设备 K-P 由 人\\*+2 K2 领用，请于 20.* 前归还$", said);
        Assert.Equal(("K2", 12d), await HeldAsync("K-P"));
        Assert.Equal(["K-P"], (await ScanAsync(kiosk, "K2")).GetProperty("held").EnumerateArray().Select(one => one.GetProperty("serial").GetString()));
        Assert.Equal("人***2 K2", (await ScanAsync(kiosk, "YAOAN:R:k-p")).GetProperty("holder").GetString());

        Assert.Equal("已归还：设备 K-P", await DoAsync(kiosk, "return", "K2", "K-P"));
        Assert.Equal(2L, await _api.ScalarAsync<long>(
            """
            select count(*) from custody_event where kind in ('allocation.issued', 'allocation.returned')
              and convert_from(body, 'UTF8') like '%"actor":{"kind":"station","name":"station-1"}%"serial":"K-P"%"officer":"K2"%"via":"kiosk"%'
            """));
    }

    [SkippableFact]
    public async Task Nobody_does_more_than_the_ledger_and_the_tile_allow()
    {
        TestDatabase.Need();
        using var kiosk = await KioskAsync();
        foreach (var (act, badge, recorder, to, sentence) in new (string, string, string, string?, string)[]
        {
            ("check-out", "K2", "K-Q", null, "设备 K-Q 在 4 号槽，现在不能取走"),
            ("check-out", "K2", "K-F", null, "设备 K-F 属于单位 KF，不是您本单位或上下级单位的公用设备"),
            ("check-out", "K2", "K-1", null, "设备 K-1 在 1 号槽，现在不能取走"),
            ("hand-over", "K2", "K-1", "K1", "设备 K-1 现在不在您名下"),
            ("hand-over", "K1", "K-1", "NOPE", "没有工号为 NOPE 的人员"),
            ("return", "K1", "K-1", null, "设备 K-1 不是公用设备"),
            ("return", "K2", "K-1", null, "设备 K-1 现在不在您名下"),
            ("return", "K2", "K-NONE", null, "请先把设备 K-NONE 插入本站槽位"),
        })
        {
            using var answer = await kiosk.PostAsJsonAsync("/dock/kiosk/do", new { act, badge, recorder, to });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(sentence, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        _api.Station.Board = Board((1, "K-P", "ready"), (2, "k-p", "ready"));
        using var twice = await kiosk.PostAsJsonAsync("/dock/kiosk/do", new { act = "check-out", badge = "K2", recorder = "K-P" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, twice.StatusCode);
        foreach (var (code, sentence) in new[] { ("YAOAN:P:K9", "没有工号为 K9 的人员"), ("YAOAN:R:K9", "没有登记编号为 K9 的设备"), ("K9", "认不出“K9”") })
        {
            using var unknown = await kiosk.PostAsJsonAsync("/dock/kiosk/scan", new { code });
            Assert.Contains(sentence, (await unknown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        using var odd = await kiosk.PostAsJsonAsync("/dock/kiosk/do", new { act = "sell", badge = "K1", recorder = "K-1" });
        Assert.Equal(HttpStatusCode.BadRequest, odd.StatusCode);
        Assert.Equal(1L, await _api.ScalarAsync<long>("select count(*) from allocation"));
    }

    [SkippableFact]
    public async Task Elsewhere_than_at_the_station_a_badge_opens_nothing()
    {
        TestDatabase.Need();
        var session = await _api.GivenSessionAsync("K-1", 1);
        using var kiosk = await KioskAsync();
        kiosk.DefaultRequestHeaders.Add(AddressHeader, "10.8.0.1");
        Assert.DoesNotContain("id=\"kiosk\"", await kiosk.GetStringAsync("/dock"), StringComparison.Ordinal);
        await RefusedAsync();
        kiosk.DefaultRequestHeaders.Remove(AddressHeader);
        kiosk.DefaultRequestHeaders.Add("X-Forwarded-For", "127.0.0.1");
        await RefusedAsync();
        kiosk.DefaultRequestHeaders.Remove("X-Forwarded-For");
        kiosk.DefaultRequestHeaders.Remove("RequestVerificationToken");
        using var bare = await kiosk.PostAsJsonAsync("/dock/kiosk/scan", new { code = "K1" });
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);

        async Task RefusedAsync()
        {
            using var scan = await kiosk.PostAsJsonAsync("/dock/kiosk/scan", new { code = "K1" });
            using var deed = await kiosk.PostAsJsonAsync("/dock/kiosk/do", new { act = "hand-over", badge = "K1", to = "K2", recorder = "K-1" });
            using var receipt = await kiosk.GetAsync($"/dock/receipt/{session}");
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (scan.StatusCode, deed.StatusCode, receipt.StatusCode));
        }
    }

    [Theory]
    [InlineData(true, null, "127.0.0.1", true)]
    [InlineData(true, null, "::1", true)]
    [InlineData(true, null, "10.1.2.3", false)]
    [InlineData(true, "10.1.2.0/24", "10.1.2.3", true)]
    [InlineData(true, "10.1.2.3", "::ffff:10.1.2.3", true)]
    [InlineData(true, "10.1.2.0/24", "127.0.0.1", false)]
    [InlineData(false, null, "127.0.0.1", false)]
    public void A_kiosk_is_known_by_its_address(bool enabled, string? network, string address, bool isKiosk)
    {
        var options = new KioskOptions { Enabled = enabled, Addresses = network is null ? [] : [network] };
        Assert.True(new KioskOptionsCheck().Validate(null, options).Succeeded);
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(isKiosk, new KioskGate(Options.Create(options)).IsKiosk(http));
        Assert.True(new KioskOptionsCheck().Validate(null, new KioskOptions { Addresses = ["the desk"], PoolFor = TimeSpan.Zero }).Failed);
    }

    [SkippableFact]
    public async Task A_receipt_has_counts_times_and_digests_and_no_name_of_a_file()
    {
        TestDatabase.Need();
        var session = await _api.GivenSessionAsync("K-1", 1);
        byte[] one = Given.Bytes(), other = Given.Bytes();
        await _api.GivenClipAsync(one, name: "SECRET-1.MP4", recorder: "K-1", session: session);
        await _api.GivenClipAsync(other, stored: false, name: "SECRET-2.MP4", recorder: "K-1", session: session);
        using var kiosk = await KioskAsync();
        var page = WebUtility.HtmlDecode(await kiosk.GetStringAsync($"/dock/receipt/{session}"));
        Assert.Contains("2 个文件", page, StringComparison.Ordinal);
        Assert.Contains("其中 1 个已入库并核验", page, StringComparison.Ordinal);
        Assert.Contains("人***1 K1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", page, StringComparison.Ordinal);
        Assert.DoesNotContain("人员 K1", page, StringComparison.Ordinal);
        var lines = new[] { one, other }.Select(bytes => $"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {bytes.Length}\n").Order(StringComparer.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines)))), page, StringComparison.Ordinal);

        await _api.ExecuteAsync($"update dock_session set detached_at = now() where session_id = '{session}'");
        _api.Time.Ahead = TimeSpan.FromHours(25);
        using var late = await kiosk.GetAsync($"/dock/receipt/{session}");
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    [SkippableFact]
    public async Task Badges_are_printed_with_the_codes_that_the_kiosk_reads()
    {
        TestDatabase.Need();
        using var browser = await _api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/officers/badges?unit=K&skip=2"));
        Assert.Contains("人员 K1 的工牌码", page, StringComparison.Ordinal);
        Assert.Contains("2 张，1 页 A4", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("skip-place").Length - 1);
        Assert.Equal("K1", Scanned.Officer(Scanned.OfficerCode("K1")));
    }

    [SkippableFact]
    public async Task At_the_board_slots_light_up_a_hand_over_takes_three_taps_and_the_panel_goes_after_two_idle_minutes()
    {
        TestDatabase.Need();
        Browser.Need();
        await using var profile = await Browser.ProfileAsync(_api.Pages);
        var watched = await WatchedPage.OpenAsync(profile);
        var page = watched.Page;
        await page.Clock.InstallAsync();
        await page.GotoAsync("/dock");
        await page.Locator("li.tile[data-slot='1']").WaitForAsync();
        await Pictures.ScreenAsync(page, "kiosk-0-board");

        await TypeAsync(page, "YAOAN:P:K1");
        await page.Locator("li.tile[data-slot='1'].lit").WaitForAsync();
        Assert.Equal(1, await page.Locator("li.tile.lit").CountAsync());
        // The tile's own words, and no better ones.
        Assert.Contains("采集中，请勿取走", await page.InnerTextAsync(".kp-item[data-serial='K-1']"), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator(".kp-item[data-serial='K-1'] [data-act]").CountAsync());
        await AssertFitsAsync(page);
        Assert.Empty((await page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => violation.Id));
        await Pictures.ScreenAsync(page, "kiosk-1-own");

        // Scan, scan, press.
        await TypeAsync(page, "YAOAN:P:K2");
        await page.GetByText("人***1 K1 → 人***2 K2").WaitForAsync();
        await Pictures.ScreenAsync(page, "kiosk-2-both");
        await page.ClickAsync(".kp-item[data-serial='K-1'] [data-act='hand-over']");
        await page.GetByText("已交接：设备 K-1 现由 人***2 K2 领用").WaitForAsync();
        Assert.Equal("K2", (await HeldAsync("K-1")).Officer);
        await Pictures.ScreenAsync(page, "kiosk-3-done");

        await TypeAsync(page, "YAOAN:R:K-P");
        await page.ClickAsync(".kp-item[data-serial='K-P'] [data-act='check-out']");
        await page.GetByText("已领用：设备 K-P 由 人***1 K1 领用").WaitForAsync();
        await page.Locator("li.tile[data-slot='2'].lit").WaitForAsync();
        await Pictures.ScreenAsync(page, "kiosk-4-out");
        await TypeAsync(page, "YAOAN:P:NOPE");
        await page.GetByText("没有工号为 NOPE 的人员").WaitForAsync();

        // Ten seconds at a time: boards come in between, so that it isn't their silence that closes the panel. What a slow machine takes for each step counts as well.
        for (var step = 0; step < 9; step++)
            await AheadAsync(page);
        Assert.True(await page.Locator("#kiosk").IsVisibleAsync());
        for (var step = 0; step < 4; step++)
            await AheadAsync(page);
        await page.Locator("#kiosk").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        Assert.Equal(0, await page.Locator("li.tile.lit").CountAsync());
        Assert.True(await page.Locator("#band").IsHiddenAsync());
        Assert.True(await page.Locator("#counts").IsVisibleAsync());

        // The panel fits above 24 slots too, and on a tall screen.
        _api.Station.Board = Board(24, (1, "K-1", "running"), (2, "K-P", "ready"), (24, "K-F", "ready"));
        await page.Locator("li.tile[data-slot='24']").WaitForAsync();
        foreach (var (width, height) in new[] { (1366, 768), (1080, 1920) })
        {
            await page.SetViewportSizeAsync(width, height);
            await TypeAsync(page, "YAOAN:P:K2");
            await page.Locator("li.tile[data-slot='1'].lit").WaitForAsync();
            await AssertFitsAsync(page);
            await Pictures.ScreenAsync(page, $"kiosk-24-{width}");
        }
        // The browser itself tells of the code that nobody has.
        Assert.All(watched.Complaints, complaint => Assert.Contains("422", complaint, StringComparison.Ordinal));
    }

    private static async Task AheadAsync(IPage page)
    {
        await page.Clock.FastForwardAsync(10_000);
        await Task.Delay(700);
    }

    private static async Task TypeAsync(IPage page, string code)
    {
        await page.Keyboard.TypeAsync(code);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task AssertFitsAsync(IPage page) => Assert.False(await page.EvaluateAsync<bool>(
        "() => document.documentElement.scrollHeight > innerHeight || [...document.querySelectorAll('.tile')].some(tile => tile.getBoundingClientRect().bottom > innerHeight)"));

    /// <summary>A browser on the station itself, with the token of its board.</summary>
    private async Task<HttpClient> KioskAsync()
    {
        var browser = _api.Browser();
        browser.DefaultRequestHeaders.Remove(AddressHeader);
        browser.DefaultRequestHeaders.Add("Accept", "application/json");
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", ApiUnderTest.FormToken(await browser.GetStringAsync("/dock")));
        return browser;
    }

    private static async Task<JsonElement> ScanAsync(HttpClient kiosk, string code)
    {
        using var answer = await kiosk.PostAsJsonAsync("/dock/kiosk/scan", new { code });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> DoAsync(HttpClient kiosk, string act, string badge, string recorder)
    {
        using var answer = await kiosk.PostAsJsonAsync("/dock/kiosk/do", new { act, badge, recorder });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("said").GetString()!;
    }

    /// <summary>Who has a recorder, and for how many hours yet.</summary>
    private async Task<(string? Officer, double Hours)> HeldAsync(string serial)
    {
        var recorder = (await new RecorderTable(_api.Database.Catalog).FindAsync(serial, default))!;
        return (recorder.Holder, recorder.DueAt is { } due ? Math.Round((due - _api.Time.GetUtcNow()).TotalHours) : 0);
    }

    private static string Board(params (int Slot, string Recorder, string State)[] slots) => Board(8, slots);

    private static string Board(int count, params (int Slot, string Recorder, string State)[] slots) => JsonSerializer.Serialize(
        new
        {
            station = "station-1",
            title = "1 号采集站",
            contact = "张工 内线 8012",
            at = TimeProvider.System.GetUtcNow(),
            lights = new { database = "ok", store = "ok", clock = "ok", spoolFreeBytes = 1_200_000_000_000, spoolLow = false },
            counts = new { ready = 1, running = 1, staged = 0, trouble = 0 },
            slots = Enumerable.Range(1, count).Select(number => Array.Find(slots, slot => slot.Slot == number) is { Recorder: not null } there ? Tile(number, there.Recorder, there.State) : Tile(number, null, "empty")),
            alerts = Array.Empty<object>(),
        },
        JsonSerializerOptions.Web);

    private static object Tile(int slot, string? recorder, string state) => new
    {
        slot,
        kind = "mount",
        state,
        phase = state == "running" ? "copying" : "none",
        mayTake = state != "running",
        recorder,
        recorderBy = recorder is null ? null : "binding",
        sessionId = recorder is null ? null : (Guid?)new Guid(slot, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]),
        files = new { listed = 15, copied = 7, stored = state == "ready" ? 15 : 3, known = 0, duplicate = 0, skipped = 0, failed = 0 },
        bytes = new { listed = 12_670_153_523, copied = 6_000_000_000, stored = 100 },
        skips = Array.Empty<object>(),
    };
}
