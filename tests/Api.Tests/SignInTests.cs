using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class SignInTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task A_person_signs_in_and_gets_a_strict_host_cookie()
    {
        TestDatabase.Need();
        await api.GivenAccountAsync("YA1007", AccountRoles.Officer);
        using var browser = api.Browser();

        var answer = await ApiUnderTest.SignInAsync(browser, "ya1007", ApiUnderTest.Password);

        Assert.Equal("/today", answer.Headers.Location!.OriginalString);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-yaoan=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/;", cookie + ";", StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from access_log where kind = 'signed-in' and name = 'YA1007'"));
    }

    [SkippableFact]
    public async Task After_signing_in_a_person_comes_back_to_the_page_but_never_to_another_site()
    {
        TestDatabase.Need();
        await api.GivenAccountAsync("back", AccountRoles.Officer);
        using (var browser = api.Browser())
            Assert.Equal("/clips?q=x", (await ApiUnderTest.SignInAsync(browser, "back", ApiUnderTest.Password, "/clips?q=x")).Headers.Location!.OriginalString);
        using (var browser = api.Browser())
            Assert.Equal("/today", (await ApiUnderTest.SignInAsync(browser, "back", ApiUnderTest.Password, "https://elsewhere.example/")).Headers.Location!.OriginalString);
        using (var browser = api.Browser())
            Assert.Equal("/today", (await ApiUnderTest.SignInAsync(browser, "back", ApiUnderTest.Password, "//elsewhere.example/")).Headers.Location!.OriginalString);
    }

    [SkippableFact]
    public async Task Five_failures_lock_for_twenty_minutes_and_everyone_is_told_the_same()
    {
        TestDatabase.Need();
        await api.GivenAccountAsync("locked", AccountRoles.Officer);
        using var browser = api.Browser();
        var unknown = await Sentence(await ApiUnderTest.SignInAsync(browser, "nobody-here", "wrong password, sorry"));
        for (var i = 0; i < AccountTable.FailuresUntilLocked; i++)
            Assert.Equal(unknown, await Sentence(await ApiUnderTest.SignInAsync(browser, "locked", "wrong password, sorry")));

        Assert.Equal(unknown, await Sentence(await ApiUnderTest.SignInAsync(browser, "locked", ApiUnderTest.Password)));
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from access_log where kind = 'locked-out' and name = 'locked'"));

        try
        {
            api.Time.Ahead += AccountTable.LockedFor + TimeSpan.FromSeconds(1);
            Assert.Equal(HttpStatusCode.Redirect, (await ApiUnderTest.SignInAsync(browser, "locked", ApiUnderTest.Password)).StatusCode);
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
    }

    [SkippableFact]
    public async Task Guesses_made_at_once_get_no_more_tries_than_guesses_in_a_row()
    {
        TestDatabase.Need();
        var account = await api.GivenAccountAsync("many", AccountRoles.Officer);
        var table = api.Services.GetRequiredService<AccountTable>();

        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => table.TakeTryAsync(account, DateTimeOffset.UtcNow, CancellationToken.None)));

        Assert.Equal(AccountTable.FailuresUntilLocked, tries.Count(outcome => outcome == SignInTry.Taken));
    }

    [SkippableFact]
    public async Task More_than_ten_sign_ins_a_minute_from_one_address_have_to_wait()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        var page = ApiUnderTest.FormToken(await browser.GetStringAsync("/sign-in"));
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i <= RateLimits.SignInsPerMinute; i++)
            answers.Add(await browser.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = page })));

        Assert.All(answers.SkipLast(1), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1].StatusCode);
        Assert.InRange(answers[^1].Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [SkippableFact]
    public async Task A_disabled_account_is_out_within_five_seconds()
    {
        TestDatabase.Need();
        var account = await api.GivenAccountAsync("disabled", AccountRoles.Officer);
        using var browser = api.Browser();
        await ApiUnderTest.SignInAsync(browser, "disabled", ApiUnderTest.Password);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        await api.ScalarAsync<Guid>($"update account set disabled_at = now() where account_id = '{account}' returning account_id");

        api.Time.Ahead += TimeSpan.FromSeconds(5);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/clips")).StatusCode);
    }

    [SkippableFact]
    public async Task A_sign_in_ends_after_thirty_idle_minutes_and_after_twelve_hours()
    {
        TestDatabase.Need();
        try
        {
            using var browser = await api.SignedInAsync(AccountRoles.Officer);
            using var other = await api.SignedInAsync(AccountRoles.Officer);
            for (var i = 0; i < 47; i++)
            {
                api.Time.Ahead += TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(10);
                Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/clips")).StatusCode);
                if (i == 2)
                    Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/clips")).StatusCode);
            }
            api.Time.Ahead += TimeSpan.FromMinutes(10);
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
    }

    [SkippableFact]
    public async Task Signing_out_makes_every_copy_of_the_cookie_worthless()
    {
        TestDatabase.Need();
        await api.GivenAccountAsync("leaver", AccountRoles.Officer);
        using var browser = api.Browser();
        var signedIn = await ApiUnderTest.SignInAsync(browser, "leaver", ApiUnderTest.Password);
        var copy = signedIn.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("__Host-yaoan=", StringComparison.Ordinal)).Split(';')[0];
        var token = ApiUnderTest.FormToken(await browser.GetStringAsync("/clips"));

        var answer = await browser.PostAsync("/sign-out", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token }));

        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        using var thief = api.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/clips");
        request.Headers.Add("Cookie", copy);
        Assert.Equal(HttpStatusCode.Unauthorized, (await thief.SendAsync(request)).StatusCode);
    }

    [SkippableFact]
    public async Task Without_a_token_nothing_is_changed_and_the_refusal_is_logged()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var signOut = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([]));
        var verify = await browser.PostAsync($"/api/v1/clips/{Guid.CreateVersion7()}/verifications", null);
        var signIn = await api.Browser().PostAsync("/sign-in", new FormUrlEncodedContent([]));

        Assert.All([signOut, verify, signIn], answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        Assert.True(await api.ScalarAsync<long>("select count(*) from access_log where kind = 'refused' and detail like 'antiforgery POST /sign-out%'") >= 1);
    }

    [SkippableFact]
    public async Task One_person_never_holds_two_of_the_three_administrations()
    {
        TestDatabase.Need();
        var account = await api.GivenAccountAsync("three", AccountRoles.Auditor);

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => api.Database.Catalog.InTransactionAsync(
            async transaction =>
            {
                await AccountTable.AddRoleAsync(transaction, account, AccountRoles.SystemAdministrator, by: null, api.Time.GetUtcNow(), CancellationToken.None);
                return true;
            },
            CancellationToken.None));

        Assert.Equal("account_role_one_of_three", refused.ConstraintName);
    }

    [SkippableFact]
    public async Task The_program_can_only_add_to_the_access_log()
    {
        TestDatabase.Need();
        await api.SignedInAsync(AccountRoles.Officer);
        await using var connection = await api.Database.Catalog.OpenAsync(CancellationToken.None);
        foreach (var sql in new[] { "update access_log set name = 'x'", "delete from access_log", "truncate access_log" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }
    }

    private static async Task<string> Sentence(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        var start = page.IndexOf("role=\"alert\"", StringComparison.Ordinal);
        Assert.True(start > 0, page);
        return page[start..page.IndexOf("<br>", start, StringComparison.Ordinal)];
    }
}
