using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One packet of a data stream.</summary>
/// <param name="StartMs">Milliseconds from the start of the recording.</param>
/// <param name="LengthMs">How long it stands for.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct DataPacket(long StartMs, long LengthMs, int Bytes);

/// <summary>
/// Positions in GoPro's telemetry (GPMF): nested records of a key of four letters, type, size, count, padded to 4 bytes, big-endian. Read are
/// <c>GPS5</c> (with GPSU, GPSF, GPSP beside it), <c>GPS9</c> (its own time, DOP and fix in each sample) and <c>GPRI</c> of drones (no UTC).
/// Every length comes from the file: what points beyond its record ends the reading of that record.
/// </summary>
internal sealed class GpmfTrack(TrackBuilder track)
{
    private const int MaxDepth = 6, MaxSamples = 4096;

    /// <summary>Dilution of precision × 100: what is worse is off by hundreds of metres.</summary>
    private const int WorstPrecision = 2000;

    private static readonly DateTimeOffset s_epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ReadTrack? Read(ReadOnlySpan<byte> stream, IEnumerable<DataPacket> packets)
    {
        var track = new TrackBuilder();
        var reader = new GpmfTrack(track);
        foreach (var packet in packets)
        {
            if (packet.Bytes <= 0 || packet.Bytes > stream.Length || track.IsFull)
                break;
            reader.Level(stream[..packet.Bytes], packet, depth: 0);
            stream = stream[packet.Bytes..];
        }
        return track.Build(TrackSources.Gpmf);
    }

    /// <summary>The records of one level; those of a stream (STRM) tell how its samples are to be read.</summary>
    private void Level(ReadOnlySpan<byte> records, DataPacket packet, int depth)
    {
        var about = new StreamFacts();
        while (records.Length >= 8)
        {
            var key = records[..4];
            var (type, size, count) = ((char)records[4], records[5], BinaryPrimitives.ReadUInt16BigEndian(records[6..]));
            var length = size * count;
            if (key.SequenceEqual("\0\0\0\0"u8) || length > records.Length - 8)
            {
                if (length > records.Length - 8)
                    track.Skip();
                return;
            }
            var body = records.Slice(8, length);
            if (type == '\0')
            {
                if (depth < MaxDepth)
                    Level(body, packet, depth + 1);
            }
            else
            {
                Record(key, type, size, count, body, about, packet);
            }
            records = records[Math.Min(8 + ((length + 3) & ~3), records.Length)..];
        }
    }

    private void Record(ReadOnlySpan<byte> key, char type, int size, int count, ReadOnlySpan<byte> body, StreamFacts about, DataPacket packet)
    {
        switch (Encoding.ASCII.GetString(key))
        {
            case "SCAL":
                about.Scale = ScaleOf(type, size, count, body);
                break;
            case "TYPE" when body.Length <= 64:
                about.Types = Encoding.ASCII.GetString(body).TrimEnd('\0');
                break;
            case "GPSF" when body.Length >= 4:
                about.HasFix = BinaryPrimitives.ReadUInt32BigEndian(body) is 2 or 3;
                break;
            case "GPSP" when body.Length >= 2:
                about.Precision = BinaryPrimitives.ReadUInt16BigEndian(body);
                break;
            case "GPSU" when body.Length >= 12:
                about.At = TimeOf(Encoding.ASCII.GetString(body));
                break;
            case "GPS5" when type == 'l' && size == 20:
                Samples("lllll", size, count, body, about, packet, Gps5);
                break;
            case "GPS9" when type == '?':
                Samples(about.Types ?? "", size, count, body, about, packet, Gps9);
                break;
            case "GPRI" when type == '?':
                Samples(about.Types ?? "", size, count, body, about, packet, Gpri);
                break;
        }
    }

    private delegate void Sample(double[] values, StreamFacts about, long offsetMs, long sinceMs);

