using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>What the configuration says of sign-ins and passwords.</summary>
public sealed class SignInLimitsTests : IAsyncLifetime
{
    private readonly ApiUnderTest _api = new();

    public Task InitializeAsync()
    {
        (_api.Settings["SignIn:IdleFor"], _api.Settings["SignIn:EndsAfter"], _api.Settings["SignIn:PasswordProfile"]) = ("00:05:00", "01:00:00", "dengbao3");
        return _api.InitializeAsync();
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [SkippableFact]
    public async Task A_sign_in_ends_when_idle_and_whatever_happens_and_an_old_password_is_changed_first()
    {
        TestDatabase.Need();
        using var browser = await _api.SignedInAsync(AccountRoles.Officer);
        _api.Time.Ahead += TimeSpan.FromMinutes(4);
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(browser, "/api/v1/clips"));
        _api.Time.Ahead += TimeSpan.FromMinutes(7);
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(browser, "/api/v1/clips"));

        using var busy = await _api.SignedInAsync(AccountRoles.Officer);
        for (var minutes = 0; minutes < 57; minutes += 3)
        {
            Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(busy, "/api/v1/clips"));
            _api.Time.Ahead += TimeSpan.FromMinutes(3);
        }
        _api.Time.Ahead += TimeSpan.FromMinutes(3);
        Assert.Equal(HttpStatusCode.Unauthorized, await Forms.StatusAsync(busy, "/api/v1/clips"));

        await _api.GivenAccountAsync("old-password", AccountRoles.Officer);
        _api.Time.Ahead += PasswordProfile.Dengbao3.GoodFor!.Value;
        using var late = _api.Browser();
        using (var door = await ApiUnderTest.SignInAsync(late, "old-password", ApiUnderTest.Password))
            Assert.Equal("/sign-in/password", door.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(late, "/api/v1/clips"));
        Assert.Contains("至少三种", await ChangeAsync(late, ApiUnderTest.Password, "eleven boats"), StringComparison.Ordinal);
        Assert.Equal("", await ChangeAsync(late, ApiUnderTest.Password, "Eleven boats 7"));
        Assert.Equal(HttpStatusCode.OK, await Forms.StatusAsync(late, "/api/v1/clips"));
        Assert.Equal("", await ChangeAsync(late, "Eleven boats 7", "Twelve boats 8"));
        Assert.Contains("最近用过", await ChangeAsync(late, "Twelve boats 8", "Eleven boats 7"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:01:00", "12:00:00", "asvs", "SignIn:IdleFor")]
    [InlineData("00:30:00", "00:10:00", "asvs", "SignIn:EndsAfter")]
    [InlineData("00:30:00", "12:00:00", "none", "SignIn:PasswordProfile")]
    public void Limits_that_would_be_none_are_refused_by_their_key(string idle, string ends, string profile, string key)
    {
        var options = new SignInOptions
        {
            IdleFor = TimeSpan.Parse(idle, System.Globalization.CultureInfo.InvariantCulture),
            EndsAfter = TimeSpan.Parse(ends, System.Globalization.CultureInfo.InvariantCulture),
            PasswordProfile = profile,
        };

        Assert.Contains(key, Assert.Single(new SignInOptionsCheck().Validate(null, options).Failures!), StringComparison.Ordinal);
    }

    private static async Task<string> ChangeAsync(HttpClient browser, string present, string next)
    {
        using var answer = await Forms.PostAsync(browser, "/sign-in/password", new() { ["present"] = present, ["password"] = next, ["passwordAgain"] = next });
        return answer.StatusCode == HttpStatusCode.Redirect ? "" : WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
