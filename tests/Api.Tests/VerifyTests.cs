using System.Net;
using Npgsql;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>The verification centre.</summary>
public sealed class VerifyTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly string[] s_rawWords = ["Result_", "Fact_", "Do_", "Kind_", "Finding_", "Reason_", "Night_", "Said_", "Age_", "Filter_"];

    private VerificationTable Verifications => new(api.Database.Catalog);

    [SkippableFact]
    public async Task Failures_stand_first_with_fact_and_what_to_do_until_a_good_reading()
    {
        TestDatabase.Need();
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        var flipped = await api.GivenClipAsync(Given.Bytes(41), name: "flipped-at-rest.MP4");
        await EndAsync(flipped, "mismatch");
        var page = await PageAsync(auditor, "/verify");
        Assert.Contains("件需要处理", page, StringComparison.Ordinal);
        Assert.Contains("flipped-at-rest.MP4", page, StringComparison.Ordinal);
        Assert.Contains("内容不符", page, StringComparison.Ordinal);
        Assert.Contains("取回好的一份", page, StringComparison.Ordinal);
        Assert.Contains("000000000000… ≠", page, StringComparison.Ordinal);

        await EndAsync(flipped, "match");
        page = await PageAsync(auditor, "/verify?result=failed");
        Assert.DoesNotContain("取回好的一份", page, StringComparison.Ordinal);
        Assert.Contains("flipped-at-rest.MP4", page, StringComparison.Ordinal);
        page = await PageAsync(auditor, "/verify?result=running");
        Assert.DoesNotContain("flipped-at-rest.MP4", page, StringComparison.Ordinal);
        Assert.Contains("没有符合条件的校验", page, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task One_clip_is_verified_by_its_id_or_by_the_first_digits_of_its_digest()
    {
        TestDatabase.Need();
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        var bytes = Given.Bytes(42);
        var clip = await api.GivenClipAsync(bytes, name: "asked-for.MP4");
        Assert.Equal("/verify?clip=no%20id&said=unknown", await PostAsync(auditor, "One", "no id"));
        foreach (var typed in (string[])[$" {clip} ", Given.Sha256(bytes).ToString()[..8].ToUpperInvariant()])
        {
            Assert.Equal("/verify?said=asked", await PostAsync(auditor, "One", typed));
            var row = (await Verifications.OfClipAsync(clip, default)).Single(row => row.Result == "running");
            Assert.NotNull(row.RequestedBy);
            Assert.Contains("正在重读", await PageAsync(auditor, "/verify?said=asked"), StringComparison.Ordinal);
            await Verifications.EndAsync(row with { Result = "match", EndedAt = api.Time.GetUtcNow(), FoundSize = bytes.Length }, null, default);
        }
        Assert.Equal("/verify?clip=0000000&said=unknown", await PostAsync(auditor, "One", "0000000"));
        Assert.Contains("没有找到「0000000」", await PageAsync(auditor, "/verify?clip=0000000&said=unknown"), StringComparison.Ordinal);
        var waiting = await api.GivenClipAsync(Given.Bytes(43), stored: false, name: "waiting.MP4");
        Assert.Equal($"/verify?clip={waiting}&said=not-stored", await PostAsync(auditor, "One", waiting.ToString()));
    }

    [SkippableFact]
    public async Task Rota_and_census_are_told_with_what_to_do_and_filtered_by_the_URL()
    {
        TestDatabase.Need();
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        var clip = await api.GivenClipAsync(Given.Bytes(44), name: "counted.MP4");
        var now = api.Time.GetUtcNow();
        var night = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-3);
        var rota = new RotaTable(api.Database.Catalog);
        await rota.BeginAsync(night, "station-1", now.AddDays(-3), default);
        await rota.EndAsync(new RotaNight { Night = night, Station = "station-1", BegunAt = now.AddDays(-3), EndedAt = now.AddDays(-3), Clips = 7, SizeBytes = 70_000_000, Differing = 0, Result = "good" }, default);
        var census = new CensusTable(api.Database.Catalog);
        var day = new CensusRow { Day = night, Scope = CensusRow.Store, Station = "station-1", BegunAt = now, EndedAt = now, Clips = 4711, Objects = 4710, Result = "running" };
        await census.BeginAsync(day.Day, day.Scope, day.Station, now, default);
        await census.FindAsync(day.Scope, [.. CensusFinding.AllKinds.Select(kind => new CensusFinding { Kind = kind, Subject = $"originals/{kind}", ClipId = kind == "lock" ? clip : null, Expected = "5000", Found = "77" })], now, default);
        await census.EndAsync(day, default);
        // Said by every kind and both languages: no word is missing.
        foreach (var language in (string[])["zh-Hans", "en"])
        {
            var whole = await PageAsync(auditor, $"/verify?culture={language}");
            Assert.All(s_rawWords, word => Assert.DoesNotContain(word, whole, StringComparison.Ordinal));
        }
        var page = await PageAsync(auditor, "/verify?culture=zh-Hans");
        Assert.Contains("70.0 MB", page, StringComparison.Ordinal);
        Assert.Contains("没有运行", page, StringComparison.Ordinal);
        Assert.Contains("4,711", page, StringComparison.Ordinal);
        Assert.Contains("不会自动删除", page, StringComparison.Ordinal);
        Assert.Contains("counted.MP4", page, StringComparison.Ordinal);
        var locks = await PageAsync(auditor, "/verify?kind=lock");
        Assert.Contains("originals/lock", locks, StringComparison.Ordinal);
        Assert.DoesNotContain("originals/strange", locks, StringComparison.Ordinal);

        await census.BeginAsync(day.Day.AddDays(1), day.Scope, day.Station, now.AddMinutes(1), default);
        await census.EndAsync(day with { Day = day.Day.AddDays(1), BegunAt = now.AddMinutes(1), EndedAt = now.AddMinutes(1) }, default);
        Assert.Contains("登记、存储、暂存一致", await PageAsync(auditor, "/verify"), StringComparison.Ordinal);
        Assert.Contains("originals/untracked", await PageAsync(auditor, "/verify?findings=closed"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task All_that_is_due_is_asked_for_at_once()
    {
        TestDatabase.Need();
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);
        var old = await api.GivenClipAsync(Given.Bytes(45), name: "old.MP4");
        var young = await api.GivenClipAsync(Given.Bytes(46), name: "young.MP4");
        await DoAsync("update clip set verified_at = now() - interval '81 days' where clip_id = @clip", old);
        Assert.Equal("/verify?said=due", await PostAsync(auditor, "Due", null));
        Assert.Contains(await Verifications.OfClipAsync(old, default), row => row.Result == "running");
        Assert.DoesNotContain(await Verifications.OfClipAsync(young, default), row => row.Result == "running");
    }

    [SkippableFact]
    public async Task A_sample_viewer_sees_samples_only_and_no_numbers_of_others_and_an_administrator_nothing()
    {
        TestDatabase.Need();
        var real = await api.GivenClipAsync(Given.Bytes(47), name: "real-one.MP4");
        await EndAsync(real, "missing");
        using var guest = await api.SignedInAsync(AccountRoles.Reviewer, scope: "sample");
        var page = await PageAsync(guest, "/verify");
        Assert.DoesNotContain("real-one.MP4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("轮检进度", page, StringComparison.Ordinal);
        Assert.DoesNotContain("清点：登记与存储", page, StringComparison.Ordinal);
        Assert.Contains("没有需要处理的", page, StringComparison.Ordinal);
        Assert.Equal($"/verify?clip={real}&said=unknown", await PostAsync(guest, "One", real.ToString()));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = ApiUnderTest.FormToken(await guest.GetStringAsync("/verify")) });
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.PostAsync("/verify?handler=Due", form)).StatusCode);

        using var administrator = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        Assert.Equal(HttpStatusCode.Forbidden, (await administrator.GetAsync("/verify")).StatusCode);
        Assert.DoesNotContain("href=\"/verify\"", await administrator.GetStringAsync("/health"), StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(HttpClient browser, string address) => WebUtility.HtmlDecode(await browser.GetStringAsync(address));

    private static async Task<string> PostAsync(HttpClient browser, string handler, string? clip)
    {
        var fields = new Dictionary<string, string> { ["__RequestVerificationToken"] = ApiUnderTest.FormToken(await browser.GetStringAsync("/verify")) };
        if (clip is not null)
            fields["clip"] = clip;
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await browser.PostAsync($"/verify?handler={handler}", form);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    private async Task EndAsync(ClipId clip, string result)
    {
        var now = api.Time.GetUtcNow();
        var request = await Verifications.RequestAsync(clip, VerificationReasons.Rota, by: null, now, default);
        await Verifications.EndAsync(
            request with { Result = result, EndedAt = now, FoundSize = 31, FoundSha256 = Sha256Digest.From(new byte[32]) },
            Given.Event(clip, $"verified/{request.VerificationId}", CustodyKinds.ClipDamaged),
            default);
    }

    private async Task DoAsync(string sql, ClipId clip)
    {
        await using var connection = await api.Database.AsOwner.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("clip", clip.Value);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
