using Xunit;
using YaoAn.Catalog;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

public sealed class GpsTrailTrackTests
{
    [Fact]
    public void Places_count_from_the_start_wherever_they_are_nested()
    {
        var track = Read("""
            {"Version":"1.0","Trail":[{"SecondsFromStart":0.4,"Location":"POINT(101.2 25.5)"},{"SecondsFromStart":"2","Location":"POINT (101.3 25.6)"},
             {"Info":{"wkt":"POINT Z (101.4 25.7 1870)","secondsFromStart":3}}]}
            """)!;
        Assert.Equal((TrackSources.GpsTrail, 0), (track.Source, track.Skipped));
        Assert.Equal([(25.5, 101.2), (25.6, 101.3), (25.7, 101.4)], Places(track));
        Assert.Equal([400L, 2000, 3000], track.Points.Select(point => point.OffsetMs!.Value));
    }

    [Fact]
    public void What_can_not_be_read_is_counted() =>
        Assert.Equal(3, Read("""[{"l":"POINT(1 2)","SecondsFromStart":-1},{"l":"POINT(one two)"},{"l":"POINT EMPTY"},{"l":"POINT(10 95)"},{"l":"point of view","n":1e999}]""") is { } track ? track.Skipped - 1 : 0);

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("""{"name":"POINT"}""")]
    public void Other_json_is_no_track(string text) => Assert.Null(Read(text));

    [Fact]
    public void Brackets_without_end_are_not_followed() => Assert.Null(Read(new string('[', 1_000_000)));
}
