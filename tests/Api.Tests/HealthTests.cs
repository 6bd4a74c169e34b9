using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class HealthTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task Healthz_is_ok_while_everything_works_and_names_the_station_that_is_away()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        var good = await browser.GetAsync("/healthz");
        Assert.Equal("""{"status":"ok"}""", await good.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        api.Time.Ahead += TimeSpan.FromSeconds(6);
        api.Station.Health = """{"status":"degraded","causes":[{"code":"sandbox","detail":"bwrap: no user namespaces"}]}""";
        var sandbox = await browser.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, sandbox.StatusCode);
        Assert.Equal("""{"status":"unavailable","causes":["sandbox-unusable"]}""", await sandbox.Content.ReadAsStringAsync());

        await api.Station.DisposeAsync();
        api.Time.Ahead += TimeSpan.FromSeconds(6);
        Assert.Equal("""{"status":"unavailable","causes":["station-away"]}""", await (await browser.GetAsync("/healthz")).Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task The_page_of_the_state_shows_the_advisory_lock_to_those_who_run_the_system()
    {
        TestDatabase.Need();
        using var admin = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        using var officer = await api.SignedInAsync(AccountRoles.Officer);

        Assert.Contains("能登录服务器磁盘的人仍可删除", WebUtility.HtmlDecode(await admin.GetStringAsync("/health")), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Accept.ParseAdd("text/html");
        var refused = await officer.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync());
        Assert.All(["您无权使用此功能", "原因", "影响", "怎么办", "编号"], part => Assert.Contains(part, page, StringComparison.Ordinal));
    }
}

/// <summary>What the last census found, seen by those who run the system.</summary>
public sealed class CensusHealthTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task A_census_that_found_something_broke_off_or_never_came_is_named_with_what_to_do()
    {
        TestDatabase.Need();
        using var admin = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        var census = new CensusTable(api.Database.Catalog);
        async Task<string> PageAsync()
        {
            api.Time.Ahead += TimeSpan.FromSeconds(6);
            return WebUtility.HtmlDecode(await admin.GetStringAsync("/health"));
        }

        Assert.DoesNotContain("没有清点", await PageAsync(), StringComparison.Ordinal);
        var clip = await api.GivenClipAsync(Given.Bytes(36));
        await using (var connection = await api.Database.AsOwner.OpenAsync(CancellationToken.None))
        await using (var old = new Npgsql.NpgsqlCommand("update clip set verified_at = now() - interval '60 hours'", connection))
            Assert.NotEqual(0, await old.ExecuteNonQueryAsync());
        Assert.Contains("两天多没有清点", await PageAsync(), StringComparison.Ordinal);

        var now = api.Time.GetUtcNow();
        var day = new CensusRow { Day = DateOnly.FromDateTime(now.UtcDateTime), Scope = CensusRow.Store, Station = "station-1", BegunAt = now, EndedAt = now, Result = "running" };
        Assert.True(await census.BeginAsync(day.Day, day.Scope, day.Station, now, default));
        await census.FindAsync(day.Scope, [new CensusFinding { Kind = "untracked", Subject = ObjectKey.Original(clip).Value }], now, default);
        await census.EndAsync(day, default);
        Assert.Contains("清点发现 1 项", await PageAsync(), StringComparison.Ordinal);

        Assert.True(await census.BeginAsync(day.Day.AddDays(1), day.Scope, day.Station, now.AddMinutes(1), default));
        await census.EndAsync(day with { Day = day.Day.AddDays(1), BegunAt = now.AddMinutes(1), EndedAt = now.AddMinutes(1), Result = "broken", Detail = "the disk is away" }, default);
        Assert.Contains("没有做完。the disk is away", await PageAsync(), StringComparison.Ordinal);

        Assert.True(await census.BeginAsync(day.Day.AddDays(2), day.Scope, day.Station, now.AddMinutes(2), default));
        await census.EndAsync(day with { Day = day.Day.AddDays(2), BegunAt = now.AddMinutes(2), EndedAt = now.AddMinutes(2) }, default);
        var good = await PageAsync();
        Assert.DoesNotContain("没有清点", good, StringComparison.Ordinal);
        Assert.DoesNotContain("清点发现", good, StringComparison.Ordinal);
    }
}

/// <summary>The database is away from the beginning.</summary>
public sealed class DatabaseAwayTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task The_board_stands_and_everything_else_says_why_it_does_not()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        api.Settings["ConnectionStrings:Catalog"] = "Host=127.0.0.1;Port=1;Database=none;Username=none;Timeout=2";
        using var away = api.Start();
        using var visitor = api.Browser(away);

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/dock")).StatusCode);
        var health = await visitor.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("database-unreachable", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var signIn = await ApiUnderTest.SignInAsync(visitor, "anybody", ApiUnderTest.Password);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, signIn.StatusCode);
        Assert.Contains("problem:Database", await signIn.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
