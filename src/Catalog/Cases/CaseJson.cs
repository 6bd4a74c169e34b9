using System.Text.Encodings.Web;
using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>Lists of a case that the database keeps as JSON.</summary>
internal static class CaseJson
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(IReadOnlyList<Party> parties) => JsonSerializer.Serialize(parties.Select(party => new { party.Name, party.Kind }), s_options);

    public static IReadOnlyList<Party> Parties(string json) => JsonSerializer.Deserialize<List<Party>>(json, s_options) ?? [];
}
