using System.Text;
using CsCheck;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>Fuzz of the readers of sidecars and of what ffprobe printed: no bytes make them throw, and what comes out can be a place on earth.</summary>
public sealed class TrackFuzzTests
{
    private static readonly byte[][] s_nmea =
    [
        Encoding.UTF8.GetBytes(Nmea(new DateTime(2026, 11, 24, 23, 59, 57), 6)),
        Encoding.UTF8.GetBytes(string.Join('\n', Sentence("GPGGA,235957.00,2530.000,N,10114.000,E,1,08,1.0,1870.0,M,,M,,"), Sentence("GPZDA,235958.00,24,11,2026,00,00"), Sentence("GPRMC,235959,A,2530.000,S,10114.000,W,19.4,45,241126,,,A"))),
    ];

    private static readonly byte[][] s_gpx =
    [
        """<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="25.5002" lon="101.2002"><ele>1870</ele><time>2026-11-24T11:36:02+08:00</time></trkpt><trkpt lat="25.5001" lon="101.2001"><time>2026-11-24T03:36:01Z</time><extensions><x:speed xmlns:x="x">8.5</x:speed></extensions></trkpt></trkseg></trk></gpx>"""u8.ToArray(),
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("""<gpx><trk><trkseg><trkpt lat="25.5" lon="101.2"/></trkseg></trk></gpx>""")],
        [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("""<gpx><trkpt lat="25.5" lon="101.2"><time>2026-11-24T03:36:01Z</time></trkpt></gpx>""")],
    ];

    private static readonly byte[][] s_srt =
    [
        .. new[]
        {
            "1\n00:00:00,000 --> 00:00:01,000\n<font size=\"28\">FrameCnt: 1\n2026-11-24 11:36:00.123\n[latitude: 25.500100] [longitude: 101.200200] [rel_alt: 1.2 abs_alt: 1870.1]</font>\n\n2\n00:00:01,000 --> 00:00:02,000\nHOME(101.1,25.1)\nGPS(101.200200,25.500100,16)\n",
            "1\n00:00:00.5 --> 00:00:01\n2026/11/24 03:36:00 UTC N:25.500100 E:101.200200 32 km/h\n\n2\n9999:59:59,999 --> x\n25.500100°N 101.200200°E 8.5 m/s GPS time: 2026-11-24 03:36:01\n",
        }.Select(Encoding.UTF8.GetBytes),
        [.. "1\n00:00:00,000 --> 00:00:01,000\n"u8, .. s_nmea[0]],
    ];

    private static readonly byte[][] s_trail = ["""{"a":[{"position":"POINT(101.2 25.5)","SecondsFromStart":1.5},{"position":"POINT Z (101.3 25.6 1870)","SecondsFromStart":"2"}],"b":{"c":{"p":"POINT(1 2)"}}}"""u8.ToArray()];

    private static readonly byte[][] s_probed = [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests/Ingest.Tests/Probing"), "*.json").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    [Fact]
    public void No_bytes_make_the_reader_of_nmea_stumble() => Try(s_nmea);

    [Fact]
    public void No_bytes_make_the_reader_of_gpx_stumble() => Try(s_gpx);

    [Fact]
    public void No_bytes_make_the_reader_of_subtitles_stumble() => Try(s_srt);

    [Fact]
    public void No_bytes_make_the_reader_of_trails_stumble() => Try(s_trail);

    [Fact]
    public void No_bytes_of_any_of_them_in_another_make_a_reader_stumble() => Try([.. s_nmea, .. s_gpx, .. s_srt, .. s_trail]);

    [Fact]
    public void A_sidecar_with_one_other_byte_is_read_or_no_track()
    {
        foreach (var bytes in (byte[][])[s_nmea[1], s_gpx[0], s_gpx[2], s_srt[0], s_srt[1], s_trail[0]])
        {
            foreach (var changed in Fuzz.OneByteOff(bytes))
                Check(changed);
        }
    }

    [Fact]
    public void No_json_of_ffprobe_whatever_makes_the_facts_stumble() =>
        Gen.Int.Select(seed => Fuzz.Changed(s_probed, seed)).Sample(
            json =>
            {
                var facts = Fuzz.Bounded(json, () => FfprobeReader.FactsOf(ClipId.New(Given.Now), Encoding.UTF8.GetString(json), Given.Now));
                Assert.True(facts?.Latitude is null || TrackPoints.IsPlace(facts.Latitude.Value, facts.Longitude!.Value));
                Assert.True(facts?.DurationMs is null or >= 0);
                Assert.True(facts?.CreatedAt is null || facts.CreatedAt.Value.Year is >= 1989 and <= 2200, $"{facts?.CreatedAt}");
            },
            time: Fuzz.Seconds, print: Fuzz.Print);

    [Fact]
    public void A_place_in_digits_of_another_script_is_no_place() => Assert.Null(FfprobeReader.FactsOf(
        ClipId.New(Given.Now),
        """{"streams":[{"index":0,"codec_name":"h264","codec_type":"video","width":320,"height":180}],"format":{"format_name":"mov","tags":{"location":"+٢٥.٥+١٠١.٢/"}}}""",
        Given.Now)!.Latitude);

    /// <summary>What came out of the sandbox may be anybody's.</summary>
    [Fact]
    public void Points_that_the_sandbox_printed_are_points_or_refused()
    {
        byte[][] valid = [TrackPoints.ToJson([new TrackPoint(25.5, 101.2, Given.Now, 1000, 8.5), new TrackPoint(-25.5, -101.2, null, null, null)]), "[[1,2,3,4,5],[6,7,null,null,null]]"u8.ToArray()];
        Gen.Int.Select(seed => Fuzz.Changed(valid, seed)).Sample(
            json =>
            {
                var points = Fuzz.BoundedOrRefused<IReadOnlyList<TrackPoint>, System.Text.Json.JsonException>(json, () => TrackPoints.FromJson(json));
                Assert.All(points ?? [], point => Assert.True(TrackPoints.IsPlace(point.Latitude, point.Longitude)));
            },
            time: Fuzz.Seconds, print: Fuzz.Print);
    }

    private static void Try(byte[][] valid)
    {
        // Each of them is a track as it is: otherwise nothing that matters would be tried.
        Assert.All(valid, bytes => Assert.NotNull(TrackText.Read(bytes)));
        Gen.Int.Select(seed => Fuzz.Changed(valid, seed)).Sample(Check, time: Fuzz.Seconds, print: Fuzz.Print);
    }

    private static void Check(byte[] bytes)
    {
        var track = Fuzz.Bounded(bytes, () => TrackText.Read(bytes));
        if (track is null)
            return;
        Assert.InRange(track.Points.Count, 1, Track.MostPoints);
        Assert.True(track.Skipped >= 0);
        Assert.All(track.Points, point =>
        {
            Assert.True(TrackPoints.IsPlace(point.Latitude, point.Longitude), $"{point}");
            Assert.True(point.OffsetMs is null or >= 0 && point.Speed is null or >= 0 && point.At is null or { Year: >= 2000 and < 2201 }, $"{point}");
        });
        // What the process in the sandbox prints of it is taken by the one outside.
        Assert.Equal(track.Points.Count, TrackPoints.FromJson(TrackPoints.ToJson(track.Points)).Count);
    }
}
