using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>The station's clock as a code, what an administrator enters, and how a clip's page tells of both.</summary>
public sealed class ClockTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task The_clock_is_open_to_all_and_kept_by_nobody()
    {
        TestDatabase.Need();
        using var browser = api.Browser();
        using var none = await browser.GetAsync("/dock/clock.svg");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, none.StatusCode);
        Directory.CreateDirectory(Path.Combine(api.Folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(api.Folder, "keys", "bureau.key"), new string('a', 64) + "\n");
        using var code = await browser.GetAsync("/dock/clock.svg");
        Assert.Equal("image/svg+xml", code.Content.Headers.ContentType?.MediaType);
        Assert.True(code.Headers.CacheControl?.NoStore);
        Assert.StartsWith("<svg", await code.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("让二维码充满画面", await browser.GetStringAsync("/dock/clock"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_entry_corrects_the_clips_of_its_recorder_and_stands_in_the_log()
    {
        TestDatabase.Need();
        var clip = await api.GivenClipAsync(Given.Bytes(91), name: "clock-1.MP4");
        await api.Database.AsOwner.ExecuteAsync(
            "update clip set recorder = 'CLOCK-1 号', recorded_from = $2, recorded_to = $2, recorded_source = 'name' where clip_id = $1", clip.Value, api.Time.GetUtcNow().AddHours(-3));
        using var reviewer = await api.SignedInAsync(AccountRoles.Reviewer);
        Assert.Contains("设备时钟未比对", await reviewer.GetStringAsync($"/clips/{clip}"), StringComparison.Ordinal);

        using var administrator = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var now = api.Time.GetUtcNow();
        const string address = "/api/v1/recorders/CLOCK-1%20%E5%8F%B7/clock";
        Assert.Equal(HttpStatusCode.NoContent, await EnterAsync(administrator, address, new { deviceTime = now.AddSeconds(-90), trueTime = now, withinSeconds = 3, note = "by phone" }));
        var page = await reviewer.GetStringAsync($"/clips/{clip}");
        Assert.Contains("设备慢 1 分 30 秒", page, StringComparison.Ordinal);
        Assert.Contains("依据管理员登记，误差不超过 3.4 秒", page, StringComparison.Ordinal);
        var detail = await reviewer.GetFromJsonAsync<JsonElement>($"/api/v1/clips/{clip}");
        Assert.Equal(-90_000, detail.GetProperty("clip").GetProperty("clockOffsetMs").GetInt64());
        var reading = Assert.Single((await administrator.GetFromJsonAsync<JsonElement>(address)).EnumerateArray());
        Assert.Equal("by phone", reading.GetProperty("note").GetString());
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from custody_event where kind = 'clock.read'"));
    }

    [SkippableFact]
    public async Task What_can_t_be_is_refused_and_only_an_administrator_of_devices_enters()
    {
        TestDatabase.Need();
        using var administrator = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var now = api.Time.GetUtcNow();
        foreach (var entry in new object[] { new { deviceTime = now, withinSeconds = 0.5 }, new { deviceTime = now, withinSeconds = 601 }, new { deviceTime = now, trueTime = now.AddHours(1) } })
            Assert.Equal(HttpStatusCode.BadRequest, await EnterAsync(administrator, "/api/v1/recorders/CLOCK-2/clock", entry));
        using var reviewer = await api.SignedInAsync(AccountRoles.Reviewer);
        Assert.Equal(HttpStatusCode.Forbidden, await EnterAsync(reviewer, "/api/v1/recorders/CLOCK-2/clock", new { deviceTime = now }));
    }

    private static async Task<HttpStatusCode> EnterAsync(HttpClient browser, string address, object entry)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(entry) };
        request.Headers.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(browser));
        using var answer = await browser.SendAsync(request);
        return answer.StatusCode;
    }
}
