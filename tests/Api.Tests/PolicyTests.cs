using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using static YaoAn.Api.Tests.Forms;

namespace YaoAn.Api.Tests;

/// <summary>What a unit makes mandatory and whether rules may confirm links: set by the security administrator, inherited downwards, shown where it has effect.</summary>
public sealed class PolicyTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };
    private HttpClient _security = null!;

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given)
            return;
        await GivenPeople.UnitAsync(_api.Database.Catalog, "Z");
        await GivenPeople.UnitAsync(_api.Database.Catalog, "Y", parent: "Z");
        await GivenPeople.OfficerAsync(_api.Database.Catalog, "Y1", "Y", new DateOnly(2020, 1, 1));
        await GivenPeople.OfficerAsync(_api.Database.Catalog, "Y2", "Y", new DateOnly(2020, 1, 1));
        _security = await _api.SignedInAsync(AccountRoles.SecurityAdministrator);
    }

    public async Task DisposeAsync()
    {
        _security?.Dispose();
        await _api.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_a_unit_makes_mandatory_is_missing_in_its_cases_at_once_and_those_below_inherit_it()
    {
        TestDatabase.Need();
        using var reviewer = await ProgramAsync(_api, AccountRoles.Reviewer);
        await GivenCases.PutAsync(reviewer, "Y-1", GivenCases.Body("Y"));
        Assert.Contains("还缺 2 项", await PageAsync(reviewer, "/cases/Y-1"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"policy\"", await PageAsync(reviewer, "/cases/Y-1"), StringComparison.Ordinal);

        using var saved = await SetAsync("Z", 0, "T09、T18", "yes", "局务会");
        Assert.Equal("/policies/Z?said=saved", saved.Headers.Location?.ToString());
        var page = await PageAsync(reviewer, "/cases/Y-1");
        Assert.Contains("还缺 4 项", page, StringComparison.Ordinal);
        Assert.Contains("规定到环节必须有：T09、T18", page, StringComparison.Ordinal);
        Assert.Contains("自动确认", page, StringComparison.Ordinal);

        // The unit itself says otherwise of the items, and leaves the rest open.
        using var own = await SetAsync("Y", 0, "T18", "", null);
        Assert.Equal(HttpStatusCode.Redirect, own.StatusCode);
        page = await PageAsync(reviewer, "/cases/Y-1");
        Assert.Contains("还缺 3 项", page, StringComparison.Ordinal);
        Assert.Contains("自动确认", page, StringComparison.Ordinal);
        using var back = await SetAsync("Y", 1, null, "no", null);
        page = await PageAsync(reviewer, "/cases/Y-1");
        Assert.Contains("还缺 4 项", page, StringComparison.Ordinal);
        Assert.DoesNotContain("自动确认", page, StringComparison.Ordinal);
        Assert.Equal("Y 1 T18 -,Y 2 - false,Z 1 T09 T18 true", await _api.ScalarAsync<string>(
            """
            select string_agg(unit.code || ' ' || change.version || ' ' || coalesce(array_to_string(mandatory, ' '), '-') || ' ' || coalesce(auto_confirm::text, '-'), ',' order by unit.code, change.version)
            from unit_policy_change change join unit using (unit_id)
            """));
        Assert.Equal(3L, await _api.ScalarAsync<long>("select count(*) from custody_event where kind = 'unit-policy.saved'"));
        Assert.Contains("局务会", await PageAsync(_security, "/policies/Z"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_was_too_late_is_told_what_stands_there_and_only_the_security_administrator_sets_it()
    {
        TestDatabase.Need();
        using var first = await SetAsync("Z", 0, "T09", "", null);
        using var late = await SetAsync("Z", 0, "T18", "yes", null);
        var page = WebUtility.HtmlDecode(await late.Content.ReadAsStringAsync());
        Assert.Contains("别人改过：必须有 T09", page, StringComparison.Ordinal);
        Assert.Contains("value=\"T18\"", page, StringComparison.Ordinal);
        using var unknown = await SetAsync("Z", 1, "T77", "", null);
        Assert.Contains("现行清单中没有事项 T77", WebUtility.HtmlDecode(await unknown.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using var same = await SetAsync("Z", 1, "T09", "", null);
        Assert.Equal(1L, await _api.ScalarAsync<long>("select count(*) from unit_policy_change"));

        using var auditor = await _api.SignedInAsync(AccountRoles.Auditor);
        Assert.Contains("T09", await PageAsync(auditor, "/policies"), StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Mandatory\"", await PageAsync(auditor, "/policies/Z"), StringComparison.Ordinal);
        foreach (var role in new[] { AccountRoles.Officer, AccountRoles.Reviewer, AccountRoles.DeviceAdministrator, AccountRoles.SystemAdministrator })
        {
            using var other = await _api.SignedInAsync(role);
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(other, "/policies/Z"));
        }
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_security, "/policies/NOWHERE"));
        foreach (var culture in new[] { "en", "zh-Hans" })
        {
            foreach (var path in new[] { "/policies", "/policies/Z" })
                Assert.DoesNotContain("style=\"", await PageAsync(_security, $"{path}?culture={culture}"), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task In_the_browser_a_policy_is_set_from_the_keyboard()
    {
        TestDatabase.Need();
        Browser.Need();
        await _api.GivenAccountAsync("policy-security", AccountRoles.SecurityAdministrator);
        await using var profile = await Browser.SignedInAsync(_api.Pages, "policy-security", ApiUnderTest.Password);
        var watched = await WatchedPage.OpenAsync(profile, "/policies");
        var page = watched.Page;
        await page.Locator("a[href='/policies/Y']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#f-whose").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("T09");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("按局里要求");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync(@"/policies/Y\?said=saved$");
        await Pictures.ScreenAsync(page, "policy");
        Assert.Equal("T09 true", await _api.ScalarAsync<string>("select array_to_string(mandatory, ',') || ' ' || auto_confirm from unit_policy"));
        await page.GotoAsync("/policies");
        await Pictures.ScreenAsync(page, "policies");
        watched.AssertCalm();
    }

    private Task<HttpResponseMessage> SetAsync(string unit, int version, string? mandatory, string auto, string? note) => PostAsync(
        _security, $"/policies/{unit}",
        new() { ["Version"] = $"{version}", ["Whose"] = mandatory is null ? "" : "own", ["Mandatory"] = mandatory ?? "", ["Auto"] = auto, ["Note"] = note ?? "" });
}
