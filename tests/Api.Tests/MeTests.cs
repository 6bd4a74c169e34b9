using System.Net;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>What a person does with his own account: sign-ins, password, tokens of programs.</summary>
public sealed partial class MeTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private const string Next = "eleven boats under a copper bridge";

    [SkippableFact]
    public async Task Another_sign_in_is_listed_and_ended_from_here()
    {
        TestDatabase.Need();
        var (name, here) = await GivenAsync(AccountRoles.Officer);
        using var there = await SignInAsync(name, ApiUnderTest.Password);
        var page = await Forms.PageAsync(here, "/me");
        var key = Assert.Single(Key().Matches(page)).Groups[1].Value;

        using (var ended = await Forms.PostAsync(here, "/me", new() { ["key"] = key }, "?handler=End"))
            Assert.Equal("/me?said=ended", ended.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(there, "/api/v1/clips"));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(here, "/api/v1/clips"));
        Assert.Empty(Key().Matches(await Forms.PageAsync(here, "/me")));
    }

    [SkippableFact]
    public async Task Nobody_ends_the_sign_in_of_another()
    {
        TestDatabase.Need();
        var (_, mine) = await GivenAsync(AccountRoles.Officer);
        var (name, his) = await GivenAsync(AccountRoles.Officer);
        using var second = await SignInAsync(name, ApiUnderTest.Password);
        var key = Key().Match(await Forms.PageAsync(his, "/me")).Groups[1].Value;

        using var answer = await Forms.PostAsync(mine, "/me", new() { ["key"] = key }, "?handler=End");

        Assert.Equal("/me?said=gone", answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(second, "/api/v1/clips"));
    }

    [SkippableFact]
    public async Task A_changed_password_ends_the_other_sign_ins_and_the_old_one_opens_nothing()
    {
        TestDatabase.Need();
        var (name, here) = await GivenAsync(AccountRoles.Reviewer);
        using var there = await SignInAsync(name, ApiUnderTest.Password);

        Assert.Contains("密码不对", await ChangeAsync(here, "not that one, sorry", Next), StringComparison.Ordinal);
        Assert.Contains("最近用过", await ChangeAsync(here, ApiUnderTest.Password, ApiUnderTest.Password), StringComparison.Ordinal);
        Assert.Contains("太短", await ChangeAsync(here, ApiUnderTest.Password, "short"), StringComparison.Ordinal);
        Assert.Equal("", await ChangeAsync(here, ApiUnderTest.Password, Next));

        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(here, "/api/v1/clips"));
        api.Time.Ahead += LiveAccounts.GoodFor;
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(there, "/api/v1/clips"));
        using (var old = await ApiUnderTest.SignInAsync(api.Browser(), name, ApiUnderTest.Password))
            Assert.Equal(HttpStatusCode.OK, old.StatusCode);
        using var renewed = await SignInAsync(name, Next);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(renewed, "/api/v1/clips"));
        Assert.Equal(1, await api.ScalarAsync<long>($"select count(*) from custody_event e join account a using (account_id) where kind = 'account.password-changed' and user_name = '{name}'"));
    }

    [SkippableFact]
    public async Task A_token_may_what_it_was_given_and_nothing_else()
    {
        TestDatabase.Need();
        using var administrator = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        using var program = Program(await TokenAsync(administrator, Right.SeePeople, Right.ManagePeople));

        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(program, "/api/v1/units"));
        // No antiforgery token: no browser sends this header by itself.
        using (var saved = await program.PutAsync("/api/v1/units/TOK-1", Json("""{"name":"一中队","kind":"squad"}""")))
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(program, "/api/v1/recorders"));
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(program, "/api/v1/clips"));
        // Pages, and what makes further tokens, are for people.
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(program, "/me"));
        Assert.Contains("[州局平台]", await api.ScalarAsync<string>("select convert_from(body, 'UTF8') from custody_event where kind = 'unit.created' order by at desc limit 1"), StringComparison.Ordinal);
        Assert.True(await api.ScalarAsync<bool>("select last_used_at is not null from api_token where 'ManagePeople' = any(rights)"));
    }

    [SkippableFact]
    public async Task A_token_never_sees_footage_nor_more_than_its_person_may()
    {
        TestDatabase.Need();
        var (_, officer) = await GivenAsync(AccountRoles.Officer);
        var clip = await api.GivenClipAsync(Given.Bytes());
        using var program = Program(await TokenAsync(officer, Right.SeeClips, Right.ManagePeople, Right.SeeFootage));

        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(program, $"/api/v1/clips/{clip}"));
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(program, $"/api/v1/clips/{clip}/original"));
        using var refused = await program.PutAsync("/api/v1/units/TOK-2", Json("""{"name":"二中队","kind":"squad"}"""));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [SkippableFact]
    public async Task A_token_ends_when_it_is_revoked_expires_or_its_person_is_disabled()
    {
        TestDatabase.Need();
        var (name, officer) = await GivenAsync(AccountRoles.Officer);
        using var revoked = Program(await TokenAsync(officer, Right.SeeClips));
        var id = TokenId().Match(await Forms.PageAsync(officer, "/me")).Groups[1].Value;
        using var other = Program(await TokenAsync(officer, Right.SeeClips));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(revoked, "/api/v1/clips"));

        (await Forms.PostAsync(officer, "/me", new() { ["token"] = id }, "?handler=Revoke")).Dispose();
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(revoked, "/api/v1/clips"));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(other, "/api/v1/clips"));

        await api.ExecuteAsync($"update account set disabled_at = now() where user_name = '{name}'");
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(other, "/api/v1/clips"));
        await api.ExecuteAsync($"update account set disabled_at = null where user_name = '{name}'");
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(other, "/api/v1/clips"));

        api.Time.Ahead += TimeSpan.FromDays(30);
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(other, "/api/v1/clips"));
        api.Time.Ahead -= TimeSpan.FromDays(30);
        using var made = Program("yaoan_" + new string('A', 43));
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(made, "/api/v1/clips"));
    }

    [SkippableFact]
    public async Task A_token_gets_a_hundred_answers_a_minute()
    {
        TestDatabase.Need();
        var (_, officer) = await GivenAsync(AccountRoles.Officer);
        var (busy, calm) = (await TokenAsync(officer, Right.SeeClips), await TokenAsync(officer, Right.SeeClips));
        using var program = Program(busy);
        for (var i = 0; i < RateLimits.RequestsOfTokenPerMinute; i++)
            Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(program, "/api/v1/clips?limit=1"));

        using var refused = await program.GetAsync("/api/v1/clips?limit=1");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var other = Program(calm);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(other, "/api/v1/clips?limit=1"));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(officer, "/api/v1/clips?limit=1"));
    }

    [SkippableFact]
    public async Task Making_a_token_takes_a_fresh_proof()
    {
        TestDatabase.Need();
        var (_, officer) = await GivenAsync(AccountRoles.Officer);
        api.Time.Ahead += Proofs.GoodFor + TimeSpan.FromSeconds(1);

        using (var stale = await AskTokenAsync(officer, [Right.SeeClips]))
            Assert.StartsWith("/sign-in/again", stale.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using (var proved = await Forms.PostAsync(officer, "/sign-in/again", new() { ["proof"] = ApiUnderTest.Password, ["ReturnUrl"] = "/me" }))
            Assert.Equal("/me", proved.Headers.Location!.OriginalString);

        Assert.StartsWith(ApiTokens.Prefix, await TokenAsync(officer, Right.SeeClips), StringComparison.Ordinal);
    }

    private async Task<(string Name, HttpClient Browser)> GivenAsync(string role)
    {
        var name = $"m{Guid.CreateVersion7():N}"[..30];
        await api.GivenAccountAsync(name, role);
        return (name, await SignInAsync(name, ApiUnderTest.Password));
    }

    private async Task<HttpClient> SignInAsync(string name, string password)
    {
        var browser = api.Browser();
        using var answer = await ApiUnderTest.SignInAsync(browser, name, password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>What the page says; empty where it is changed.</summary>
    private static async Task<string> ChangeAsync(HttpClient browser, string present, string next)
    {
        using var answer = await Forms.PostAsync(browser, "/sign-in/password", new() { ["present"] = present, ["password"] = next, ["passwordAgain"] = next });
        return answer.StatusCode == HttpStatusCode.Redirect ? "" : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> AskTokenAsync(HttpClient browser, Right[] rights)
    {
        List<KeyValuePair<string, string>> fields =
        [
            new("__RequestVerificationToken", ApiUnderTest.FormToken(await browser.GetStringAsync("/me"))), new("name", "州局平台"), new("days", "30"),
            .. rights.Select(right => new KeyValuePair<string, string>("rights", right.ToString())),
        ];
        return await browser.PostAsync("/me?handler=Token", new FormUrlEncodedContent(fields));
    }

    private static async Task<string> TokenAsync(HttpClient browser, params Right[] rights)
    {
        using var answer = await AskTokenAsync(browser, rights);
        return Token().Match(await answer.Content.ReadAsStringAsync()) is { Success: true } match ? match.Value : throw new InvalidOperationException("No token was made.");
    }

    /// <summary>A program: the token and no cookie.</summary>
    private HttpClient Program(string token)
    {
        var program = api.Browser();
        program.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return program;
    }

    private static StringContent Json(string text) => new(text, null, "application/json");

    [GeneratedRegex("name=\"key\" value=\"([0-9a-f]{16})\"")]
    private static partial Regex Key();

    [GeneratedRegex("name=\"token\" value=\"([0-9a-f-]{36})\"")]
    private static partial Regex TokenId();

    [GeneratedRegex("yaoan_[A-Za-z0-9_-]{40,}")]
    private static partial Regex Token();
}
