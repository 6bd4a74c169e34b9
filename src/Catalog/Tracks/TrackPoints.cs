using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>
/// Points as compact JSON, in the database and on their way out of the sandbox:
/// <c>[[latitude, longitude, UTC in ms, offset in ms, m/s], …]</c>, the last three null where unknown.
/// </summary>
public static class TrackPoints
{
    /// <summary>Decimal places of degrees: 1 cm.</summary>
    private const int Digits = 7;

    /// <summary>UTF-8 JSON.</summary>
    public static byte[] ToJson(IReadOnlyList<TrackPoint> points)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var point in points)
            {
                json.WriteStartArray();
                json.WriteNumberValue(Math.Round(point.Latitude, Digits));
                json.WriteNumberValue(Math.Round(point.Longitude, Digits));
                Write(json, point.At?.ToUnixTimeMilliseconds());
                Write(json, point.OffsetMs);
                Write(json, point.Speed is { } speed ? Math.Round(speed, 2) : null);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    /// <summary>The points again. The JSON may come from a process that read hostile bytes: nothing in it is taken for granted.</summary>
    /// <exception cref="JsonException">It isn't such a list, has more than <see cref="Track.MostPoints"/>, or a point is no place on earth.</exception>
    public static IReadOnlyList<TrackPoint> FromJson(ReadOnlySpan<byte> utf8)
    {
        if (JsonSerializer.Deserialize<double?[][]>(utf8) is not { Length: <= Track.MostPoints } rows)
            throw new JsonException("This is no list of points.");
        return [.. rows.Select(PointOf)];
    }

    /// <summary>A place on earth; 0, 0 is a receiver without a fix.</summary>
    public static bool IsPlace(double latitude, double longitude) =>
        Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 && (latitude, longitude) != (0, 0);

    private static TrackPoint PointOf(double?[] row)
    {
        if (row is not [{ } latitude, { } longitude, var at, var offset, var speed] || !IsPlace(latitude, longitude)
            || at is < 0 or > 7.3e12 || offset is < 0 or > 3.2e10 || speed is < 0 or > 1000)
            throw new JsonException("A point is no place on earth.");
        return new TrackPoint(
            latitude, longitude, at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms) : null, offset is { } from ? (long)from : null, speed);
    }

    private static void Write(Utf8JsonWriter json, long? number)
    {
        if (number is { } value)
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static void Write(Utf8JsonWriter json, double? number)
    {
        if (number is { } value)
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }
}