    private void Samples(string types, int size, int count, ReadOnlySpan<byte> body, StreamFacts about, DataPacket packet, Sample take)
    {
        if (types.Sum(SizeOf) != size || size == 0)
        {
            track.Skip();
            return;
        }
        for (var i = 0; i < Math.Min(count, MaxSamples); i++)
        {
            var since = packet.LengthMs * i / count;
            take(Values(types, body.Slice(i * size, size), about.Scale), about, packet.StartMs + since, since);
        }
    }

    /// <summary>Latitude, longitude, height, speed over ground, speed in space.</summary>
    private void Gps5(double[] values, StreamFacts about, long offsetMs, long sinceMs)
    {
        if (about.HasFix && about.Precision <= WorstPrecision)
            track.Add(values[0], values[1], about.At?.AddMilliseconds(sinceMs), offsetMs, values[3]);
    }

    /// <summary>Latitude, longitude, height, two speeds, days since 2000, seconds of the day, DOP, fix.</summary>
    private void Gps9(double[] values, StreamFacts about, long offsetMs, long sinceMs)
    {
        if (values.Length < 9)
            track.Skip();
        else if (values[8] is 2 or 3 && values[7] <= WorstPrecision / 100.0)
            track.Add(values[0], values[1], values is [_, _, _, _, _, >= 0 and < 73_000, >= 0 and <= 86_400, ..] ? s_epoch.AddDays(Math.Floor(values[5])).AddSeconds(values[6]) : null, offsetMs, values[3]);
    }

    /// <summary>Time since the start of the device, latitude, longitude, height, two doubts, speed, course, fix, satellites.</summary>
    private void Gpri(double[] values, StreamFacts about, long offsetMs, long sinceMs)
    {
        if (values.Length < 9)
            track.Skip();
        else if (values[8] is 2 or 3)
            track.Add(values[1], values[2], at: null, offsetMs, values[6]);
    }

    private static double[] Values(string types, ReadOnlySpan<byte> sample, double[] scale)
    {
        var values = new double[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            var number = Number(types[i], sample);
            var divisor = scale.Length == 0 ? 1 : scale[Math.Min(i, scale.Length - 1)];
            values[i] = divisor == 0 ? double.NaN : number / divisor;
            sample = sample[SizeOf(types[i])..];
        }
        return values;
    }

    private static double[] ScaleOf(char type, int size, int count, ReadOnlySpan<byte> body)
    {
        if (size == 0 || SizeOf(type) != size || count > 64)
            return [];
        var scale = new double[count];
        for (var i = 0; i < count; i++)
            scale[i] = Number(type, body[(i * size)..]);
        return scale;
    }

    private static double Number(char type, ReadOnlySpan<byte> bytes) => type switch
    {
        'b' => (sbyte)bytes[0],
        'B' => bytes[0],
        's' => BinaryPrimitives.ReadInt16BigEndian(bytes),
        'S' => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        'l' => BinaryPrimitives.ReadInt32BigEndian(bytes),
        'L' => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        'f' => BinaryPrimitives.ReadSingleBigEndian(bytes),
        'j' => BinaryPrimitives.ReadInt64BigEndian(bytes),
        'J' => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        'd' => BinaryPrimitives.ReadDoubleBigEndian(bytes),
        _ => double.NaN,
    };

    /// <summary>Bytes of a number; a type that isn't read here makes no size right.</summary>
    private static int SizeOf(char type) => type switch { 'b' or 'B' => 1, 's' or 'S' => 2, 'l' or 'L' or 'f' => 4, 'j' or 'J' or 'd' => 8, _ => 1 << 16 };

    /// <summary>yyMMddHHmmss.fff, UTC.</summary>
    private static DateTimeOffset? TimeOf(string text) =>
        DateTime.TryParseExact(text[..12], "yyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new DateTimeOffset(time, TimeSpan.Zero).AddMilliseconds(
                double.TryParse("0" + text[12..].TrimEnd('\0'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) ? part * 1000 : 0)
            : null;

    private sealed class StreamFacts
    {
        public double[] Scale { get; set; } = [];

        public string? Types { get; set; }

        public bool HasFix { get; set; }

        public int Precision { get; set; }

        public DateTimeOffset? At { get; set; }
    }
}
