using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>The second step of signing in, through its pages and with an authenticator of the RFC.</summary>
public sealed class SecondFactorTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableTheory]
    [InlineData(AccountRoles.SystemAdministrator)]
    [InlineData(AccountRoles.SecurityAdministrator)]
    [InlineData(AccountRoles.DeviceAdministrator)]
    [InlineData(AccountRoles.Auditor)]
    public async Task Administrators_and_auditors_have_no_right_before_they_set_a_factor(string role)
    {
        TestDatabase.Need();
        var (browser, door) = await SignInAsync(await GivenAsync(role));

        Assert.StartsWith("/sign-in/enrol", door, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(browser, "/api/v1/units"));
        browser.DefaultRequestHeaders.Add("Accept", "text/html");
        foreach (var wanted in new[] { "/health", "/today", "/me" })
        {
            using var page = await browser.GetAsync(wanted);
            Assert.Equal($"/sign-in/enrol?returnUrl={Uri.EscapeDataString(wanted)}", page.Headers.Location!.OriginalString);
        }

        await api.EnrolAsync(browser);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(browser, "/health"));
    }

    [SkippableFact]
    public async Task The_next_sign_in_asks_for_a_code_that_counts_once()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.SystemAdministrator);
        var code = await api.EnrolAsync((await SignInAsync(name)).Browser);
        var (browser, door) = await SignInAsync(name);
        Assert.StartsWith("/sign-in/second", door, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(browser, "/api/v1/units"));

        // The code that enrolled is used up; so is one that is out of the window.
        Assert.False(await GiveAsync(browser, code.CodeAt(api.Time.GetUtcNow())));
        Assert.False(await GiveAsync(browser, code.CodeAt(api.Time.GetUtcNow(), steps: 3)));
        var next = code.CodeAt(api.Time.GetUtcNow(), steps: 1);
        Assert.True(await GiveAsync(browser, next));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(browser, "/health"));

        var (thief, _) = await SignInAsync(name);
        Assert.False(await GiveAsync(thief, next));
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(thief, "/api/v1/units"));
        Assert.True(await api.ScalarAsync<long>("select count(*) from access_log where kind = 'second-failed'") >= 3);
    }

    [SkippableFact]
    public async Task A_recovery_code_lets_in_once()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.Auditor);
        var codes = await RecoveryCodesAsync((await SignInAsync(name)).Browser);
        Assert.Equal(SecondFactors.RecoveryCodes, codes.Count);

        var (browser, _) = await SignInAsync(name);
        Assert.True(await GiveAsync(browser, codes[3].ToLowerInvariant()));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(browser, "/verify"));
        var (again, _) = await SignInAsync(name);
        Assert.False(await GiveAsync(again, codes[3]));
        Assert.True(await GiveAsync(again, codes[4]));
    }

    [SkippableFact]
    public async Task Guessed_codes_lock_the_account_as_guessed_passwords_do()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.SystemAdministrator);
        var code = await api.EnrolAsync((await SignInAsync(name)).Browser);
        var (browser, _) = await SignInAsync(name);

        for (var i = 0; i < AccountTable.FailuresUntilLocked; i++)
            Assert.False(await GiveAsync(browser, "000000"));

        Assert.False(await GiveAsync(browser, code.CodeAt(api.Time.GetUtcNow(), steps: 1)));
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(browser, "/api/v1/units"));
    }

    [SkippableFact]
    public async Task Who_only_knows_the_password_cannot_put_another_factor_in_the_place_of_one()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.SystemAdministrator);
        await api.EnrolAsync((await SignInAsync(name)).Browser);
        var (thief, _) = await SignInAsync(name);

        foreach (var page in new[] { "/sign-in/enrol", "/sign-in/password" })
        {
            using var answer = await thief.GetAsync(page);
            Assert.Equal("/sign-in/second", answer.Headers.Location!.OriginalString);
        }
    }

    [SkippableFact]
    public async Task A_factor_that_is_taken_away_is_set_anew_at_the_next_sign_in()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.Auditor);
        var lost = (await SignInAsync(name)).Browser;
        await api.EnrolAsync(lost);
        using var system = await api.SignedInAsync(AccountRoles.SystemAdministrator);

        (await Forms.PostAsync(system, $"/accounts/{name}", new() { ["deed"] = "reset-second" }, "?handler=Do")).Dispose();
        api.Time.Ahead += LiveAccounts.GoodFor;

        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(lost, "/api/v1/clips"));
        Assert.StartsWith("/sign-in/enrol", (await SignInAsync(name)).Door, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_secret_lies_encrypted_and_no_recovery_code_lies_at_all()
    {
        TestDatabase.Need();
        var name = await GivenAsync(AccountRoles.Auditor);
        var browser = (await SignInAsync(name)).Browser;
        var codes = await RecoveryCodesAsync(browser);

        var kept = await api.ScalarAsync<string>(
            $"select row_to_json(account)::text || (select string_agg(encode(code_sha256, 'hex'), ' ') from recovery_code r where r.account_id = account.account_id) from account where user_name = '{name}'");

        Assert.All(codes.Select(code => code.Replace("-", "", StringComparison.Ordinal)), code => Assert.DoesNotContain(code, kept, StringComparison.Ordinal));
        Assert.Contains("totp_secret\":\"CfDJ", kept, StringComparison.Ordinal); // How what Data Protection sealed begins.
    }

    private async Task<string> GivenAsync(string role)
    {
        var name = $"s{Guid.CreateVersion7():N}"[..30];
        await api.GivenAccountAsync(name, role);
        return name;
    }

    private async Task<(HttpClient Browser, string Door)> SignInAsync(string name)
    {
        var browser = api.Browser();
        using var answer = await ApiUnderTest.SignInAsync(browser, name, ApiUnderTest.Password);
        return (browser, answer.Headers.Location!.OriginalString);
    }

    private static async Task<bool> GiveAsync(HttpClient browser, string code)
    {
        using var answer = await Forms.PostAsync(browser, "/sign-in/second", new() { ["code"] = code });
        return answer.StatusCode == HttpStatusCode.Redirect;
    }

    private async Task<IReadOnlyList<string>> RecoveryCodesAsync(HttpClient browser)
    {
        var (_, page) = await api.EnrolledAsync(browser);
        return [.. System.Text.RegularExpressions.Regex.Matches(page, "<li>([A-Z2-7-]{19})</li>").Select(match => match.Groups[1].Value)];
    }
}
