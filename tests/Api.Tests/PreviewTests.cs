using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Previews are footage: each part of them needs a viewing of that very clip. What is stored comes from the store, the rest from the station.</summary>
public sealed class PreviewTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly string[] s_parts = ["index.m3u8", "init.mp4", "0.m4s"];

    private static readonly MediaRow s_hevc = new()
    {
        ClipId = default,
        Container = "mov,mp4,m4a,3gp,3g2,mj2",
        DurationMs = 5_500,
        VideoCodec = "hevc",
        Plays = "needs-preview",
        Tags = "{}",
        ProbedAt = DateTimeOffset.UnixEpoch,
        Tool = "test",
    };

    [SkippableFact]
    public async Task The_whole_list_is_there_before_anything_was_made_and_its_parts_come_from_the_station()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1000), media: s_hevc);
        using var browser = await api.SignedInAsync(AccountRoles.Reviewer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);
        var list = await browser.GetAsync($"/clips/{clip}/preview/index.m3u8?viewing={token}&at=4.5");
        Assert.Equal("application/vnd.apple.mpegurl", list.Content.Headers.ContentType!.MediaType);
        var lines = (await list.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal(["#EXTINF:2.000,", "#EXTINF:2.000,", "#EXTINF:1.500,"], lines.Where(line => line.StartsWith("#EXTINF", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("#EXT-X-MAP:URI=\"init.mp4?from=2&", StringComparison.Ordinal));
        Assert.Equal("#EXT-X-ENDLIST", lines[^2]);
        foreach (var address in lines.Where(line => line.Contains(".m4s", StringComparison.Ordinal)))
            Assert.Equal([1, 2, 3], await browser.GetByteArrayAsync($"/clips/{clip}/preview/{address}"));
        Assert.Equal(["0", "1", "2"], api.Station.Previews);

        api.Station.PreviewStatus = 422;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.GetAsync($"/clips/{clip}/preview/1.m4s?viewing={token}")).StatusCode);
        api.Station.PreviewStatus = 404;
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/clips/{clip}/preview/1.m4s?viewing={token}")).StatusCode);
    }

    [SkippableFact]
    public async Task Without_a_viewing_of_that_clip_no_part_leaves()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1001), media: s_hevc);
        var other = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1002), media: s_hevc);
        using var browser = await api.SignedInAsync(AccountRoles.Reviewer);
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        using var nobody = api.Browser();
        var token = await ApiUnderTest.OpenViewingAsync(browser, other);
        var posters = await ApiUnderTest.OpenViewingAsync(browser, clip, posters: true);
        var asked = api.Station.Previews.Count;
        foreach (var part in s_parts)
        {
            var address = $"/clips/{clip}/preview/{part}";
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"{address}?viewing={token}")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"{address}?viewing={posters}")).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync($"{address}?viewing={token}")).StatusCode);
            Assert.NotEqual(HttpStatusCode.OK, (await nobody.GetAsync($"{address}?viewing={token}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/clips/{ClipId.New(Given.Now)}/preview/{part}?viewing={token}")).StatusCode);
            using var elsewhere = new HttpRequestMessage(HttpMethod.Get, $"/clips/{other}/preview/{part}?viewing={token}");
            elsewhere.Headers.Add("Sec-Fetch-Site", "cross-site");
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(elsewhere)).StatusCode);
        }
        Assert.Equal(asked, api.Station.Previews.Count);
    }

    [SkippableFact]
    public async Task What_is_stored_comes_from_the_store_piece_by_piece()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(1003), media: s_hevc);
        byte[] film = [10, 11, 20, 21, 22, 30];
        var index = new PreviewIndex(2, 3.5, 2, [3, 1]);
        await PutAsync(clip, DerivedNames.Preview, film);
        await PutAsync(clip, DerivedNames.PreviewIndex, index.ToJson());
        using var browser = await api.SignedInAsync(AccountRoles.Reviewer);
        var token = await ApiUnderTest.OpenViewingAsync(browser, clip);
        var asked = api.Station.Previews.Count;
        Task<byte[]> PartAsync(string part) => browser.GetByteArrayAsync($"/clips/{clip}/preview/{part}?viewing={token}");
        Assert.Equal(film[..2], await PartAsync("init.mp4"));
        Assert.Equal(film[2..5], await PartAsync("0.m4s"));
        Assert.Equal(film[5..], await PartAsync("1.m4s"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/clips/{clip}/preview/2.m4s?viewing={token}")).StatusCode);
        // As long as what was made, whatever the probe promised.
        Assert.Contains("#EXTINF:1.500,", await browser.GetStringAsync($"/clips/{clip}/preview/index.m3u8?viewing={token}"), StringComparison.Ordinal);
        Assert.Equal(asked, api.Station.Previews.Count);
    }

    private async Task PutAsync(ClipId clip, string name, byte[] bytes)
    {
        await api.Services.GetRequiredService<ObjectStores>().Derived.PutNewAsync(ObjectKey.Derived(clip, name), new ObjectSource.FromMemory(bytes), default);
        await api.Services.GetRequiredService<DerivedTable>().WriteAsync(
            new DerivedRow
            {
                ClipId = clip,
                Name = name,
                ContentType = "video/mp4",
                SizeBytes = bytes.Length,
                Sha256 = Sha256Digest.From(SHA256.HashData(bytes)),
                ParentSha256 = Sha256Digest.From(SHA256.HashData([])),
                Tool = "test",
                Arguments = "",
                MadeAt = Given.Now,
            },
            default);
    }
}
