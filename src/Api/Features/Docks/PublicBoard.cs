using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YaoAn.Api;

/// <summary>The station's board without what only those who are signed in may read: names of files and messages of errors.</summary>
internal static class PublicBoard
{
    private static readonly JsonSerializerOptions s_form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line of JSON; null where the text is no board.</summary>
    public static string? Of(string board)
    {
        try
        {
            if (JsonNode.Parse(board) is not JsonObject told)
                return null;
            foreach (var slot in (told["slots"] as JsonArray ?? []).OfType<JsonObject>())
            {
                foreach (var skip in (slot["skips"] as JsonArray ?? []).OfType<JsonObject>())
                    skip.Remove("name");
                if (slot["cause"] is JsonObject cause)
                {
                    cause.Remove("file");
                    cause.Remove("detail");
                }
            }
            return told.ToJsonString(s_form);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
