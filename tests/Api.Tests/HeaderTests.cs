using System.Net;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed partial class HeaderTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableTheory]
    [InlineData("/sign-in")]
    [InlineData("/dock")]
    [InlineData("/setup?token=x")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/api/v1/clips")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        TestDatabase.Need();
        using var client = api.Factory.CreateClient(new() { BaseAddress = new Uri("https://bureau.example"), AllowAutoRedirect = false });

        var answer = await client.GetAsync(path);

        string One(string name) => answer.Headers.GetValues(name).Single();
        Assert.Equal(
            [
                "base-uri 'none'", "default-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "img-src 'self' data: blob:",
                "media-src 'self' blob:", "object-src 'none'", "script-src 'self' 'nonce-N'", "style-src 'self' 'nonce-N'", "worker-src 'self' blob:",
            ],
            Nonce().Replace(One("Content-Security-Policy"), "'nonce-N'").Split("; ").Order(StringComparer.Ordinal));
        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("same-origin", One("Referrer-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Opener-Policy"));
        Assert.Equal("max-age=31536000", One("Strict-Transport-Security"));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [SkippableFact]
    public async Task A_browser_without_sign_in_is_sent_to_sign_in_and_a_program_is_refused()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        using var page = new HttpRequestMessage(HttpMethod.Get, "/clips?q=x");
        page.Headers.Accept.ParseAdd("text/html");

        var sent = await browser.SendAsync(page);
        var refused = await browser.GetAsync("/api/v1/clips");

        Assert.Equal("https://localhost/sign-in?returnUrl=%2Fclips%3Fq%3Dx", sent.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
    }

    [SkippableFact]
    public async Task A_request_too_odd_to_route_leaks_nothing_of_the_inside()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        var answer = await browser.GetAsync("/setup?token=%00%ff");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("Exception", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [GeneratedRegex("'nonce-[^']+'")]
    private static partial Regex Nonce();
}
