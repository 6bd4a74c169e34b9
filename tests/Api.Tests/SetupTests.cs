using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class SetupTests : IClassFixture<ApiUnderTest>
{
    private readonly ApiUnderTest _api;

    public SetupTests(ApiUnderTest api)
    {
        _api = api;
        api.Settings["Setup:Sample"] = "true";
    }

    [SkippableFact]
    public async Task A_link_makes_exactly_one_account_with_its_role_and_signs_it_in()
    {
        TestDatabase.Need();
        using var factory = _api.Start();
        using var browser = _api.Browser(factory);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_api.LinksFile));
        var links = Links();
        Assert.Equal("sample", links.Keys.Last());
        var path = links[AccountRoles.SecurityAdministrator];

        var short_ = await PostAsync(browser, path, "SA01", "short one");
        Assert.Equal(HttpStatusCode.OK, short_.StatusCode);
        Assert.Contains("密码太短", await short_.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var twice = await Task.WhenAll(PostAsync(_api.Browser(factory), path, "SA01", ApiUnderTest.Password), PostAsync(_api.Browser(factory), path, "SA02", ApiUnderTest.Password));

        var made = Assert.Single(twice, answer => answer.StatusCode == HttpStatusCode.Redirect);
        Assert.Equal("/sign-in/enrol", made.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.NotFound, Assert.Single(twice, answer => answer != made).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).StatusCode);
        Assert.Equal(1, await _api.ScalarAsync<long>("select count(*) from account where user_name in ('SA01', 'SA02')"));
        Assert.Equal(1, await _api.ScalarAsync<long>("select count(*) from account_role where role = 'security_administrator'"));
        Assert.True(await _api.ScalarAsync<long>("select count(*) from custody_event where kind = 'account.created'") >= 1);
    }

    [SkippableFact]
    public async Task The_next_start_replaces_links_and_leaves_out_roles_that_somebody_has()
    {
        TestDatabase.Need();
        string old;
        using (var factory = _api.Start())
        {
            using var browser = _api.Browser(factory);
            var links = Links();
            old = links[AccountRoles.Officer];
            if (links.TryGetValue(AccountRoles.Auditor, out var auditor))
                Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(browser, auditor, "AU01", ApiUnderTest.Password)).StatusCode);
        }
        using var second = _api.Start();
        using var later = _api.Browser(second);

        Assert.Equal(HttpStatusCode.NotFound, (await later.GetAsync(old)).StatusCode);
        var now = Links();
        Assert.DoesNotContain(AccountRoles.Auditor, now.Keys);
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync(now[AccountRoles.Officer])).StatusCode);
        Assert.Equal(0, await _api.ScalarAsync<long>(
            $"select count(*) from setup_link where encode(token_sha256, 'escape') like '%{now[AccountRoles.Officer].Split('=')[1]}%'"));
    }

    [SkippableFact]
    public async Task A_link_is_good_for_seven_days()
    {
        TestDatabase.Need();
        using var factory = _api.Start();
        using var browser = _api.Browser(factory);
        var link = Links()[AccountRoles.Officer];
        try
        {
            _api.Time.Ahead = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).StatusCode);
            _api.Time.Ahead = TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(link)).StatusCode);
        }
        finally
        {
            _api.Time.Ahead = TimeSpan.Zero;
        }
    }

    [SkippableFact]
    public async Task The_sample_link_signs_in_a_reviewer_who_knows_of_nothing_but_samples()
    {
        TestDatabase.Need();
        using var factory = _api.Start();
        using var browser = _api.Browser(factory);
        var hidden = await _api.GivenClipAsync([1, 2, 3, 4]);
        var sample = await _api.GivenClipAsync([5, 6, 7], sample: true);
        // Clips were made by a start of their own, which replaced the links.
        var link = Links()["sample"];
        var opened = await browser.GetAsync(link);
        Assert.DoesNotContain("Set-Cookie: __Host-yaoan=", opened.Headers.ToString(), StringComparison.Ordinal);
        Assert.Contains("data-submit-at-once", await opened.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var answer = await PostAsync(browser, link, "", "");

        Assert.Equal("/clips", answer.Headers.Location!.OriginalString);
        var list = await browser.GetStringAsync("/api/v1/clips");
        Assert.Contains(sample.ToString(), list, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden.ToString(), list, StringComparison.Ordinal);
        Assert.Contains("\"total\":1,\"totalBytes\":3", list, StringComparison.Ordinal);
        foreach (var path in new[] { $"/api/v1/clips/{hidden}", $"/api/v1/clips/{hidden}/original", $"/api/v1/clips/{hidden}/verifications", $"/clips/{hidden}/derived/poster.jpg" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/api/v1/clips/{sample}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.Browser(factory).GetAsync(link)).StatusCode);
    }

    [SkippableFact]
    public async Task An_unattended_account_is_made_once_and_left_alone_later()
    {
        TestDatabase.Need();
        var file = Path.Combine(_api.Folder, "admin-password");
        await File.WriteAllTextAsync(file, ApiUnderTest.Password + "\n");
        (_api.Settings["Setup:Admin:Name"], _api.Settings["Setup:Admin:PasswordFile"]) = ("chief", file);
        try
        {
            using (var first = _api.Start())
                Assert.Equal(HttpStatusCode.Redirect, (await ApiUnderTest.SignInAsync(_api.Browser(first), "chief", ApiUnderTest.Password)).StatusCode);
            await File.WriteAllTextAsync(file, "another good long passphrase\n");
            using var second = _api.Start();
            Assert.Equal(HttpStatusCode.Redirect, (await ApiUnderTest.SignInAsync(_api.Browser(second), "chief", ApiUnderTest.Password)).StatusCode);
            Assert.DoesNotContain(AccountRoles.SystemAdministrator, Links().Keys);
        }
        finally
        {
            _api.Settings.Remove("Setup:Admin:Name");
            _api.Settings.Remove("Setup:Admin:PasswordFile");
        }
    }

    [Theory]
    [InlineData(null, "can't be read")]
    [InlineData("", "is empty")]
    [InlineData("short", "less than 12")]
    [InlineData("yaoan123456789", "easy to guess")]
    [InlineData("chief chief chief", "holds the name")]
    public async Task A_start_without_a_good_password_file_says_so_in_one_sentence(string? content, string expected)
    {
        var file = Path.Combine(_api.Folder, $"password-{Guid.CreateVersion7()}");
        if (content is not null)
            await File.WriteAllTextAsync(file, content);

        var check = new SetupOptionsCheck(Microsoft.Extensions.Options.Options.Create(new SignInOptions())).Validate(null, new SetupOptions { Admin = new UnattendedAccount { Name = "chief", PasswordFile = file } });

        var sentence = Assert.Single(check.Failures!);
        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.Contains("Setup:Admin:PasswordFile", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(content is { Length: > 5 } ? content : "\n", sentence, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Links() => File.ReadAllLines(_api.LinksFile).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1]);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, string name, string password)
    {
        var page = await browser.GetAsync(path);
        if (page.StatusCode != HttpStatusCode.OK)
            return page;
        return await browser.PostAsync("/setup", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = ApiUnderTest.FormToken(await page.Content.ReadAsStringAsync()),
            ["Token"] = path.Split('=')[1],
            ["UserName"] = name,
            ["DisplayName"] = "王建国",
            ["password"] = password,
            ["passwordAgain"] = password,
        }));
    }
}
