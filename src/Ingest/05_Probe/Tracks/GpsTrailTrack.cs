using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The position file of Axis body-worn systems (<c>*_gpstrail.json</c>): objects with a place in WKT, <c>POINT(longitude latitude)</c>, and
/// the seconds from the start of the recording. How they are nested isn't published, so all of the file is looked through.
/// </summary>
internal static partial class GpsTrailTrack
{
    private const int MaxDepth = 16;

    public static ReadTrack? Read(ReadOnlyMemory<byte> utf8)
    {
        var track = new TrackBuilder();
        try
        {
            using var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            Look(json.RootElement, track);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or JSON whose text is no text.
            return null;
        }
        return track.Build(TrackSources.GpsTrail);
    }

    private static void Look(JsonElement element, TrackBuilder track)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Look(item, track);
        }
        if (element.ValueKind != JsonValueKind.Object)
            return;
        (string? Place, double? Seconds) found = default;
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                Look(property.Value, track);
            else if (property.Name.Equals("SecondsFromStart", StringComparison.OrdinalIgnoreCase))
                found.Seconds = SecondsOf(property.Value);
            else if (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() is { Length: < 200 } text && text.TrimStart().StartsWith("POINT", StringComparison.OrdinalIgnoreCase))
                found.Place = text;
        }
        if (found.Place is not { } wkt)
            return;
        if (Point().Match(wkt) is { Success: true } match)
            track.Add(NumberOf(match.Groups[2]), NumberOf(match.Groups[1]), at: null, found.Seconds is { } from ? (long)(from * 1000) : null, speed: null);
        else
            track.Skip();
    }

    private static double? SecondsOf(JsonElement value)
    {
        double seconds;
        var read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out seconds),
            JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out seconds),
            _ => (seconds = 0) < 0,
        };
        return read && seconds is >= 0 and < 1e8 ? seconds : null;
    }

    private static double NumberOf(Group digits) => double.Parse(digits.Value, NumberStyles.Float, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*POINT\s*Z?\s*\(\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)\s+([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)(?:\s+[^)]*)?\)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Point();
}
