using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class BoardTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task Many_browsers_are_one_reader_of_the_station_and_see_no_name_of_a_file()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        var streams = new List<StreamReader>();
        for (var i = 0; i < DockEvents.MostBoardsOfOneAddress; i++)
            streams.Add(new StreamReader(await browser.GetStreamAsync("/dock/events")));

        foreach (var stream in streams)
        {
            Assert.Equal("event: board", await stream.ReadLineAsync());
            var board = await stream.ReadLineAsync();
            Assert.Contains("1 号采集站", board, StringComparison.Ordinal);
            Assert.Contains("\"reason\":\"empty\"", board, StringComparison.Ordinal);
            Assert.DoesNotContain("SECRET", board, StringComparison.Ordinal);
        }
        Assert.Equal(1, api.Station.BoardRequests);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync("/dock/events")).StatusCode);
        using (var kiosk = api.Browser())
        using (var seen = new StreamReader(await kiosk.GetStreamAsync("/dock/events")))
            Assert.Equal("event: board", await seen.ReadLineAsync());
        streams.ForEach(stream => stream.Dispose());
    }

    [SkippableFact]
    public void A_place_that_is_given_back_can_be_taken_again()
    {
        var places = new StreamPlaces(most: 3, mostEach: 2);
        var first = places.TryTake("a");
        Assert.NotNull(places.TryTake("a"));
        Assert.Null(places.TryTake("a"));
        Assert.NotNull(places.TryTake("b"));
        Assert.Null(places.TryTake("c"));
        first!.Dispose();
        first.Dispose();
        Assert.NotNull(places.TryTake("a"));
        Assert.Null(places.TryTake("b"));
    }

    [SkippableFact]
    public async Task Board_health_and_assets_ask_no_database_whose_cookie_it_is()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        await browser.GetAsync("/api/v1/clips");
        var account = await api.ScalarAsync<Guid>("select account_id from account limit 1");
        api.Time.Ahead += TimeSpan.FromMinutes(20);
        try
        {
            // Locked as a hanging database: whoever asks waits until the connection's patience ends.
            await using var hanging = await api.Database.AsOwner.OpenAsync(CancellationToken.None);
            await using var transaction = await hanging.BeginTransactionAsync();
            await using var command = hanging.CreateCommand();
            command.CommandText = "lock table login, account in access exclusive mode";
            await command.ExecuteNonQueryAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            foreach (var path in new[] { "/dock", "/favicon.svg", "/healthz" })
            {
                var answer = await browser.GetAsync(path, patience.Token);
                Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
                Assert.False(answer.Headers.Contains("Set-Cookie"), path);
            }
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
    }

    [SkippableFact]
    public async Task Who_hangs_up_does_not_turn_the_health_of_all_red()
    {
        TestDatabase.Need();
        var diagnosis = api.Services.GetRequiredService<Diagnosis>();
        api.Time.Ahead += TimeSpan.FromSeconds(6);
        api.Station.HealthDelay = TimeSpan.FromSeconds(1);
        try
        {
            using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            var first = diagnosis.LookAsync(gone.Token);
            await Task.Delay(400);
            var second = await diagnosis.LookAsync(CancellationToken.None);
            await Record.ExceptionAsync(() => first);
            Assert.True(second.Worst < Level.Bad, string.Join(", ", second.All));

            api.Time.Ahead += TimeSpan.FromSeconds(6);
            api.Station.HealthDelay = TimeSpan.FromSeconds(30);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
            using var browser = api.Browser();
            var answer = await browser.GetAsync("/healthz", patience.Token);
            Assert.Equal("""{"status":"unavailable","causes":["station-away"]}""", await answer.Content.ReadAsStringAsync());
        }
        finally
        {
            api.Station.HealthDelay = TimeSpan.Zero;
            api.Time.Ahead = TimeSpan.Zero;
        }
    }
}
