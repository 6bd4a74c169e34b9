using System.Text;
using Xunit;
using YaoAn.Catalog;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

public sealed class GpxTrackTests
{
    private const string Head = """<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">""";

    [Fact]
    public void Points_of_all_segments_come_in_the_order_of_time_with_their_speed()
    {
        var track = Read($"""
            {Head}<wpt lat="1" lon="1"/><trk><trkseg>
            <trkpt lat="25.5002" lon="101.2002"><ele>1870</ele><time>2026-11-24T11:36:02+08:00</time></trkpt>
            <trkpt lat="25.5001" lon="101.2001"><time>2026-11-24T03:36:01Z</time><extensions><x:speed xmlns:x="x">8.5</x:speed></extensions></trkpt>
            </trkseg><trkseg><trkpt lat="25.5003" lon="101.2003"><time>2026-11-24T03:36:30.5Z</time></trkpt></trkseg></trk></gpx>
            """)!;
        Assert.Equal((TrackSources.Gpx, 0), (track.Source, track.Skipped));
        Assert.Equal([(25.5001, 101.2001), (25.5002, 101.2002), (25.5003, 101.2003)], Places(track));
        Assert.Equal([Utc("2026-11-24T03:36:01"), Utc("2026-11-24T03:36:02"), Utc("2026-11-24T03:36:30.5")], track.Points.Select(point => point.At!.Value));
        Assert.Equal(8.5, track.Points[0].Speed);
    }

    [Fact]
    public void A_time_without_a_zone_is_anybody_s_and_points_that_are_none_are_counted()
    {
        var track = Read($"""
            {Head}<trk><trkseg><trkpt lat="25.5" lon="101.2"><time>2026-11-24T11:36:02</time></trkpt><trkpt lat="x" lon="101.2"/><trkpt lon="1"/>
            <trkpt lat="91" lon="1"/><trkpt lat="NaN" lon="1"/><trkpt lat="0" lon="0"/></trkseg></trk></gpx>
            """)!;
        Assert.Equal((1, 4), (track.Points.Count, track.Skipped));
        Assert.Null(track.Points[0].At);
    }

    [Fact]
    public void A_file_that_breaks_off_gives_what_stood_before()
    {
        var track = Read($"""{Head}<trk><trkseg><trkpt lat="25.5" lon="101.2"/><trkpt lat="25.6" lon="101""")!;
        Assert.Equal((1, 1), (track.Points.Count, track.Skipped));
    }

    [Fact]
    public void A_big_endian_UTF_16_file_is_read_as_well() => Assert.Equal(
        [(25.5, 101.2)],
        Places(TrackText.Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("""<gpx><trk><trkseg><trkpt lat="25.5" lon="101.2"/></trkseg></trk></gpx>""")])));

    [Theory]
    [InlineData("""<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><gpx><trk><trkseg><trkpt lat="1" lon="2"><name>&b;</name></trkpt></trkseg></trk></gpx>""")]
    [InlineData("""<!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>""")]
    [InlineData("<html><body>no track</body></html>")]
    [InlineData("<")]
    [InlineData("<gpx>")]
    public void What_is_no_track_or_brings_a_document_type_gives_none(string text) => Assert.Null(Read(text));

    /// <summary>Found by <see cref="TrackFuzzTests"/>: the XML reader itself fails otherwise than by an XmlException.</summary>
    [Fact]
    public void Bytes_at_which_the_reader_of_xml_stumbles_are_no_track() => Assert.Null(TrackText.Read(Convert.FromBase64String(
        "PD94bWwgdmVyc2lvbj0iMS4w2aDZodmi2aPZpNml2abZp9mo2akiIGVuY29kaW5nPSJVVEYtOCI/PjxncHggdmX72w/Pbo+NWw==")));

    [Fact]
    public void Elements_without_end_are_not_followed()
    {
        Assert.Null(Read(string.Concat(Enumerable.Repeat("<a>", 100_000))));
        Assert.Single(Read($"""<gpx><trkpt lat="1" lon="2">{string.Concat(Enumerable.Repeat("<a>", 100_000))}""")?.Points ?? [new TrackPoint(1, 2, null, null, null)]);
    }
}
