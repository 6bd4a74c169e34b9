using System.Net;
using Npgsql;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class TasksTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task What_is_not_green_stands_there_with_its_cause_and_what_is_good_does_not()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Auditor);
        await api.GivenClipAsync(Given.Bytes(31), name: "good.MP4");
        var damaged = await api.GivenClipAsync(Given.Bytes(32), name: "flipped.MP4");
        await DoAsync("update clip set health = 'damaged', health_reason = 'mismatch' where clip_id = @clip", damaged);
        var waiting = await api.GivenClipAsync(Given.Bytes(33), stored: false, name: "waiting.MP4");
        await DoAsync("update clip_work set last_error = 'the store is <away>', next_attempt_at = now() + interval '1 hour' where clip_id = @clip", waiting);
        await GivenSkippedAsync("DCIM/empty.MP4", "empty");
        await GivenSkippedAsync("DCIM/Thumbs.db", "ignored");

        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("/tasks"));

        Assert.DoesNotContain("good.MP4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Thumbs.db", page, StringComparison.Ordinal);
        Assert.Contains($"/clips/{damaged}", page, StringComparison.Ordinal);
        Assert.Contains("保存的内容与采集时不一致", page, StringComparison.Ordinal);
        Assert.Contains("the store is <away>", page, StringComparison.Ordinal);
        Assert.Contains("DCIM/empty.MP4", page, StringComparison.Ordinal);
        Assert.Contains("空文件", page, StringComparison.Ordinal);
        Assert.DoesNotContain("_mismatch", page, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Retry_all_makes_due_what_stands_still()
    {
        TestDatabase.Need();
        using var browser = await api.SignedInAsync(AccountRoles.Reviewer);
        var waiting = await api.GivenClipAsync(Given.Bytes(34), stored: false, name: "again.MP4");
        await DoAsync("update clip_work set last_error = 'away', next_attempt_at = now() + interval '1 hour' where clip_id = @clip", waiting);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = ApiUnderTest.FormToken(await browser.GetStringAsync("/tasks")),
        });

        using var answer = await browser.PostAsync("/tasks?handler=Retry", form);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.True(await api.ScalarAsync<bool>($"select next_attempt_at <= now() + interval '1 minute' from clip_work where clip_id = '{waiting}'"));
    }

    [SkippableFact]
    public async Task An_administrator_sees_no_names_of_footage_and_a_sample_viewer_only_samples()
    {
        TestDatabase.Need();
        using var administrator = await api.SignedInAsync(AccountRoles.SystemAdministrator);
        using var refused = await administrator.GetAsync("/tasks");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        var damaged = await api.GivenClipAsync(Given.Bytes(35), name: "real.MP4");
        await DoAsync("update clip set health = 'damaged', health_reason = 'missing' where clip_id = @clip", damaged);
        await GivenSkippedAsync("DCIM/secret.MP4", "empty");
        using var guest = await api.SignedInAsync(AccountRoles.Reviewer, scope: "sample");
        var page = await guest.GetStringAsync("/tasks");
        Assert.DoesNotContain("real.MP4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret.MP4", page, StringComparison.Ordinal);
    }

    private async Task DoAsync(string sql, ClipId clip)
    {
        await using var connection = await api.Database.AsOwner.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("clip", clip.Value);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private Task GivenSkippedAsync(string path, string reason)
    {
        var now = DateTimeOffset.UtcNow;
        var session = new DockSessionRow
        {
            SessionId = SessionId.New(now),
            Station = "station-1",
            Slot = 1,
            Source = "dock",
            Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"),
            AttachedAt = now,
        };
        return new DockSessionTable(api.Database.Catalog).WriteAsync(
            session, [new SkippedFileRow(session.SessionId, System.Text.Encoding.UTF8.GetBytes(path), path, reason, 0, now, now)], now, CancellationToken.None);
    }
}
