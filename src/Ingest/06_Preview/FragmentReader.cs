using System.Buffers.Binary;

namespace YaoAn.Ingest;

/// <summary>One fragment of a fragmented MP4: <c>moof</c> and <c>mdat</c>.</summary>
/// <param name="Number">Of its segment, by the time at which it begins.</param>
/// <param name="Bytes">The fragment.</param>
internal sealed record Fragment(int Number, byte[] Bytes);

/// <summary>
/// Cuts the fragmented MP4 of a running encoder (ISO/IEC 14496-12 §8.8) into its header and its fragments. What it reads is made by a decoder of
/// hostile files, so that each length is bounded.
/// </summary>
internal sealed class FragmentReader(Stream stream, int timeScale, TimeSpan segment)
{
    private const int HeaderBytes = 8, MostBytes = 64 << 20;

    /// <summary>The header: everything before the first fragment.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public async Task<byte[]?> ReadInitAsync(CancellationToken ct)
    {
        using var init = new MemoryStream();
        while (await ReadBoxAsync(ct) is { } box)
        {
            init.Write(box);
            if (TypeOf(box) == "moov")
                return init.ToArray();
        }
        return null;
    }

    /// <summary>The next fragment; null at the end.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public async Task<Fragment?> ReadNextAsync(CancellationToken ct)
    {
        while (await ReadBoxAsync(ct) is { } moof)
        {
            if (TypeOf(moof) != "moof")
                continue;
            if (await ReadBoxAsync(ct) is not { } mdat)
                return null;
            return TypeOf(mdat) == "mdat" ? new Fragment(NumberOf(moof), [.. moof, .. mdat]) : throw new InvalidDataException("A fragment has no data.");
        }
        return null;
    }

    private async Task<byte[]?> ReadBoxAsync(CancellationToken ct)
    {
        var header = new byte[HeaderBytes];
        var read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, ct);
        if (read == 0)
            return null;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (read < HeaderBytes || length is < HeaderBytes or > MostBytes)
            throw new InvalidDataException("The encoder wrote no MP4.");
        var box = new byte[length];
        header.CopyTo(box, 0);
        await stream.ReadExactlyAsync(box.AsMemory(HeaderBytes), ct);
        return box;
    }

    private static string TypeOf(ReadOnlySpan<byte> box) => System.Text.Encoding.ASCII.GetString(box.Slice(4, 4));

    private int NumberOf(ReadOnlySpan<byte> moof)
    {
        var begin = Find(Find(moof, "traf"), "tfdt") is { Length: >= 16 } time
            ? time[8] == 1 && time.Length >= 20 ? (long)BinaryPrimitives.ReadUInt64BigEndian(time[12..]) : BinaryPrimitives.ReadUInt32BigEndian(time[12..])
            : throw new InvalidDataException("A fragment has no time.");
        // Pictures begin exactly at the border, sound up to one frame after it.
        return (int)Math.Floor(((double)begin / timeScale / segment.TotalSeconds) + 1e-6);
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> box, string type)
    {
        for (var at = HeaderBytes; at + HeaderBytes <= box.Length;)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(box[at..]), (uint)(box.Length - at));
            if (length < HeaderBytes)
                break;
            if (TypeOf(box[at..]) == type)
                return box.Slice(at, length);
            at += length;
        }
        return default;
    }
}
