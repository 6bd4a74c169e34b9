using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Decisions about links, the queue of unlinked clips, filters of the library and markers, at the server.</summary>
public sealed class LinkingTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task Each_decision_names_the_version_it_saw_and_meets_a_newer_one_with_both()
    {
        TestDatabase.Need();
        var (shift, clip, activity) = await GivenAsync("D0");
        await shift.SuggestAsync(clip, (activity, "T01", 1));
        var link = (await api.Services.GetRequiredService<LinkTable>().OfClipAsync(shift.Everybody, clip, default)).Single();
        using var one = await ReviewerAsync();
        using var other = await ReviewerAsync();
        var confirm = new { @do = "confirm", link = link.LinkId, version = link.Version };

        var (status, first) = await DecideAsync(one, confirm);
        Assert.Equal((HttpStatusCode.OK, "done", "confirmed", link.Version + 1), (status, Text(first, "outcome"), Text(first.GetProperty("link"), "state"), first.GetProperty("link").GetProperty("version").GetInt32()));

        var (late, second) = await DecideAsync(other, new { @do = "reject", link = link.LinkId, version = link.Version });
        Assert.Equal((HttpStatusCode.Conflict, "conflict", "confirmed"), (late, Text(second, "outcome"), Text(second.GetProperty("link"), "state")));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), await OutcomeAsync(other, new { @do = "link", clip, activity, item = "T01", filed = "unlinked" }));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), await OutcomeAsync(other, new { @do = "irrelevant", clip, reason = "test", filed = "unlinked" }));
        Assert.Equal((HttpStatusCode.OK, "refused"), await OutcomeAsync(other, new { @do = "irrelevant", clip, reason = "test" }));
        Assert.Equal("confirmed linked", await api.ScalarAsync<string>($"select link.state || ' ' || clip.filed from link join clip using (clip_id) where clip_id = '{clip}'"));

        Assert.Equal((HttpStatusCode.OK, "done"), await OutcomeAsync(one, new { @do = "undo", link = link.LinkId, version = link.Version + 1 }));
        Assert.Equal((HttpStatusCode.OK, "refused"), await OutcomeAsync(one, new { @do = "irrelevant", clip, reason = "other" }));
        Assert.Equal((HttpStatusCode.OK, "done"), await OutcomeAsync(one, new { @do = "irrelevant", clip, reason = "other", note = "送修前检查" }));
        Assert.Equal((HttpStatusCode.OK, "refused"), await OutcomeAsync(one, new { @do = "link", clip, activity, item = "T01" }));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), await OutcomeAsync(one, new { @do = "relevant", clip, version = 7 }));
        Assert.Equal((HttpStatusCode.OK, "done"), await OutcomeAsync(one, new { @do = "relevant", clip, version = 1 }));
        Assert.Equal("unlinked", await api.ScalarAsync<string>($"select filed from clip where clip_id = '{clip}'"));
        Assert.Single(await api.EventsAsync(clip, CustodyKinds.ClipNotEnforcement));
        Assert.Single(await api.EventsAsync(clip, CustodyKinds.LinkUndone));
        Assert.Equal(HttpStatusCode.BadRequest, (await DecideAsync(one, new { @do = "guess" })).Status);
    }

    [SkippableFact]
    public async Task Who_links_may_have_the_rules_run_now_for_what_he_sees()
    {
        TestDatabase.Need();
        var (shift, clip, activity) = await GivenAsync("D8");
        using var reviewer = await ReviewerAsync();
        using var answer = await SendAsync(reviewer, HttpMethod.Post, $"/api/v1/clips/{clip}/suggestions", body: null);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.OK, 1, 1), (answer.StatusCode, said.GetProperty("clips").GetInt32(), said.GetProperty("changed").GetInt32()));
        var link = Assert.Single(await api.Services.GetRequiredService<LinkTable>().OfClipAsync(shift.Everybody, clip, default));
        Assert.Equal((activity, "T01", LinkStates.Suggested), (link.ActivityId, link.Item, link.State));
        using var again = await SendAsync(reviewer, HttpMethod.Post, $"/api/v1/clips/{clip}/suggestions", body: null);
        Assert.Equal(0, (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetInt32());
        using var unknown = await SendAsync(reviewer, HttpMethod.Post, $"/api/v1/clips/{ClipId.New(Given.Now)}/suggestions", body: null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [SkippableFact]
    public async Task What_is_said_before_linking_is_what_coverage_says_afterwards()
    {
        TestDatabase.Need();
        var (shift, first, activity) = await GivenAsync("D1", "T01", "T02", "T03");
        var second = await shift.ClipAsync("later.MP4", shift.Morning.AddMinutes(6), TimeSpan.FromMinutes(2));
        var photo = await shift.ClipAsync("photo.JPG", shift.Morning.AddMinutes(3), TimeSpan.Zero, ClipKind.Photo);
        var (targets, links, coverage) = (api.Services.GetRequiredService<LinkTargetTable>(), api.Services.GetRequiredService<LinkTable>(), api.Services.GetRequiredService<CoverageTable>());
        var caseId = (await api.Services.GetRequiredService<CaseTable>().FindAsync(shift.Everybody, "D1", default))!.CaseId;
        Assert.Contains(caseId, (await targets.CasesAroundAsync(shift.Everybody, [first], default))[first]);
        // Whole with video; whole with video and photo; a key moment.
        (ClipId[] Clips, string Item)[] steps = [([first], "T01"), ([second], "T01"), ([first, second], "T02"), ([photo], "T02"), ([photo], "T03")];
        foreach (var (clips, item) in steps)
        {
            var said = (await targets.ForecastAsync(shift.Everybody, [new LinkForecastQuery(clips, activity, item)], default)).Single()!;
            foreach (var clip in clips)
            {
                var made = await links.CreateAsync(new LinkDraft { Clip = clip, Activity = activity, Item = item }, shift.Everybody, GivenPeople.By(), default);
                Assert.Equal(LinkingOutcome.Done, made.Outcome);
            }
            var row = (await coverage.OfCaseAsync(caseId, default)).Single(row => row.ActivityId == activity && row.Item == item);
            Assert.Equal(row.State == CoverageStates.Satisfied, said.Good);
            Assert.Equal(row.Covered, said.Covered);
            Assert.Equal(row.Missing, said.Missing);
        }
    }

    [SkippableFact]
    public async Task An_officer_finds_his_own_clips_in_groups_and_nothing_of_others()
    {
        TestDatabase.Need();
        var (shift, clip, activity) = await GivenAsync("D2");
        await shift.PeopleAsync(GivenShift.Officer, "YA2002");
        var name = $"own{Guid.CreateVersion7():N}"[..20];
        await api.GivenAccountAsync(name, AccountRoles.Officer, AccountScopes.Own);
        await shift.AccountOfAsync(GivenShift.Officer, name);
        var photo = await shift.ClipAsync("group.JPG", shift.Morning.AddMinutes(4), TimeSpan.Zero, ClipKind.Photo);
        var foreign = await shift.ClipAsync("foreign.MP4", shift.Morning.AddMinutes(2), TimeSpan.FromMinutes(1), officer: "YA2002");
        foreach (var one in new[] { clip, photo })
            await shift.SuggestAsync(one, (activity, "T01", 1));
        using var officer = api.Browser();
        await ApiUnderTest.SignInAsync(officer, name, ApiUnderTest.Password);
        using var auditor = await api.SignedInAsync(AccountRoles.Auditor);

        var page = await Forms.PageAsync(officer, "/inbox");
        Assert.Contains($"data-clips=\"{clip},{photo}\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(foreign.ToString(), page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, await Forms.StatusAsync(officer, $"/inbox?handler=Group&clip={foreign}"));
        Assert.Equal((HttpStatusCode.OK, "not-found"), await OutcomeAsync(officer, new { @do = "link", clip = foreign, activity, item = "T01" }));
        Assert.Equal(HttpStatusCode.Forbidden, await Forms.StatusAsync(auditor, "/inbox"));
        Assert.Equal(HttpStatusCode.Forbidden, (await DecideAsync(auditor, new { @do = "link", clip, activity, item = "T01" })).Status);

        Assert.Contains(clip.ToString(), await Forms.PageAsync(officer, "/clips?filed=suggested&case=D2&plate=云e12345"), StringComparison.Ordinal);
        Assert.DoesNotContain(clip.ToString(), await Forms.PageAsync(officer, "/clips?filed=linked"), StringComparison.Ordinal);
        Assert.DoesNotContain(clip.ToString(), await Forms.PageAsync(officer, "/clips?plate=云A1"), StringComparison.Ordinal);
        using var reviewer = await ReviewerAsync();
        Assert.Contains(foreign.ToString(), await Forms.PageAsync(reviewer, "/clips?officer=YA2002&unit=ZD1"), StringComparison.Ordinal);
        Assert.DoesNotContain(clip.ToString(), await Forms.PageAsync(reviewer, "/clips?officer=YA2002"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Markers_are_set_changed_at_their_version_taken_off_and_taken_along_as_a_table()
    {
        TestDatabase.Need();
        var (_, clip, _) = await GivenAsync("D3");
        using var reviewer = await ReviewerAsync();
        var markers = $"/api/v1/clips/{clip}/markers";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(reviewer, HttpMethod.Post, markers, new { kind = "free", fromMs = 1000 })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(reviewer, HttpMethod.Post, markers, new { kind = "notice", fromMs = 99_000_000 })).StatusCode);
        using var made = await SendAsync(reviewer, HttpMethod.Post, markers, new { kind = "certificate", fromMs = 5000, toMs = 9000, note = "=亮证" });
        var marker = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("markerId").GetString();
        var address = $"/api/v1/markers/{marker}";

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(reviewer, HttpMethod.Delete, address, null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(reviewer, HttpMethod.Put, address, new { kind = "notice", fromMs = 5000, note = "=告知" }, "\"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(reviewer, HttpMethod.Put, address, new { kind = "free", fromMs = 1, note = "x" }, "\"1\"")).StatusCode);
        var csv = await reviewer.GetByteArrayAsync($"/clips/{clip}/markers?handler=Csv");
        Assert.Equal([0xEF, 0xBB, 0xBF], csv[..3]);
        // A note of anyone's never becomes a formula.
        Assert.Contains("'=告知", System.Text.Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        Assert.Contains("=告知", Workbooks.Read(await reviewer.GetByteArrayAsync($"/clips/{clip}/markers?handler=Sheet"))[1]);
        Assert.Equal(2, (await api.EventsAsync(clip, CustodyKinds.ListExported)).Count);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(reviewer, HttpMethod.Delete, address, null, "\"2\"")).StatusCode);
        Assert.Equal("[]", await reviewer.GetStringAsync(markers));
        Assert.Equal(HttpStatusCode.NotFound, await Forms.StatusAsync(reviewer, $"/clips/{ClipId.From(Guid.CreateVersion7())}/markers"));
    }

    /// <summary>A case with one activity of ten minutes, and a clip of its minutes 1 to 5.</summary>
    private async Task<(GivenShift Shift, ClipId Clip, ActivityId Activity)> GivenAsync(string number, params string[] items)
    {
        // Each on a day of its own: what is recorded at once by one recorder is one recording.
        var shift = new GivenShift(api, daysAgo: 2 + number[^1]);
        await shift.PeopleAsync();
        var made = await shift.CaseAsync(number, "inspection", ("A", "investigation", items.Length > 0 ? items : ["T01"], shift.Morning, TimeSpan.FromMinutes(10)));
        return (shift, await shift.ClipAsync($"{number}.MP4", shift.Morning.AddMinutes(1), TimeSpan.FromMinutes(4)), await shift.ActivityAsync(made, "A"));
    }

    private Task<HttpClient> ReviewerAsync() => api.SignedInAsync(AccountRoles.Reviewer);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<(HttpStatusCode Status, string? Outcome)> OutcomeAsync(HttpClient browser, object decision)
    {
        var (status, result) = await DecideAsync(browser, decision);
        return (status, Text(result, "outcome"));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Result)> DecideAsync(HttpClient browser, object decision)
    {
        using var answer = await SendAsync(browser, HttpMethod.Post, "/api/v1/links/decisions", new { decisions = new[] { decision } });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, body.TryGetProperty("results", out var results) ? results[0] : body);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, HttpMethod method, string address, object? body, string? known = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body, body.GetType()) };
        request.Headers.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(browser));
        if (known is not null)
            request.Headers.Add("If-Match", known);
        return await browser.SendAsync(request);
    }
}
