using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

/// <summary>Units, officers and a case in them, entered as another system would.</summary>
internal static class GivenCases
{
    public static readonly DateTimeOffset Begins = Given.Now.AddDays(-1);

    /// <summary>A unit KEY with the officers KEY1 and KEY2, and beside it a unit KEY-X with the officer KEY3.</summary>
    public static async Task PeopleAsync(ApiUnderTest api, string key)
    {
        await GivenPeople.UnitAsync(api.Database.Catalog, key);
        await GivenPeople.UnitAsync(api.Database.Catalog, $"{key}-X");
        await GivenPeople.OfficerAsync(api.Database.Catalog, $"{key}1", key, new DateOnly(2020, 1, 1));
        await GivenPeople.OfficerAsync(api.Database.Catalog, $"{key}2", key, new DateOnly(2020, 1, 1));
        await GivenPeople.OfficerAsync(api.Database.Catalog, $"{key}3", $"{key}-X", new DateOnly(2020, 1, 1));
    }

    /// <summary>A penalty case with an interview of ten minutes (T11) and a service of the decision (T22).</summary>
    public static JsonObject Body(string key, int minutes = 10) => (JsonObject)JsonNode.Parse(
        $$"""
        {
          "action": "penalty", "title": "超限运输", "unit": "{{key}}", "officers": ["{{key}}1", "{{key}}2"],
          "parties": [{ "name": "王小明", "kind": "person" }, { "name": "某某运输公司", "kind": "organisation" }], "plates": ["云E12345"], "openedOn": "2026-11-20",
          "steps": [{ "step": "filing", "reachedOn": "2026-11-20" }],
          "activities": [
            { "id": "a1", "step": "evidence", "title": "询问", "items": ["T11"], "officers": ["{{key}}1"], "place": "城南检查站",
              "from": "{{Begins.UtcDateTime:O}}", "until": "{{Begins.AddMinutes(minutes).UtcDateTime:O}}" },
            { "id": "a2", "step": "service", "items": ["T22"], "officers": ["{{key}}2"],
              "from": "{{Begins.AddHours(3).UtcDateTime:O}}", "until": "{{Begins.AddHours(4).UtcDateTime:O}}" }]
        }
        """)!;

    /// <summary>Puts a case and gives what the API answers.</summary>
    public static async Task<(int Status, JsonElement Body, string? Tag)> PutAsync(HttpClient client, string number, JsonNode body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/cases/{Uri.EscapeDataString(number)}") { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(), answer.Headers.ETag?.ToString());
    }

    /// <summary>Suggests a link as the rules would.</summary>
    public static async Task SuggestAsync(ApiUnderTest api, ClipId clip, ActivityId activity, string item)
    {
        var suggestion = new LinkSuggestion { Activity = activity, Item = item, Rank = 1, Score = 90, Reasons = [new LinkReason("officer", "人员 P1")] };
        await using var connection = await api.Database.Catalog.OpenAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();
        await LinkTable.SuggestAsync(transaction, clip, [suggestion], CustodyActor.Worker("test"), Given.Now, default);
        await transaction.CommitAsync();
    }
}
