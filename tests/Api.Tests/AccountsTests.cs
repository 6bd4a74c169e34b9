using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Accounts as two offices make and keep them together, through their pages.</summary>
public sealed partial class AccountsTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task One_office_asks_another_grants_and_the_account_is_its_officers()
    {
        TestDatabase.Need();
        var name = await GivenOfficerAsync("AC-1");
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        using var security = await api.SignedInAsync(AccountRoles.SecurityAdministrator);

        var link = await LinkAsync(system, AccountRoles.Officer, name);
        using var officer = await SetUpAsync(link, name);
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(officer, "/api/v1/clips"));
        Assert.Contains("您还没有角色", await Forms.PageAsync(officer, "/me"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await Forms.StatusAsync(api.Browser(), link));

        var wish = WishOf(await Forms.PageAsync(security, "/accounts"), name);
        using (var himself = await Forms.PostAsync(system, "/accounts", new() { ["link"] = wish }, "?handler=Grant"))
            Assert.Equal(HttpStatusCode.Forbidden, himself.StatusCode);
        using (var granted = await Forms.PostAsync(security, "/accounts", new() { ["link"] = wish }, "?handler=Grant"))
            Assert.Equal("/accounts?said=granted", granted.Headers.Location!.OriginalString);

        api.Time.Ahead += LiveAccounts.GoodFor;
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(officer, "/api/v1/clips"));
        Assert.Equal("own", await ScopeAsync(name));
        Assert.Equal(1, await api.ScalarAsync<long>($"select count(*) from officer join account using (account_id) where number = '{name}' and user_name = '{name}'"));
        Assert.Equal(
            ["account.created", "account.link-granted", "account.link-made"],
            (await api.ScalarAsync<string[]>(
                $"select array_agg(distinct kind order by kind) from custody_event where kind like 'account.%' and convert_from(body, 'UTF8') like any (array['%{wish}%', '%{name}%'])")));
    }

    [SkippableFact]
    public async Task A_link_that_is_granted_first_gives_its_role_when_it_is_used_and_one_that_is_withdrawn_opens_nothing()
    {
        TestDatabase.Need();
        var (name, other) = (await GivenOfficerAsync("AC-2"), await GivenOfficerAsync("AC-3"));
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        using var security = await api.SignedInAsync(AccountRoles.SecurityAdministrator);
        var (link, withdrawn) = (await LinkAsync(system, AccountRoles.Officer, name), await LinkAsync(system, AccountRoles.Officer, other));
        var page = await Forms.PageAsync(security, "/accounts");

        (await Forms.PostAsync(security, "/accounts", new() { ["link"] = WishOf(page, name) }, "?handler=Grant")).Dispose();
        (await Forms.PostAsync(system, "/accounts", new() { ["link"] = WishOf(page, other) }, "?handler=Withdraw")).Dispose();

        using var officer = await SetUpAsync(link, name);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(officer, "/api/v1/clips"));
        Assert.Equal(HttpStatusCode.NotFound, await Forms.StatusAsync(api.Browser(), withdrawn));
        using var gone = await Forms.PostAsync(security, "/accounts", new() { ["link"] = WishOf(page, other) }, "?handler=Grant");
        Assert.Equal("/accounts?said=gone", gone.Headers.Location!.OriginalString);
    }

    [SkippableFact]
    public async Task What_a_link_cannot_ask_for_is_told_and_nothing_is_made()
    {
        TestDatabase.Need();
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);

        var officer = await AskAsync(system, new() { ["Role"] = AccountRoles.Officer });
        var unknown = await AskAsync(system, new() { ["Role"] = AccountRoles.Officer, ["Officer"] = "nobody" });
        var placeless = await AskAsync(system, new() { ["Role"] = AccountRoles.Reviewer, ["Scope"] = AccountScopes.Below });

        Assert.Contains("要填执法人员工号", officer, StringComparison.Ordinal);
        Assert.Contains("nobody", unknown, StringComparison.Ordinal);
        Assert.Contains("要选单位", placeless, StringComparison.Ordinal);
        Assert.All([officer, unknown, placeless], page => Assert.DoesNotContain("/setup?token=", page, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Roles_take_another_person_and_a_fresh_proof_and_count_within_five_seconds()
    {
        TestDatabase.Need();
        using var person = await api.SignedInAsync(AccountRoles.Reviewer);
        var name = await NameAsync(person);
        var (security, mine, code) = await AdministratorAsync(AccountRoles.SecurityAdministrator);
        var roles = new Dictionary<string, string> { ["Roles"] = AccountRoles.DeviceAdministrator, ["Scope"] = "all" };

        api.Time.Ahead += Proofs.GoodFor + TimeSpan.FromSeconds(1);
        using (var stale = await Forms.PostAsync(security, $"/accounts/{name}", new(roles), "?handler=Roles"))
            Assert.StartsWith("/sign-in/again", stale.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal([AccountRoles.Reviewer], await RolesAsync(name));

        using (var wrong = await Forms.PostAsync(security, "/sign-in/again", new() { ["proof"] = ApiUnderTest.Password }))
            Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        using (var proved = await Forms.PostAsync(security, "/sign-in/again", new() { ["proof"] = code.CodeAt(api.Time.GetUtcNow()), ["ReturnUrl"] = $"/accounts/{name}" }))
            Assert.Equal($"/accounts/{name}", proved.Headers.Location!.OriginalString);
        using (var himself = await Forms.PostAsync(security, $"/accounts/{mine}", new(roles), "?handler=Roles"))
            Assert.Contains("不能给自己", WebUtility.HtmlDecode(await himself.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using (var saved = await Forms.PostAsync(security, $"/accounts/{name}", new(roles), "?handler=Roles"))
            Assert.Equal($"/accounts/{name}?said=saved", saved.Headers.Location!.OriginalString);

        Assert.Equal([AccountRoles.SecurityAdministrator], await RolesAsync(mine));
        api.Time.Ahead += LiveAccounts.GoodFor;
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(person, "/api/v1/clips"));
        security.Dispose();
    }

    [SkippableFact]
    public async Task Who_is_disabled_is_out_within_five_seconds_and_can_come_back_when_enabled()
    {
        TestDatabase.Need();
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        using var person = await api.SignedInAsync(AccountRoles.Reviewer);
        var name = await NameAsync(person);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(person, "/api/v1/clips"));

        Assert.Equal("disable", await DoAsync(system, name, "disable"));
        api.Time.Ahead += TimeSpan.FromSeconds(5);

        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(person, "/api/v1/clips"));
        using (var again = await ApiUnderTest.SignInAsync(api.Browser(), name, ApiUnderTest.Password))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("unchanged", await DoAsync(system, name, "disable"));
        Assert.Equal("enable", await DoAsync(system, name, "enable"));
        using (var back = await ApiUnderTest.SignInAsync(api.Browser(), name, ApiUnderTest.Password))
            Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
    }

    [SkippableFact]
    public async Task A_locked_account_is_unlocked_by_an_administrator()
    {
        TestDatabase.Need();
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        await api.GivenAccountAsync("clumsy", AccountRoles.Officer);
        using var browser = api.Browser();
        for (var i = 0; i < AccountTable.FailuresUntilLocked; i++)
            (await ApiUnderTest.SignInAsync(browser, "clumsy", "not that one, sorry")).Dispose();
        using (var locked = await ApiUnderTest.SignInAsync(browser, "clumsy", ApiUnderTest.Password))
            Assert.Equal(HttpStatusCode.OK, locked.StatusCode);

        Assert.Equal("unlock", await DoAsync(system, "clumsy", "unlock"));

        using var signedIn = await ApiUnderTest.SignInAsync(browser, "clumsy", ApiUnderTest.Password);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
    }

    [SkippableFact]
    public async Task Nobody_disables_himself_and_the_last_of_an_office_stays()
    {
        TestDatabase.Need();
        var accounts = api.Services.GetRequiredService<AccountAdministrationTable>();
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        var auditor = await api.GivenAccountAsync("lonely-auditor", AccountRoles.Auditor);
        // Whatever else these tests made: the others of the office can't sign in.
        await api.ExecuteAsync(
            "update account set disabled_at = now() where user_name <> 'lonely-auditor' and exists (select from account_role r where r.account_id = account.account_id and role = 'auditor')");

        Assert.Equal("notyourself", await DoAsync(system, await NameAsync(system), "disable"));
        Assert.Equal("lastoffice", await DoAsync(system, "lonely-auditor", "disable"));
        var taken = await accounts.SetRolesAsync(auditor, [AccountRoles.Reviewer], "all", null, By(), CancellationToken.None);
        Assert.Equal("last-office", taken.Faults.Single().Code);
        Assert.Equal([AccountRoles.Auditor], await RolesAsync("lonely-auditor"));

        await api.GivenAccountAsync("second-auditor", AccountRoles.Auditor);
        Assert.Equal("disable", await DoAsync(system, "lonely-auditor", "disable"));
    }

    [SkippableFact]
    public async Task Of_two_who_remove_the_last_two_of_an_office_at_once_one_is_refused()
    {
        TestDatabase.Need();
        var accounts = api.Services.GetRequiredService<AccountAdministrationTable>();
        AccountId[] both = [await api.GivenAccountAsync("twin-1", AccountRoles.SecurityAdministrator), await api.GivenAccountAsync("twin-2", AccountRoles.SecurityAdministrator)];
        await api.ExecuteAsync(
            """
            update account set disabled_at = now()
            where user_name not like 'twin-%' and exists (select from account_role r where r.account_id = account.account_id and role = 'security_administrator')
            """);

        var outcomes = await Task.WhenAll(both.Select(one => accounts.DisableAsync(one, By(), CancellationToken.None)));

        Assert.Equal([AccountOutcome.Done, AccountOutcome.LastOffice], outcomes.Order());
    }

    [SkippableFact]
    public async Task The_database_refuses_a_role_that_somebody_gives_to_himself()
    {
        TestDatabase.Need();
        var account = await api.GivenAccountAsync("himself", AccountRoles.Officer);

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => api.Database.Catalog.InTransactionAsync(
            async transaction =>
            {
                await AccountTable.AddRoleAsync(transaction, account, AccountRoles.Leader, by: account, api.Time.GetUtcNow(), CancellationToken.None);
                return true;
            },
            CancellationToken.None));

        Assert.Equal("account_role_not_by_himself", refused.ConstraintName);
    }

    private ChangeBy By() => new(CustodyActor.Person(AccountId.New(api.Time.GetUtcNow()), "somebody"), api.Time.GetUtcNow(), "page");

    /// <summary>An officer whose number names the account, since each test has its own.</summary>
    private async Task<string> GivenOfficerAsync(string number)
    {
        await GivenPeople.UnitAsync(api.Database.Catalog, "AC");
        await GivenPeople.OfficerAsync(api.Database.Catalog, number, "AC", new DateOnly(2020, 1, 1));
        return number;
    }

    private async Task<(HttpClient Browser, string Name, Authenticator Code)> AdministratorAsync(string role)
    {
        var name = $"a{Guid.CreateVersion7():N}"[..30];
        await api.GivenAccountAsync(name, role);
        var browser = api.Browser();
        (await ApiUnderTest.SignInAsync(browser, name, ApiUnderTest.Password)).Dispose();
        return (browser, name, await api.EnrolAsync(browser));
    }

    private static async Task<string> AskAsync(HttpClient system, Dictionary<string, string> wish)
    {
        using var answer = await Forms.PostAsync(system, "/accounts", wish, "?handler=Link");
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> LinkAsync(HttpClient system, string role, string officer) =>
        Link().Match(await AskAsync(system, new() { ["Role"] = role, ["Officer"] = officer })) is { Success: true } match
            ? match.Value : throw new InvalidOperationException("No link was made.");

    /// <summary>Makes the account of a link, through its page.</summary>
    private async Task<HttpClient> SetUpAsync(string link, string name)
    {
        var browser = api.Browser();
        var page = await Forms.PageAsync(browser, link);
        Assert.Contains($"value=\"{name}\"", page, StringComparison.Ordinal); // Proposed: the officer's number.
        using var answer = await browser.PostAsync("/setup", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = ApiUnderTest.FormToken(page),
            ["Token"] = link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..],
            ["UserName"] = name,
            ["DisplayName"] = $"人员 {name}",
            ["password"] = ApiUnderTest.Password,
            ["passwordAgain"] = ApiUnderTest.Password,
        }));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    private static async Task<string> DoAsync(HttpClient system, string name, string deed)
    {
        using var answer = await Forms.PostAsync(system, $"/accounts/{name}", new() { ["deed"] = deed }, "?handler=Do");
        return answer.Headers.Location!.OriginalString.Split("said=")[1];
    }

    /// <summary>Digest of the wish in whose row the name stands.</summary>
    private static string WishOf(string page, string name) => Wish().Match(page[page.IndexOf(name, StringComparison.Ordinal)..]).Groups[1].Value;

    private static async Task<string> NameAsync(HttpClient browser) => Name().Match(await Forms.PageAsync(browser, "/me")).Groups[1].Value;

    private Task<string> ScopeAsync(string name) => api.ScalarAsync<string>($"select scope from account where user_name = '{name}'");

    private Task<string[]> RolesAsync(string name) =>
        api.ScalarAsync<string[]>($"select array_agg(role) from account_role join account using (account_id) where user_name = '{name}'");

    [GeneratedRegex("/setup\\?token=[A-Za-z0-9_-]+")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"link\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex Wish();

    [GeneratedRegex("<span class=\"dim mono\">([^<]+)</span>")]
    private static partial Regex Name();
}
