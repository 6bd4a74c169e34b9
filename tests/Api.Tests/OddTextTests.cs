using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>What anybody may type is never a fault of ours.</summary>
public sealed class OddTextTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [Theory]
    [InlineData("a\0b", 10, "ab")]
    [InlineData("ab😀", 3, "ab")]
    [InlineData("ab😀", 4, "ab😀")]
    [InlineData("曜安", 1, "曜")]
    [InlineData("", 1, "")]
    public void A_cut_text_has_no_zero_and_no_half_character(string text, int longest, string kept) => Assert.Equal(kept, PlainText.Cut(text, longest));

    [Fact]
    public void Half_a_pair_becomes_the_sign_of_what_can_not_be_read() => Assert.Equal("a\uFFFDb", PlainText.Cut("a" + '\uD83D' + "b", 9));

    [SkippableFact]
    public async Task The_library_takes_any_address()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        var pair = new string('a', 199) + "😀";
        foreach (var query in new[] { "q=a%00b", "recorder=%00", "from=0001-01-01", "to=0001-01-01", "from=9999-12-31&to=9999-12-31", "q=" + Uri.EscapeDataString(pair), "recorder=" + Uri.EscapeDataString(pair) })
            Assert.Equal((query, HttpStatusCode.OK), (query, (await browser.GetAsync($"/clips?{query}")).StatusCode));
        foreach (var query in new[] { "from=0001-01-01T00:00:00Z", "until=1969-12-31T00:00:00Z" })
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync($"/api/v1/clips?{query}")).StatusCode);
    }

    [SkippableFact]
    public async Task A_name_that_no_database_holds_is_a_wrong_name_and_is_logged()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        // The framework refuses a zero character in an encoded form, and takes it in one of several parts.
        using var form = new MultipartFormDataContent
        {
            { new StringContent(ApiUnderTest.FormToken(await browser.GetStringAsync("/sign-in"))), "__RequestVerificationToken" },
            { new StringContent("odd\0name"), "UserName" },
            { new StringContent(ApiUnderTest.Password), "password" },
        };
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/sign-in", form)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await ApiUnderTest.SignInAsync(browser, "odd\0name", ApiUnderTest.Password)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ApiUnderTest.SignInAsync(browser, new string('a', 199) + "😀", ApiUnderTest.Password)).StatusCode);

        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from access_log where kind = 'sign-in-failed' and name = 'odd␀name'"));
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from access_log where kind = 'sign-in-failed' and name = repeat('a', 199)"));
    }
}
