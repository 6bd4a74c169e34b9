using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed partial class ClipsApiTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task Pages_follow_each_other_without_gap_or_repeat()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        for (var i = 0; i < 7; i++)
            await api.GivenClipAsync(RandomNumberGenerator.GetBytes(20 + i), name: $"page_{i}.MP4");
        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await JsonAsync(browser, $"/api/v1/clips?q=page_&limit=3&after={next}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            Assert.Equal(7, page.GetProperty("total").GetInt64());
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(["page_6.MP4", "page_5.MP4", "page_4.MP4", "page_3.MP4", "page_2.MP4", "page_1.MP4", "page_0.MP4"], seen);
    }

    [SkippableFact]
    public async Task A_clip_is_told_with_plain_ids_its_sightings_and_its_events()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Auditor);
        var bytes = RandomNumberGenerator.GetBytes(40);
        var clip = await api.GivenClipAsync(bytes);

        var told = await JsonAsync(browser, $"/api/v1/clips/{clip}");

        Assert.Equal(clip.ToString(), told.GetProperty("clip").GetProperty("clipId").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), told.GetProperty("clip").GetProperty("sha256").GetString());
        Assert.Equal("stored", told.GetProperty("clip").GetProperty("stage").GetString());
        Assert.Equal("DSJ-7", told.GetProperty("provenance")[0].GetProperty("recorder").GetString());
        Assert.Equal(["clip.registered", "clip.stored"], told.GetProperty("custody").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()));
    }

    [SkippableFact]
    public async Task Asking_twice_for_a_verification_starts_one()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(50));
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        using var admin = await api.SignedInAsync(AccountRoles.SystemAdministrator);

        var first = await PostAsync(browser, clip);
        var second = await PostAsync(browser, clip);

        Assert.All([first, second], answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        var list = await JsonAsync(browser, $"/api/v1/clips/{clip}/verifications");
        Assert.Equal("running", Assert.Single(list.EnumerateArray()).GetProperty("result").GetString());
        Assert.Equal("on-demand", list[0].GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(browser, new ClipId(Guid.CreateVersion7()))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(admin, clip)).StatusCode);
    }

    [SkippableFact]
    public async Task Many_who_ask_at_once_get_one_verification_and_a_clip_on_the_station_gets_none()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(51));
        var waiting = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(52), stored: false);
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostAsync(browser, clip)));
        var early = await PostAsync(browser, waiting);

        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()))).Distinct());
        Assert.Single((await JsonAsync(browser, $"/api/v1/clips/{clip}/verifications")).EnumerateArray());
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Contains("尚未入库", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await JsonAsync(browser, $"/api/v1/clips/{waiting}/verifications")).EnumerateArray());
    }

    [SkippableTheory]
    [InlineData(ClipKind.Photo)]
    [InlineData(ClipKind.Video)]
    [InlineData(ClipKind.Data)]
    public async Task Nothing_to_play_is_said_only_after_the_probe(ClipKind kind)
    {
        TestDatabase.Need();
        var id = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(70 + (int)kind));
        using var browser = await api.SignedInAsync(AccountRoles.Officer);
        await api.ScalarAsync<Guid>($"update clip set kind = '{kind.Word()}' where clip_id = '{id}' returning clip_id");

        Assert.Contains("data-showing=\"notknownyet\"", await browser.GetStringAsync($"/clips/{id}"), StringComparison.Ordinal);
        await api.ScalarAsync<Guid>($"update clip set stage = 'probed' where clip_id = '{id}' returning clip_id");
        Assert.Contains("data-showing=\"notplayable\"", await browser.GetStringAsync($"/clips/{id}"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_problem_has_its_four_parts_in_the_language_asked_for()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var chinese = await browser.GetAsync($"/api/v1/clips/{Guid.CreateVersion7()}");
        Assert.Equal(HttpStatusCode.NotFound, chinese.StatusCode);
        Assert.Equal("application/problem+json", chinese.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await chinese.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("找不到，或您无权查看", problem.GetProperty("title").GetString());
        Assert.Equal(404, problem.GetProperty("status").GetInt32());
        Assert.All(["reason", "effect", "action"], part => Assert.NotEmpty(problem.GetProperty(part).GetString()!));
        Assert.Matches("^E-[0-9]{8}-[0-9]{6}-[0-9A-F]{4}$", problem.GetProperty("traceId").GetString()!);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/clips?kind=nonsense");
        request.Headers.AcceptLanguage.ParseAdd("en-GB,en;q=0.9,zh;q=0.1");
        var english = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, english.StatusCode);
        Assert.Contains("The request is wrong", await english.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("/api/v1/clips/not-an-id")]
    [InlineData("/api/v1/clips?limit=0")]
    [InlineData("/api/v1/clips?limit=x")]
    [InlineData("/api/v1/clips?after=x")]
    [InlineData("/api/v1/clips?from=yesterday")]
    [InlineData("/api/v1/clips?state=fine")]
    [InlineData("/api/v1/clips?sort=size")]
    [InlineData("/api/v1/clips?q=a%00b")]
    public async Task What_can_not_be_read_is_refused(string path)
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Officer);

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [SkippableFact]
    public async Task A_library_hears_of_what_its_reader_may_see_and_of_nothing_else()
    {
        TestDatabase.Need();
        using var all = await api.SignedInAsync(AccountRoles.Officer);
        using var samples = await api.SignedInAsync(AccountRoles.Reviewer, "sample");
        using var heardByAll = new StreamReader(await all.GetStreamAsync("/clips/events"));
        using var heardBySamples = new StreamReader(await samples.GetStreamAsync("/clips/events"));
        Assert.Equal(": open", await heardByAll.ReadLineAsync());
        Assert.Equal(": open", await heardBySamples.ReadLineAsync());

        var hidden = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(60));
        var sample = await api.GivenClipAsync(RandomNumberGenerator.GetBytes(61), sample: true);

        Assert.Contains(hidden.ToString(), await DataAsync(heardByAll), StringComparison.Ordinal);
        var first = await DataAsync(heardBySamples);
        Assert.Contains(sample.ToString(), first, StringComparison.Ordinal);
        Assert.Contains("\"stage\":\"", first, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_description_is_open_and_describes_ids_as_strings()
    {
        TestDatabase.Need();
        var description = JsonDocument.Parse(await api.Browser().GetStringAsync("/openapi/v1.json")).RootElement;

        // All that programs are offered, and nothing that they are not.
        var offered = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .Select(endpoint => RouteConstraint().Replace(endpoint.RoutePattern.RawText!, "}").TrimEnd('/'))
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(offered, description.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        var view = description.GetProperty("components").GetProperty("schemas").GetProperty("ClipView").GetProperty("properties");
        Assert.DoesNotContain("\"value\"", view.GetProperty("clipId").GetRawText(), StringComparison.Ordinal);
        Assert.Equal("uuid", description.GetProperty("components").GetProperty("schemas").GetProperty("ClipId").GetProperty("format").GetString());
    }

    private static async Task<string> DataAsync(StreamReader events)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await events.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: {\"", StringComparison.Ordinal))
                return line;
        }
        return "";
    }

    private static async Task<JsonElement> JsonAsync(HttpClient browser, string path) =>
        JsonDocument.Parse(await browser.GetStringAsync(path)).RootElement;

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, ClipId clip)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/clips/{clip}/verifications");
        request.Headers.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(browser));
        return await browser.SendAsync(request);
    }

    [GeneratedRegex(":[a-z()0-9]+}")]
    private static partial Regex RouteConstraint();
}
