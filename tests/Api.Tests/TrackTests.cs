using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>A clip's track for programs and on its page.</summary>
public sealed partial class TrackTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 24, 3, 36, 0, TimeSpan.Zero);

    [SkippableFact]
    public async Task A_track_is_told_as_geojson_with_times()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Auditor);
        var clip = await GivenTrackAsync(TrackSources.Nmea, [new(25.5, 101.2, s_start, null, 8.5), new(25.6, 101.3, s_start.AddSeconds(1), null, null)]);

        var answer = await browser.GetAsync($"/api/v1/clips/{clip}/track");

        Assert.Equal((HttpStatusCode.OK, "application/geo+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("FeatureCollection", told.GetProperty("type").GetString());
        var feature = Assert.Single(told.GetProperty("features").EnumerateArray());
        Assert.Equal(("Feature", "LineString"), (feature.GetProperty("type").GetString(), feature.GetProperty("geometry").GetProperty("type").GetString()));
        Assert.Equal("[[101.2,25.5],[101.3,25.6]]", feature.GetProperty("geometry").GetProperty("coordinates").GetRawText());
        var facts = feature.GetProperty("properties");
        Assert.Equal(("nmea", JsonValueKind.Null), (facts.GetProperty("source").GetString(), facts.GetProperty("sidecar").ValueKind));
        Assert.Equal([s_start, s_start.AddSeconds(1)], facts.GetProperty("coordTimes").EnumerateArray().Select(time => time.GetDateTimeOffset()));
        Assert.Equal("[8.5,null]", facts.GetProperty("speeds").GetRawText());
        Assert.Equal("[null,null]", facts.GetProperty("offsetsMs").GetRawText());
    }

    [SkippableFact]
    public async Task Who_may_not_know_of_a_clip_is_told_of_no_track_and_a_clip_without_has_no_feature()
    {
        TestDatabase.Need();
        var clip = await GivenTrackAsync(TrackSources.Nmea, [new(25.5, 101.2, s_start, null, null)]);
        var bare = await api.GivenClipAsync(Given.Bytes());
        using var officer = await api.SignedInAsync(AccountRoles.Officer);
        using var samples = await api.SignedInAsync(AccountRoles.Officer, "sample");
        using var administrator = await api.SignedInAsync(AccountRoles.SystemAdministrator);

        Assert.Equal(HttpStatusCode.NotFound, (await samples.GetAsync($"/api/v1/clips/{clip}/track")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/api/v1/clips/{Guid.CreateVersion7()}/track")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync($"/api/v1/clips/{clip}/track")).StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, (await api.Browser().GetAsync($"/api/v1/clips/{clip}/track")).StatusCode);
        Assert.Contains("\"MultiPoint\"", await officer.GetStringAsync($"/api/v1/clips/{clip}/track"), StringComparison.Ordinal);
        Assert.Contains("\"features\":[]", await officer.GetStringAsync($"/api/v1/clips/{bare}/track"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_page_draws_the_line_with_times_gaps_and_a_table_and_a_page_without_a_track_has_no_card()
    {
        TestDatabase.Need();
        var points = Enumerable.Range(0, 200).Select(second => new TrackPoint(25.5 + (second * 0.0001), 101.2, s_start.AddSeconds(second < 100 ? second : second + 60), null, 11.1)).ToArray();
        var clip = await GivenTrackAsync(TrackSources.Nmea, points);
        var bare = await api.GivenClipAsync(Given.Bytes());
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var page = await browser.GetStringAsync($"/clips/{clip}?handler=Facts");

        Assert.Single(Gap().Matches(page));
        Assert.Equal(2, Line().Count(page));
        foreach (var shown in (string[])["轨迹", "11:36:00", "11:40:19", "2.2 km", "200 个", "1 处超过 10 秒无定位", "列出其中 60 个定位点", "data-moments=\"[["])
            Assert.Contains(shown, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(60, Row().Count(page));
        Assert.DoesNotContain("id=\"track\"", await browser.GetStringAsync($"/clips/{bare}?handler=Facts"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_sidecar_s_track_leads_to_the_sidecar()
    {
        TestDatabase.Need();
        var film = await api.GivenClipAsync(Given.Bytes());
        var intake = Assert.Single(await api.Services.GetRequiredService<RegistrationTable>().ProvenanceAsync(film, default)).IntakeId;
        var sidecar = (await api.Services.GetRequiredService<RegistrationTable>().RegisterAsync(
            Given.Manifest(path: "<b>DSJ</b>.NMEA") with { SidecarOf = intake }, ClipKind.Data, Given.Now, default)).Clip;
        await api.Services.GetRequiredService<TrackTable>().WriteAsync(sidecar, TrackSources.Nmea, [new(25.5, 101.2, s_start, null, null)], 3, Given.Now, default);
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var page = await browser.GetStringAsync($"/clips/{film}?handler=Facts");

        Assert.Contains($"href=\"/clips/{sidecar}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>DSJ</b>", page, StringComparison.Ordinal);
        Assert.Contains("另有 3 条记录无法识别", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains($"\"sidecar\":\"{sidecar}\"", await browser.GetStringAsync($"/api/v1/clips/{film}/track"), StringComparison.Ordinal);
    }

    private async Task<ClipId> GivenTrackAsync(string source, TrackPoint[] points)
    {
        var clip = await api.GivenClipAsync(Given.Bytes());
        await api.Services.GetRequiredService<TrackTable>().WriteAsync(clip, source, points, 0, Given.Now, default);
        return clip;
    }

    [GeneratedRegex("<polyline class=\"gap\"")]
    private static partial Regex Gap();

    [GeneratedRegex("<polyline class=\"line\"")]
    private static partial Regex Line();

    [GeneratedRegex("<tr><td>")]
    private static partial Regex Row();
}
