using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Xunit;
using YaoAn.Catalog;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

public sealed class GpmfTrackTests
{
    private static readonly int[] s_scale = [10_000_000, 10_000_000, 1000, 1000, 100];

    [Fact]
    public void Samples_of_each_packet_have_place_speed_offset_and_the_time_of_gps()
    {
        var first = Packet(fix: 3, "261124033600.250", (25.5, 101.2, 8.5), (25.5001, 101.2001, 8.6));
        var second = Packet(fix: 3, "261124033601.250", (25.5002, 101.2002, 8.7));
        var track = Read([first, second])!;
        Assert.Equal((TrackSources.Gpmf, 0), (track.Source, track.Skipped));
        Assert.Equal([(25.5, 101.2), (25.5002, 101.2002)], Places(track));
        Assert.Equal([(0L, Utc("2026-11-24T03:36:00.250")), (1001L, Utc("2026-11-24T03:36:01.250"))], track.Points.Select(point => (point.OffsetMs!.Value, point.At!.Value)));
        Assert.Equal(8.5, track.Points[0].Speed);
    }

    [Fact]
    public void Without_a_fix_or_with_a_poor_one_there_is_no_point() =>
        Assert.Null(Read([Packet(fix: 0, "261124033600.000", (25.5, 101.2, 0)), Packet(fix: 3, "261124033600.000", 9999, (25.5, 101.2, 0))]));

    [Fact]
    public void The_newer_record_has_time_and_fix_in_each_sample()
    {
        var sample = new byte[32];
        var numbers = (int[])[255_000_000, 1_012_000_000, 1_870_000, 8500, 850, 9824, 12_960_500];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(sample.AsSpan(i * 4), numbers[i]);
        BinaryPrimitives.WriteUInt16BigEndian(sample.AsSpan(28), 250);
        BinaryPrimitives.WriteUInt16BigEndian(sample.AsSpan(30), 3);
        var stream = Record("STRM", '\0', 1, [.. Record("TYPE", 'c', 1, "lllllllSS"u8), .. Record("SCAL", 'l', 4, Longs([.. s_scale, 1, 1000, 100, 1])), .. Record("GPS9", '?', 32, sample)]);
        var point = Assert.Single(Read([Record("DEVC", '\0', 1, stream)])!.Points);
        Assert.Equal((25.5, 101.2, Utc("2026-11-24T03:36:00.500"), 8.5), (point.Latitude, point.Longitude, point.At!.Value, point.Speed!.Value));
    }

    [Fact]
    public void Lengths_that_lie_and_bytes_of_any_kind_end_the_reading_and_nothing_else()
    {
        var good = Packet(fix: 3, "261124033600.250", (25.5, 101.2, 8.5));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            var bytes = good.ToArray();
            bytes[at] = value;
            foreach (var point in Read([bytes[..length]])?.Points ?? [])
                Assert.True(TrackPoints.IsPlace(point.Latitude, point.Longitude));
        });
        Gen.Byte.Array[0, 200].Sample(bytes => Read([bytes]) is null || true);
        var nested = good;
        for (var i = 0; i < 200 && nested.Length < 60_000; i++)
            nested = Record("STRM", '\0', 1, nested);
        Assert.Null(Read([nested]));
        Assert.Null(GpmfTrack.Read(good, [new DataPacket(0, 1000, good.Length + 1), new DataPacket(0, 1, -5)]));
    }

    private static ReadTrack? Read(byte[][] packets) => GpmfTrack.Read(
        packets.SelectMany(packet => packet).ToArray(), packets.Select((packet, i) => new DataPacket(i * 1001, 1001, packet.Length)));

    private static byte[] Packet(int fix, string time, params (double Latitude, double Longitude, double Speed)[] samples) => Packet(fix, time, 250, samples);

    private static byte[] Packet(int fix, string time, int precision, params (double Latitude, double Longitude, double Speed)[] samples)
    {
        var dop = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(dop, (ushort)precision);
        var points = samples.SelectMany(sample => Longs([(int)Math.Round(sample.Latitude * 1e7), (int)Math.Round(sample.Longitude * 1e7), 1_870_000, (int)(sample.Speed * 1000), (int)(sample.Speed * 100)])).ToArray();
        byte[] stream =
        [
            .. Record("STNM", 'c', 1, "GPS"u8), .. Record("GPSF", 'L', 4, Longs([fix])), .. Record("GPSU", 'U', 16, Encoding.ASCII.GetBytes(time)),
            .. Record("GPSP", 'S', 2, dop), .. Record("SCAL", 'l', 4, Longs(s_scale)), .. Record("GPS5", 'l', 20, points),
        ];
        return Record("DEVC", '\0', 1, Record("STRM", '\0', 1, stream));
    }

    private static byte[] Longs(int[] numbers)
    {
        var bytes = new byte[numbers.Length * 4];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), numbers[i]);
        return bytes;
    }

    private static byte[] Record(string key, char type, int size, ReadOnlySpan<byte> body)
    {
        var record = new byte[8 + ((body.Length + 3) & ~3)];
        Encoding.ASCII.GetBytes(key, record);
        (record[4], record[5]) = ((byte)type, (byte)size);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(6), (ushort)(body.Length / size));
        body.CopyTo(record.AsSpan(8));
        return record;
    }
}
