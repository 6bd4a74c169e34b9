using System.Net;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Footage that nobody is named for, and who may resolve it; and what an account of a unit may know of.</summary>
public sealed class UnattributedTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private CatalogDatabase Catalog => api.Database.Catalog;

    [SkippableFact]
    public async Task An_administrator_of_devices_names_the_officer_and_his_unit_sees_it_from_then_on()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(Catalog, "U-1");
        await GivenPeople.OfficerAsync(Catalog, "YA5001", "U-1", new DateOnly(2020, 1, 1));
        var clip = await api.GivenClipAsync(Given.Bytes(77), name: "nobody-s.MP4");
        await GivenPeople.RecorderAsync(Catalog, "UNA-1", "U-1");
        await api.Database.AsOwner.ExecuteAsync("update provenance set unattributed = 'not-issued', recorder = 'UNA-1' where clip_id = $1", clip.Value);
        using var reviewer = await api.SignedInAsync(AccountRoles.Reviewer);
        await api.Database.AsOwner.ExecuteAsync(
            "update account set scope = 'unit', unit_id = (select unit_id from unit where code = 'U-1') where account_id in (select account_id from account_role where role = 'reviewer')");
        api.Time.Ahead += TimeSpan.FromSeconds(5);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(reviewer, $"/clips/{clip}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(reviewer, $"/api/v1/clips/{clip}"));
        Assert.DoesNotContain("nobody-s.MP4", await reviewer.GetStringAsync("/clips"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reviewer, "/unattributed"));

        using var administrator = await api.SignedInAsync(AccountRoles.DeviceAdministrator);
        var page = await administrator.GetStringAsync("/unattributed?reason=not-issued");
        Assert.Contains("nobody-s.MP4", page, StringComparison.Ordinal);
        Assert.Contains("当时无人领用", page, StringComparison.Ordinal);
        Assert.EndsWith("said=unknown-officer", await NameAsync(administrator, clip, "YA9", "seen on the film"), StringComparison.Ordinal);
        Assert.EndsWith("said=incomplete", await NameAsync(administrator, clip, "YA5001", ""), StringComparison.Ordinal);
        Assert.EndsWith("said=applied", await NameAsync(administrator, clip, "YAOAN:P:YA5001", "seen on the film"), StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-s.MP4", await administrator.GetStringAsync("/unattributed"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(administrator, $"/clips/{clip}"));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reviewer, $"/clips/{clip}"));
        Assert.Contains("nobody-s.MP4", await reviewer.GetStringAsync("/clips"), StringComparison.Ordinal);
        Assert.Single(await api.EventsAsync(clip, CustodyKinds.ClipAttributed));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string address)
    {
        using var answer = await browser.GetAsync(address);
        return answer.StatusCode;
    }

    private static async Task<string> NameAsync(HttpClient browser, ClipId clip, string officer, string why)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["intake"] = clip.ToString(),
            ["officer"] = officer,
            ["why"] = why,
            ["__RequestVerificationToken"] = ApiUnderTest.FormToken(await browser.GetStringAsync("/unattributed")),
        });
        using var answer = await browser.PostAsync("/unattributed?handler=Name", form);
        return answer.Headers.Location!.OriginalString.ToLowerInvariant();
    }
}
