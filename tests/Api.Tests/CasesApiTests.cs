using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Cases as another system enters and reads them, with waivers and the feed of events.</summary>
public sealed class CasesApiTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    [SkippableFact]
    public async Task The_same_case_again_changes_nothing_and_activities_that_are_not_named_stay()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C1");
        using var program = await ProgramAsync(AccountRoles.Reviewer);
        var body = GivenCases.Body("C1");
        Assert.Equal(201, (await GivenCases.PutAsync(program, "云姚交罚〔2026〕第0101号", body)).Status);
        var (status, again, tag) = await GivenCases.PutAsync(program, "云姚交罚〔2026〕第0101号", body);
        Assert.Equal((200, "\"1\""), (status, tag));
        Assert.Equal((2, 0, 2), Sums(again));
        Assert.Equal(1L, await EventsAsync("云姚交罚〔2026〕第0101号"));

        body["activities"]!.AsArray().RemoveAt(1);
        body["activities"]![0]!["place"] = "城北检查站";
        (status, var changed, tag) = await GivenCases.PutAsync(program, "云姚交罚〔2026〕第0101号", body, "\"1\"");
        Assert.Equal((200, "\"2\""), (status, tag));
        Assert.Equal(["a1 城北检查站", "a2 "], changed.GetProperty("activities").EnumerateArray().Select(one => $"{one.GetProperty("id")} {one.GetProperty("place")}"));
        Assert.Equal(412, (await GivenCases.PutAsync(program, "云姚交罚〔2026〕第0101号", body, "\"1\"")).Status);

        body["activities"]![0]!.AsObject().Add("withdrawn", true);
        (_, changed, _) = await GivenCases.PutAsync(program, "云姚交罚〔2026〕第0101号", body);
        Assert.Equal("a2", Assert.Single(changed.GetProperty("activities").EnumerateArray()).GetProperty("id").GetString());
    }

    [SkippableFact]
    public async Task A_withdrawn_activity_that_has_a_link_is_ended_and_never_deleted()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C2");
        using var program = await ProgramAsync(AccountRoles.Reviewer);
        var body = GivenCases.Body("C2");
        var (_, made, _) = await GivenCases.PutAsync(program, "C2-1", body);
        var clip = await api.GivenClipAsync(Given.Bytes());
        var draft = new LinkDraft { Clip = clip, Activity = new ActivityId(made.GetProperty("activities")[0].GetProperty("activityId").GetGuid()), Item = "T11" };
        var linked = await new LinkTable(api.Database.Catalog).CreateAsync(draft, Given.Reviewer(), GivenPeople.By(), default);
        Assert.Equal(LinkingOutcome.Done, linked.Outcome);
        body["activities"]![0]!.AsObject().Add("withdrawn", true);
        var (_, changed, _) = await GivenCases.PutAsync(program, "C2-1", body);
        Assert.NotEqual(JsonValueKind.Null, changed.GetProperty("activities")[0].GetProperty("withdrawnAt").ValueKind);
        Assert.Equal((1, 0, 1), Sums(changed));
        var links = await program.GetFromJsonAsync<JsonElement>("/api/v1/cases/C2-1/links");
        Assert.Equal(clip.ToString(), Assert.Single(links.EnumerateArray()).GetProperty("clipId").GetString());
    }

    [SkippableFact]
    public async Task What_can_not_be_taken_is_told_field_by_field_and_nothing_is_written()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C3");
        using var program = await ProgramAsync(AccountRoles.Reviewer);
        var body = GivenCases.Body("C3");
        body["action"] = "murder";
        body["activities"]![0]!["items"] = new JsonArray("T99");
        body["activities"]![1]!["until"] = body["activities"]![1]!["from"]!.ToString();
        body["officers"] = new JsonArray("NOBODY");
        var (status, problem, _) = await GivenCases.PutAsync(program, "C3-1", body);
        Assert.Equal(422, status);
        var codes = problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(["ends-before-begins", "unknown-item", "unknown-officer", "unknown-word"], codes);
        Assert.All(problem.GetProperty("errors").EnumerateArray(), error => Assert.NotEqual(error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync("/api/v1/cases/C3-1")).StatusCode);
    }

    [SkippableFact]
    public async Task A_case_out_of_scope_is_not_there_and_its_number_is_taken()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C4");
        using var program = await ProgramAsync(AccountRoles.Reviewer);
        await GivenCases.PutAsync(program, "C4-1", GivenCases.Body("C4"));
        using var mine = await ProgramAsync(AccountRoles.Officer, "own", "C42");
        using var others = await ProgramAsync(AccountRoles.Officer, "own", "C43");
        Assert.Equal(HttpStatusCode.OK, (await mine.GetAsync("/api/v1/cases/C4-1")).StatusCode);
        foreach (var path in (string[])["/api/v1/cases/C4-1", "/api/v1/cases/C4-1/links", "/api/v1/cases/C4-1/waivers"])
            Assert.Equal(HttpStatusCode.NotFound, (await others.GetAsync(path)).StatusCode);
        Assert.Empty((await others.GetFromJsonAsync<JsonElement>("/api/v1/cases?q=C4-1")).GetProperty("items").EnumerateArray());
        Assert.DoesNotContain("C4-1", await others.GetStringAsync("/api/v1/events?limit=200"), StringComparison.Ordinal);
        var (status, problem, _) = await GivenCases.PutAsync(others, "C4-1", GivenCases.Body("C4"));
        Assert.Equal((422, "case-not-yours"), (status, problem.GetProperty("errors")[0].GetProperty("code").GetString()));
        var listed = (await mine.GetFromJsonAsync<JsonElement>("/api/v1/cases?q=C4-1")).GetProperty("items")[0];
        Assert.Equal(["王*明", "某某运输公司"], listed.GetProperty("parties").EnumerateArray().Select(party => party.GetProperty("name").GetString()));
        foreach (var role in (string[])[AccountRoles.DeviceAdministrator, AccountRoles.SystemAdministrator, AccountRoles.SecurityAdministrator])
        {
            using var office = await ProgramAsync(role);
            Assert.Equal(HttpStatusCode.Forbidden, (await office.GetAsync("/api/v1/cases/C4-1")).StatusCode);
        }
    }

    [SkippableFact]
    public async Task A_waiver_counts_once_another_reviewer_approved_it_and_never_as_coverage()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C5");
        using var officer = await ProgramAsync(AccountRoles.Officer, "own", "C51");
        using var asker = await ProgramAsync(AccountRoles.Reviewer);
        using var second = await ProgramAsync(AccountRoles.Reviewer);
        await GivenCases.PutAsync(asker, "C5-1", GivenCases.Body("C5"));
        var ask = new { activity = "a1", item = "T11", kind = "missing", reason = "设备故障，已写情况说明" };
        using var asked = await asker.PostAsJsonAsync("/api/v1/cases/C5-1/waivers", ask);
        Assert.Equal(HttpStatusCode.Created, asked.StatusCode);
        var id = (await asked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("waiverId").GetString();
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await second.PostAsJsonAsync("/api/v1/cases/C5-1/waivers", ask)).StatusCode);
        Assert.Equal((2, 0, 2), Sums(await asker.GetFromJsonAsync<JsonElement>("/api/v1/cases/C5-1")));

        Assert.Equal("own-waiver", await RefusalAsync(asker, id, new { decision = "approve" }));
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.PostAsJsonAsync($"/api/v1/waivers/{id}/decision", new { decision = "approve" })).StatusCode);
        Assert.Equal("required", await RefusalAsync(second, id, new { decision = "refuse" }));
        using var approved = await second.PostAsJsonAsync($"/api/v1/waivers/{id}/decision", new { decision = "approve" });
        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        var whole = await asker.GetFromJsonAsync<JsonElement>("/api/v1/cases/C5-1");
        Assert.Equal((2, 0, 1), Sums(whole));
        Assert.Equal(1, whole.GetProperty("case").GetProperty("coverage").GetProperty("waived").GetInt32());
        Assert.Equal("waived", whole.GetProperty("coverage").EnumerateArray().Single(row => row.GetProperty("item").GetString() == "T11").GetProperty("state").GetString());

        using var back = await asker.PostAsJsonAsync($"/api/v1/waivers/{id}/decision", new { decision = "withdraw", note = "音像已找到" });
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Equal((2, 0, 2), Sums(await asker.GetFromJsonAsync<JsonElement>("/api/v1/cases/C5-1")));
        Assert.Equal(3L, await api.ScalarAsync<long>("select count(*) from custody_event where kind like 'waiver.%' and convert_from(body, 'UTF8') like '%C5-1%'"));
    }

    [SkippableFact]
    public async Task The_feed_tells_each_event_once_in_order_and_goes_on_from_its_cursor()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C6");
        using var program = await ProgramAsync(AccountRoles.Reviewer);
        var start = await DrainAsync(program, null, []);
        for (var number = 0; number < 5; number++)
            await GivenCases.PutAsync(program, $"C6-{number}", GivenCases.Body("C6"));
        var seen = new List<string>();
        // What a transaction elsewhere on the server holds back comes later, and in its place.
        await Wait.UntilAsync("all five are told", TimeSpan.FromSeconds(30), async () =>
        {
            start = await DrainAsync(program, start, seen);
            return seen.Count >= 5;
        });
        Assert.Equal(["C6-0", "C6-1", "C6-2", "C6-3", "C6-4"], seen);
        Assert.Equal(HttpStatusCode.BadRequest, (await program.GetAsync("/api/v1/events?after=nonsense")).StatusCode);
    }

    [SkippableFact]
    public async Task A_case_goes_to_its_reviewer_and_back_with_a_note_and_an_inspection_gets_its_number_here()
    {
        TestDatabase.Need();
        await GivenCases.PeopleAsync(api, "C7");
        using var officer = await ProgramAsync(AccountRoles.Officer, "own", "C71");
        using var reviewer = await ProgramAsync(AccountRoles.Reviewer);
        await GivenCases.PutAsync(reviewer, "C7-1", GivenCases.Body("C7"));
        async Task<HttpStatusCode> MoveAsync(HttpClient who, object body) => (await who.PostAsJsonAsync("/api/v1/cases/C7-1/state", body)).StatusCode;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await MoveAsync(reviewer, new { state = "reviewed" }));
        Assert.Equal(HttpStatusCode.OK, await MoveAsync(officer, new { state = "submitted" }));
        Assert.Equal(HttpStatusCode.Forbidden, await MoveAsync(officer, new { state = "reviewed" }));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await MoveAsync(reviewer, new { state = "returned" }));
        Assert.Equal(HttpStatusCode.OK, await MoveAsync(reviewer, new { state = "returned", note = "缺送达音像" }));
        Assert.Equal(HttpStatusCode.OK, await MoveAsync(officer, new { state = "submitted" }));
        Assert.Equal(HttpStatusCode.OK, await MoveAsync(reviewer, new { state = "reviewed" }));

        var patrol = GivenCases.Body("C7");
        patrol["activities"] = new JsonArray();
        using var inspected = await officer.PostAsJsonAsync("/api/v1/cases/inspections", patrol);
        Assert.Equal(HttpStatusCode.Created, inspected.StatusCode);
        var view = (await inspected.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("case");
        Assert.Equal(("inspection", "inspection"), (view.GetProperty("action").GetString(), view.GetProperty("origin").GetString()));
        Assert.Contains("2026", view.GetProperty("number").GetString(), StringComparison.Ordinal);
        var lists = await officer.GetFromJsonAsync<JsonElement>("/api/v1/checklists");
        Assert.Equal(38, lists[0].GetProperty("items").GetInt32());
        Assert.Equal(38, (await officer.GetFromJsonAsync<JsonElement>("/api/v1/checklists/1")).GetProperty("items").GetArrayLength());
    }

    private async Task<HttpClient> ProgramAsync(string role, string scope = "all", string? officer = null)
    {
        var program = await api.SignedInAsync(role, scope, officer: officer);
        program.DefaultRequestHeaders.Add("RequestVerificationToken", await ApiUnderTest.HeaderTokenAsync(program));
        return program;
    }

    private static (int Required, int Satisfied, int Lacking) Sums(JsonElement detail)
    {
        var sums = detail.GetProperty("case").GetProperty("coverage");
        return (sums.GetProperty("required").GetInt32(), sums.GetProperty("satisfied").GetInt32(), sums.GetProperty("lacking").GetInt32());
    }

    private Task<long> EventsAsync(string number) =>
        api.ScalarAsync<long>($"select count(*) from custody_event join case_file using (case_id) where number = '{number}'");

    private static async Task<string?> RefusalAsync(HttpClient who, string? waiver, object body)
    {
        using var answer = await who.PostAsJsonAsync($"/api/v1/waivers/{waiver}/decision", body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0].GetProperty("code").GetString();
    }

    /// <summary>Reads on until nothing is new; numbers of cases that were created go into <paramref name="numbers"/>.</summary>
    private static async Task<string?> DrainAsync(HttpClient program, string? cursor, List<string> numbers)
    {
        while (true)
        {
            var answer = await program.GetFromJsonAsync<JsonElement>($"/api/v1/events?limit=2{(cursor is null ? "" : $"&after={cursor}")}");
            if (answer.GetProperty("events").GetArrayLength() == 0)
                return cursor;
            numbers.AddRange(answer.GetProperty("events").EnumerateArray().Where(one => one.GetProperty("kind").GetString() == "case.created")
                .Select(one => one.GetProperty("facts").GetProperty("number").GetString()!));
            cursor = answer.GetProperty("cursor").GetString();
        }
    }
}
