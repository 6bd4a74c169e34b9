using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class OriginalTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(300_000);
    private static readonly MediaRow Mov = new()
    {
        ClipId = default,
        Container = "mov,mp4,m4a,3gp,3g2,mj2",
        VideoCodec = "h264",
        Plays = "original",
        Tags = "{}",
        ProbedAt = DateTimeOffset.UnixEpoch,
        Tool = "test",
    };

    [SkippableFact]
    public async Task Ranges_under_one_viewing_give_the_right_bytes_and_one_event()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(Bytes, media: Mov);
        using var browser = await api.SignedInAsync(AccountRoles.Reviewer);
        var path = $"/api/v1/clips/{clip}/original?viewing={await ApiUnderTest.OpenViewingAsync(browser, clip)}";

        var whole = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(Bytes, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal("video/mp4", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", whole.Headers.CacheControl!.ToString());
        Assert.Equal("bytes", whole.Headers.AcceptRanges.Single());
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());

        foreach (var (range, from, to) in new[] { ("bytes=0-", 0, 300_000), ("bytes=100-199", 100, 200), ("bytes=-10", 299_990, 300_000), ("bytes=299999-400000", 299_999, 300_000) })
        {
            var part = await GetAsync(browser, path, range);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal($"bytes {from}-{to - 1}/300000", part.Content.Headers.ContentRange!.ToString());
            Assert.Equal(Bytes[from..to], await part.Content.ReadAsByteArrayAsync());
        }

        var outside = await GetAsync(browser, path, "bytes=300000-");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
        Assert.Equal("bytes */300000", outside.Content.Headers.ContentRange!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, path, "bytes=0-1,5-6")).StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, (await GetAsync(browser, path, "bytes=0-1", whole.Headers.ETag!.ToString())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, path, "bytes=0-1", "\"another\"")).StatusCode);
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes))}\"", whole.Headers.ETag!.ToString());

        var head = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(300_000, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        Assert.Single(await api.EventsAsync(clip, CustodyKinds.ViewingOpened));
        Assert.Empty(await api.EventsAsync(clip, CustodyKinds.OriginalDownloaded));
    }

    [SkippableFact]
    public async Task Without_its_event_not_one_byte_leaves()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1000));
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);
        await ExecuteAsync("alter table custody_event rename to custody_event_away");
        try
        {
            var download = await browser.GetAsync($"/api/v1/clips/{clip}/original");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, download.StatusCode);
            Assert.Equal("application/problem+json", download.Content.Headers.ContentType!.MediaType);
        }
        finally
        {
            await ExecuteAsync("alter table custody_event_away rename to custody_event");
        }
        Assert.Empty(await api.EventsAsync(clip, CustodyKinds.OriginalDownloaded));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={RandomToken.New()}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing=")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={token}")).StatusCode);
    }

    [SkippableFact]
    public async Task A_viewing_is_good_for_its_sign_in_its_clip_and_thirty_idle_minutes()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1000));
        var other = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1000));
        await api.GivenAccountAsync("viewer", AccountRoles.Officer);
        using var browser = api.Browser();
        await ApiUnderTest.SignInAsync(browser, "viewer", ApiUnderTest.Password);
        using var sameAccount = api.Browser();
        await ApiUnderTest.SignInAsync(sameAccount, "viewer", ApiUnderTest.Password);
        using var colleague = await api.SignedInAsync(AccountRoles.Officer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Path(clip))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(Path(other))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await sameAccount.GetAsync(Path(clip))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await colleague.GetAsync(Path(clip))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Browser().GetAsync(Path(clip))).StatusCode);
        try
        {
            for (var i = 0; i < 3; i++)
            {
                api.Time.Ahead += TimeSpan.FromMinutes(20);
                Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Path(clip))).StatusCode);
            }
            for (var i = 0; i < 2; i++)
            {
                api.Time.Ahead += TimeSpan.FromMinutes(16);
                await browser.GetAsync("/api/v1/clips");
            }
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(Path(clip))).StatusCode);
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }

        string Path(ClipId id) => $"/api/v1/clips/{id}/original?viewing={token}";
    }

    [SkippableFact]
    public async Task A_download_has_its_own_event_and_a_name_that_no_browser_misreads()
    {
        TestDatabase.Need();
        var bytes = RandomNumberGenerator.GetBytes(5000);
        var clip = await api.GivenClipAsync(bytes, name: "现场 \"一\".MP4");
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var answer = await browser.GetAsync($"/api/v1/clips/{clip}/original?download=1");

        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("现场 \"一\".MP4", answer.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Single(await api.EventsAsync(clip, CustodyKinds.OriginalDownloaded));
    }

    [SkippableFact]
    public async Task Before_it_is_stored_the_station_gives_the_bytes_and_afterwards_the_store()
    {
        TestDatabase.Need();
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var clip = await api.GivenClipAsync(bytes, stored: false);
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        var path = $"/api/v1/clips/{clip}/original?viewing={await ApiUnderTest.OpenViewingAsync(browser, clip)}";

        Assert.Equal(bytes[1000..2000], await (await GetAsync(browser, path, "bytes=1000-1999")).Content.ReadAsByteArrayAsync());
        Assert.Equal(bytes, await browser.GetByteArrayAsync(path));
        await api.StoreAsync(clip, bytes);
        api.Station.Spool.Clear();
        var asked = api.Station.SpoolRequests;
        Assert.Equal(bytes, await browser.GetByteArrayAsync(path));
        Assert.Equal(asked, api.Station.SpoolRequests);
    }

    [SkippableFact]
    public async Task Bytes_that_are_in_neither_place_are_a_problem_with_its_reason()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(10), stored: false);
        api.Station.Spool.Clear();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var answer = await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={await ApiUnderTest.OpenViewingAsync(browser, clip)}");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("OriginalMissing", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Another_site_gets_nothing()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(10));
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        foreach (var site in new[] { "cross-site", "same-site" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/clips/{clip}/original");
            request.Headers.Add("Sec-Fetch-Site", site);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request)).StatusCode);
        }
        Assert.Empty(await api.EventsAsync(clip, CustodyKinds.OriginalDownloaded));
    }

    [SkippableTheory]
    [InlineData(AccountRoles.Auditor, HttpStatusCode.OK)]
    [InlineData(AccountRoles.SystemAdministrator, HttpStatusCode.Forbidden)]
    [InlineData(AccountRoles.SecurityAdministrator, HttpStatusCode.Forbidden)]
    [InlineData(AccountRoles.DeviceAdministrator, HttpStatusCode.Forbidden)]
    [InlineData(AccountRoles.Leader, HttpStatusCode.Forbidden)]
    public async Task Footage_never_follows_from_an_office(string role, HttpStatusCode metadata)
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(10));
        using var browser = await api.SignedInAsync(role);

        Assert.Equal(metadata, (await browser.GetAsync($"/api/v1/clips/{clip}")).StatusCode);
        Assert.Equal(metadata, (await browser.GetAsync("/api/v1/clips")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/api/v1/clips/{clip}/original")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/clips/{clip}/derived/poster.jpg")).StatusCode);
        Assert.Empty(await api.EventsAsync(clip, CustodyKinds.OriginalDownloaded));
        Assert.True(await api.ScalarAsync<long>("select count(*) from access_log where kind = 'refused' and detail like 'no-right GET%'") > 0);
    }

    [SkippableFact]
    public async Task Derived_files_need_a_viewing_and_a_known_name()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(10));
        await api.GivenPosterAsync(clip);
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/clips/{clip}/derived/poster.jpg")).StatusCode);
        var listed = await ApiUnderTest.OpenViewingAsync(browser, clip, posters: true);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/clips/{clip}/derived/poster.jpg?viewing={listed}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/clips/{clip}/derived/waveform.json?viewing={listed}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={listed}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/v1/clips/{clip}/original?viewing={token}")).StatusCode);
        // A list's event is the list's, even when it shows one clip.
        Assert.Empty(await api.EventsAsync(clip, CustodyKinds.PostersShown));
        Assert.Equal(1, await api.ScalarAsync<long>($"select count(*) from custody_event where kind = 'posters.shown' and clip_id is null and convert_from(body, 'UTF8') like '%{clip}%'"));
        var answer = await browser.GetAsync($"/clips/{clip}/derived/poster.jpg?viewing={token}");
        Assert.Equal([0xFF, 0xD8, 0xFF, 1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/clips/{clip}/derived/..%2f..%2fx?viewing={token}")).StatusCode);
    }

    [SkippableFact]
    public async Task A_problem_carries_nothing_of_the_file_that_is_gone()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(10));
        var digest = Sha256Digest.From(SHA256.HashData("gone"u8));
        var file = new DerivedRow
        {
            ClipId = clip,
            Name = "poster.jpg",
            ContentType = "image/jpeg",
            SizeBytes = 4,
            Sha256 = digest,
            ParentSha256 = digest,
            Tool = "test",
            Arguments = "",
            MadeAt = DateTimeOffset.UnixEpoch,
        };
        await api.Services.GetRequiredService<DerivedTable>().WriteAsync(file, CancellationToken.None);
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);

        var answer = await browser.GetAsync($"/clips/{clip}/derived/poster.jpg?viewing={token}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Null(answer.Headers.ETag);
        Assert.Contains("NotFound", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient browser, string path, string range, string? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return await browser.SendAsync(request);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await api.Database.AsOwner.OpenAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
