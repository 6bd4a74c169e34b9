using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Answers that go on while the right to them ends.</summary>
public sealed class LongAnswerTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableTheory]
    [InlineData("delete from account_role where account_id = '{0}'")]
    [InlineData("update account set disabled_at = now() where account_id = '{0}'")]
    [InlineData("update account set scope = 'sample' where account_id = '{0}'")]
    public async Task The_stream_of_changes_ends_with_the_right_to_see_them(string sql)
    {
        TestDatabase.Need();
        var (browser, account) = await SignedInAsync();
        using var stream = new StreamReader(await browser.GetStreamAsync("/clips/events"));
        Assert.Equal(": open", await stream.ReadLineAsync());
        await ExecuteAsync(sql, account);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (await stream.ReadLineAsync(patience.Token) is not null)
        {
        }
        browser.Dispose();
    }

    [SkippableFact]
    public async Task Bytes_stop_within_seconds_when_the_account_is_disabled()
    {
        TestDatabase.Need();
        var bytes = RandomNumberGenerator.GetBytes(8_000_000);
        var clip = await api.GivenClipAsync(bytes);
        var (browser, account) = await SignedInAsync();
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);
        using var answer = await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={token}", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[1000]);
        await ExecuteAsync("update account set disabled_at = now() where account_id = '{0}'", account);
        api.Time.Ahead += TimeSpan.FromSeconds(6);
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => stream.CopyToAsync(Stream.Null));
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
        browser.Dispose();
    }

    [SkippableFact]
    public async Task An_open_page_alone_does_not_keep_a_sign_in_alive()
    {
        TestDatabase.Need();
        var (browser, _) = await SignedInAsync();
        try
        {
            api.Time.Ahead += TimeSpan.FromMinutes(16);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/clips?handler=Totals")).StatusCode);
            using (var stream = new StreamReader(await browser.GetStreamAsync("/clips/events")))
                Assert.Equal(": open", await stream.ReadLineAsync());
            api.Time.Ahead += TimeSpan.FromMinutes(15);
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
        browser.Dispose();
    }

    [SkippableFact]
    public void A_page_that_missed_changes_is_told_to_read_anew()
    {
        TestDatabase.Need();
        var changes = api.Services.GetRequiredService<ClipChanges>();
        using var page = changes.Follow();
        var clip = ClipId.New(api.Time.GetUtcNow());
        changes.Tell(clip);
        Assert.Contains(clip, page.Take()!);
        for (var i = 0; i < 500; i++)
            changes.Tell(clip);
        Assert.Null(page.Take());
        changes.Tell(clip);
        Assert.Contains(clip, page.Take()!);
    }

    private async Task<(HttpClient Browser, AccountId Account)> SignedInAsync()
    {
        var name = $"l{Guid.CreateVersion7():N}"[..30];
        var account = await api.GivenAccountAsync(name, AccountRoles.Officer);
        var browser = api.Browser();
        await ApiUnderTest.SignInAsync(browser, name, ApiUnderTest.Password);
        return (browser, account);
    }

    private async Task ExecuteAsync(string sql, AccountId account)
    {
        await using var connection = await api.Database.AsOwner.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql.Replace("{0}", account.ToString(), StringComparison.Ordinal);
        await command.ExecuteNonQueryAsync();
    }
}
