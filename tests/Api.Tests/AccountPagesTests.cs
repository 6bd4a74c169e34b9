using Microsoft.Playwright;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Accounts in real Chromium: a wish, its grant, and what the person then sees; nothing is cut or complained of.</summary>
public sealed class AccountPagesTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new() { OnLoopback = true };

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        if (!TestDatabase.Given || !Browser.Given)
            return;
        await GivenPeople.UnitAsync(_api.Database.Catalog, "Y-1");
        await GivenPeople.OfficerAsync(_api.Database.Catalog, "YA1007", "Y-1", new DateOnly(2020, 1, 1));
        await _api.GivenAccountAsync("sys01", AccountRoles.SystemAdministrator);
        await _api.GivenAccountAsync("sec01", AccountRoles.SecurityAdministrator);
        await _api.GivenAccountAsync("shen01", AccountRoles.Reviewer);
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task An_account_is_asked_for_granted_made_and_used_from_page_to_page()
    {
        TestDatabase.Need();
        Browser.Need();
        await using var system = await Browser.SignedInAsync(_api.Pages, "sys01", ApiUnderTest.Password);
        await using var security = await Browser.SignedInAsync(_api.Pages, "sec01", ApiUnderTest.Password);
        await using var officer = await Browser.ProfileAsync(_api.Pages);

        var asking = await WatchedPage.OpenAsync(system, "/accounts");
        await asking.Page.SelectOptionAsync("#l-role", AccountRoles.Officer);
        await asking.Page.FillAsync("#l-officer", "YA1007");
        await asking.Page.ClickAsync("form[action='/accounts?handler=Link'] button[type=submit]");
        var link = await asking.Page.Locator("code.token").InnerTextAsync();
        await ShowAsync(asking, "accounts-link");

        var making = await WatchedPage.OpenAsync(officer, new Uri(link).PathAndQuery);
        await ShowAsync(making, "accounts-setup");
        await making.Page.FillAsync("#p", ApiUnderTest.Password);
        await making.Page.FillAsync("#p2", ApiUnderTest.Password);
        await making.Page.ClickAsync("form.box button[type=submit]");
        await making.Page.ArriveAsync("/me$");
        await ShowAsync(making, "me-waiting");

        var granting = await WatchedPage.OpenAsync(security, "/accounts");
        await ShowAsync(granting, "accounts-grant");
        await granting.Page.ClickAsync("form[action='/accounts?handler=Grant'] button");
        await granting.Page.ArriveAsync(@"/accounts\?said=granted$");
        await granting.Page.GotoAsync("/accounts/YA1007");
        await ShowAsync(granting, "account-roles");

        _api.Time.Ahead += LiveAccounts.GoodFor;
        await making.Page.GotoAsync("/me");
        await making.Page.FillAsync("#tn", "州局平台同步");
        await making.Page.CheckAsync("input[name=rights][value=SeeClips]");
        await making.Page.ClickAsync("form.ask-token button[type=submit]");
        Assert.StartsWith(ApiTokens.Prefix, await making.Page.Locator("code.token").InnerTextAsync(), StringComparison.Ordinal);
        await ShowAsync(making, "me");
        await making.Page.GotoAsync("/clips");
        Assert.True(await making.Page.Locator("nav.nav a[href='/clips']").IsVisibleAsync());
        await ShowAsync(await WatchedPage.OpenAsync(system, "/me"), "me-administrator");
    }

    [SkippableFact]
    public async Task The_doors_of_an_administrator_from_page_to_page()
    {
        TestDatabase.Need();
        Browser.Need();
        await _api.GivenAccountAsync("aud01", AccountRoles.Auditor);
        await using var first = await Browser.ProfileAsync(_api.Pages);
        var page = await WatchedPage.OpenAsync(first, "/sign-in?returnUrl=%2Fverify");
        await ShowAsync(page, "sign-in");
        await SignInAsync(page.Page, "aud01");
        await page.Page.Locator("[data-secret]").WaitForAsync();
        await ShowAsync(page, "enrol");
        var code = new Authenticator((await page.Page.GetAttributeAsync("[data-secret]", "data-secret"))!);
        await page.Page.FillAsync("#c", "000000");
        await page.Page.ClickAsync("form.steps-of-box button[type=submit]");
        await page.Page.Locator(".note.bad").WaitForAsync();
        await page.Page.FillAsync("#c", code.CodeAt(_api.Time.GetUtcNow()));
        await page.Page.ClickAsync("form.steps-of-box button[type=submit]");
        await page.Page.Locator(".recovery").WaitForAsync();
        await ShowAsync(page, "recovery");
        await page.Page.ClickAsync(".box > a.btn-primary");
        await page.Page.ArriveAsync("/verify$");

        await using var second = await Browser.ProfileAsync(_api.Pages);
        var next = await WatchedPage.OpenAsync(second, "/sign-in");
        await SignInAsync(next.Page, "aud01");
        await next.Page.ArriveAsync("/sign-in/second$");
        await ShowAsync(next, "second");
        await next.Page.FillAsync("#c", code.CodeAt(_api.Time.GetUtcNow(), steps: 1));
        await next.Page.Keyboard.PressAsync("Enter");
        await next.Page.ArriveAsync("/today$");
        await ShowAsync(await WatchedPage.OpenAsync(second, "/sign-in/again"), "again");
        await ShowAsync(await WatchedPage.OpenAsync(second, "/sign-in/password"), "password");
    }

    private static async Task SignInAsync(IPage page, string name)
    {
        await page.FillAsync("#u", name);
        await page.FillAsync("#p", ApiUnderTest.Password);
        await page.ClickAsync("form button[type=submit]");
    }

    /// <summary>Nothing is said to the console, and nothing is wider than the screen; with YAOAN_SCREENSHOTS a picture is left.</summary>
    private static async Task ShowAsync(WatchedPage watched, string name)
    {
        await Pictures.ScreenAsync(watched.Page, name);
        Assert.True(await watched.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} is wider than the screen.");
        watched.AssertCalm();
    }
}
