using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Who may send files, for how long, and what tus is told.</summary>
public sealed partial class UploadsTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private const string Root = "/api/v1/uploads";

    [SkippableTheory]
    [InlineData(AccountRoles.Officer, "all", HttpStatusCode.OK)]
    [InlineData(AccountRoles.Reviewer, "all", HttpStatusCode.OK)]
    [InlineData(AccountRoles.Reviewer, "sample", HttpStatusCode.Forbidden)]
    [InlineData(AccountRoles.Auditor, "all", HttpStatusCode.Forbidden)]
    [InlineData(AccountRoles.SystemAdministrator, "all", HttpStatusCode.Forbidden)]
    public async Task Officers_and_reviewers_may_send_files_and_nobody_else(string role, string scope, HttpStatusCode expected)
    {
        TestDatabase.Need();
        var browser = await api.SignedInAsync(role, scope);
        Assert.Equal(expected, (await browser.GetAsync("/upload")).StatusCode);
        var menu = scope == "sample" || role == AccountRoles.Auditor ? await browser.GetStringAsync("/clips") : "";
        Assert.DoesNotContain("href=\"/upload\"", menu, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_is_begun_asked_for_added_to_and_given_up_as_tus_says()
    {
        TestDatabase.Need();
        var (browser, pass) = await SenderAsync();
        var begun = await BeginAsync(browser, pass, 10, name: "DCIM/手机 1.mp4", more: $",modified {Base64("1700000000123")},batch {Base64("b")}");
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.Equal("1.0.0", begun.Headers.GetValues("Tus-Resumable").Single());
        Assert.True(begun.Headers.Contains("Upload-Expires"));
        var place = begun.Headers.Location!.ToString();
        Assert.Matches("^/api/v1/uploads/[0-9a-f-]{36}$", place);
        var wish = api.Station.Wishes.Last();
        Assert.Equal(("DCIM/手机 1.mp4", 10, 1700000000123, "b"), (Encoding.UTF8.GetString(wish.RawName), wish.SizeBytes, wish.Modified!.Value.ToUnixTimeMilliseconds(), wish.Batch));

        var added = await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4), offset: 0);
        Assert.Equal((HttpStatusCode.NoContent, "4"), (added.StatusCode, added.Headers.GetValues("Upload-Offset").Single()));
        var head = await SendAsync(browser, pass, HttpMethod.Head, place);
        Assert.Equal(("4", "10"), (head.Headers.GetValues("Upload-Offset").Single(), head.Headers.GetValues("Upload-Length").Single()));
        Assert.True(head.Headers.CacheControl!.NoStore);
        var told = await SendAsync(browser, pass, HttpMethod.Get, Root);
        using var list = JsonDocument.Parse(await told.Content.ReadAsStringAsync());
        Assert.Equal("uploading", list.RootElement.GetProperty("uploads")[0].GetProperty("state").GetString());

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(browser, pass, HttpMethod.Delete, place)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(browser, pass, HttpMethod.Head, place)).StatusCode);
        var options = await SendAsync(browser, pass, HttpMethod.Options, Root);
        Assert.Equal(("creation,expiration,termination", "1000"), (options.Headers.GetValues("Tus-Extension").Single(), options.Headers.GetValues("Tus-Max-Size").Single()));
    }

    [SkippableFact]
    public async Task What_is_not_tus_is_refused_with_its_status()
    {
        TestDatabase.Need();
        var (browser, pass) = await SenderAsync();
        var place = (await BeginAsync(browser, pass, 10)).Headers.Location!.ToString();
        var old = await SendAsync(browser, pass, HttpMethod.Head, place, version: "0.2.2");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (old.StatusCode, old.Headers.GetValues("Tus-Version").Single()));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(browser, pass, HttpMethod.Patch, place, new ByteArrayContent(new byte[4]), offset: 0)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4), offset: 7)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await BeginAsync(browser, pass, 0)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await BeginAsync(browser, pass, 10, name: "")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await BeginAsync(browser, pass, 10, name: new string('a', 1025))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await BeginAsync(browser, pass, 10, more: ",odd !!!")).StatusCode);
        foreach (var (refusal, code) in new[] { (413, "UploadTooLarge"), (429, "UploadsTooMany"), (507, "StationFull") })
        {
            api.Station.UploadRefusal = refusal;
            var refused = await BeginAsync(browser, pass, 10);
            api.Station.UploadRefusal = null;
            Assert.Equal((refusal, $"urn:yaoan:problem:{code}"), ((int)refused.StatusCode, JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString()));
        }
    }

    [SkippableFact]
    public async Task Without_a_pass_a_cookie_opens_nothing_and_another_persons_upload_does_not_exist()
    {
        TestDatabase.Need();
        var (browser, pass) = await SenderAsync();
        var place = (await BeginAsync(browser, pass, 10)).Headers.Location!.ToString();
        foreach (var wrong in new[] { null, "", "nonsense", pass[..^4] })
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(browser, wrong, HttpMethod.Head, place)).StatusCode);

        var (other, passOfOther) = await SenderAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, passOfOther, HttpMethod.Head, place)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, passOfOther, HttpMethod.Patch, place, Bytes(4), offset: 0)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(other, passOfOther, HttpMethod.Delete, place)).StatusCode);
        Assert.DoesNotContain(place.Split('/')[^1], await (await SendAsync(other, passOfOther, HttpMethod.Get, Root)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(browser, pass, HttpMethod.Head, place)).StatusCode);
    }

    [SkippableFact]
    public async Task An_upload_outlives_the_idle_limit_and_keeps_no_cookie_alive_but_ends_with_the_twelve_hours()
    {
        TestDatabase.Need();
        var (browser, pass) = await SenderAsync();
        var place = (await BeginAsync(browser, pass, 1000)).Headers.Location!.ToString();
        try
        {
            // A request each ten minutes: enough to keep a cookie alive, if these did.
            for (var minute = 10; minute <= 40; minute += 10)
            {
                api.Time.Ahead = TimeSpan.FromMinutes(minute);
                var added = await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4), offset: (minute / 10 - 1) * 4);
                Assert.Equal(HttpStatusCode.NoContent, added.StatusCode);
                Assert.False(added.Headers.Contains("Set-Cookie"));
                Assert.Equal(HttpStatusCode.OK, (await SendAsync(browser, pass, HttpMethod.Get, Root)).StatusCode);
            }
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/upload")).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4), offset: 16)).StatusCode);
            api.Time.Ahead = TimeSpan.FromHours(12.1);
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(browser, pass, HttpMethod.Patch, place, Bytes(4), offset: 20)).StatusCode);
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
    }

    [SkippableFact]
    public async Task Choosing_files_is_an_act_that_renews_the_pass_and_needs_a_sign_in_and_a_token()
    {
        TestDatabase.Need();
        var (browser, _) = await SenderAsync();
        var token = await ApiUnderTest.HeaderTokenAsync(browser);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/upload?handler=Pass", content: null)).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload?handler=Pass") { Headers = { { "RequestVerificationToken", token } } };
        var answer = await browser.SendAsync(request);
        var pass = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("pass").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(browser, pass, HttpMethod.Get, Root)).StatusCode);
    }

    [SkippableTheory]
    [InlineData("sign-out")]
    [InlineData("delete from account_role where account_id = '{0}'")]
    [InlineData("update account set disabled_at = now() where account_id = '{0}'")]
    public async Task Signing_out_or_losing_the_right_ends_the_pass(string how)
    {
        TestDatabase.Need();
        var (browser, pass) = await SenderAsync();
        await BeginAsync(browser, pass, 10);
        var account = api.Station.Wishes.Last().Uploader.Account;
        if (how == "sign-out")
            await browser.PostAsync("/sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", ApiUnderTest.FormToken(await browser.GetStringAsync("/upload")))]));
        else
            await api.Database.AsOwner.ExecuteAsync(how.Replace("{0}", account.ToString(), StringComparison.Ordinal));
        api.Time.Ahead = TimeSpan.FromSeconds(6);
        try
        {
            var answer = await SendAsync(browser, pass, HttpMethod.Get, Root);
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, answer.StatusCode.ToString());
        }
        finally
        {
            api.Time.Ahead = TimeSpan.Zero;
        }
    }

    private async Task<(HttpClient Browser, string Pass)> SenderAsync()
    {
        var browser = await api.SignedInAsync(AccountRoles.Officer);
        return (browser, WebUtility.HtmlDecode(Pass().Match(await browser.GetStringAsync("/upload")).Groups[1].Value));
    }

    private static Task<HttpResponseMessage> BeginAsync(HttpClient browser, string pass, long length, string name = "clip.mp4", string more = "")
    {
        var request = Request(pass, HttpMethod.Post, Root, version: "1.0.0");
        request.Headers.Add("Upload-Length", length.ToString());
        request.Headers.Add("Upload-Metadata", $"filename {Base64(name)}{more}");
        return browser.SendAsync(request);
    }

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient browser, string? pass, HttpMethod method, string place, HttpContent? content = null, long? offset = null, string version = "1.0.0")
    {
        var request = Request(pass, method, place, version);
        request.Content = content;
        if (offset is not null)
            request.Headers.Add("Upload-Offset", offset.ToString());
        return browser.SendAsync(request);
    }

    private static HttpRequestMessage Request(string? pass, HttpMethod method, string place, string version)
    {
        var request = new HttpRequestMessage(method, place);
        request.Headers.Add("Tus-Resumable", version);
        request.Headers.Add("Accept", "application/json");
        if (pass is not null)
            request.Headers.TryAddWithoutValidation("Upload-Pass", pass);
        return request;
    }

    private static ByteArrayContent Bytes(int count) => new(new byte[count]) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("data-pass=\"([^\"]+)\"")]
    private static partial Regex Pass();
}
