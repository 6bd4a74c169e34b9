using System.Text.Json;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>Where each segment lies in a stored preview, which is one object: a header, then segment after segment.</summary>
/// <param name="SegmentSeconds">Length of each segment but the last.</param>
/// <param name="LengthSeconds">Length of the whole, as far as the recording could be decoded.</param>
/// <param name="InitBytes">Bytes of the header.</param>
/// <param name="SegmentBytes">Bytes of each segment.</param>
public sealed record PreviewIndex(double SegmentSeconds, double LengthSeconds, int InitBytes, IReadOnlyList<int> SegmentBytes)
{
    private long[]? _offsets;

    /// <summary>What was really made, which may be less than the probe promised.</summary>
    [JsonIgnore]
    public PreviewTimeline Timeline => new() { Segment = TimeSpan.FromSeconds(SegmentSeconds), Length = TimeSpan.FromSeconds(LengthSeconds) };

    /// <summary>Offset and count of a segment's bytes; null where there is none of that number.</summary>
    public (long Offset, int Bytes)? Find(int number)
    {
        _offsets ??= Offsets();
        return number >= 0 && number < SegmentBytes.Count ? (_offsets[number], SegmentBytes[number]) : null;
    }

    /// <summary>As JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>From <see cref="ToJson"/>.</summary>
    public static PreviewIndex FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<PreviewIndex>(json, JsonSerializerOptions.Web) ?? throw new JsonException("A preview's index is empty.");

    private long[] Offsets()
    {
        var offsets = new long[SegmentBytes.Count];
        long next = InitBytes;
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = next;
            next += SegmentBytes[i];
        }
        return offsets;
    }
}
