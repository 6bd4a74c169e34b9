using Xunit;
using YaoAn.Catalog;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

public sealed class SrtTrackTests
{
    [Theory]
    [InlineData("<font size=\"28\">FrameCnt: 1, DiffTime: 33ms\n2026-11-24 11:36:00.123\n[iso: 100] [latitude: 25.500100] [longitude: 101.200200] [rel_alt: 1.2 abs_alt: 1870.1]</font>")]
    [InlineData("[latitude : 25.500100] [longtitude : 101.200200] [altitude: 10]")]
    [InlineData("HOME(101.1,25.1) 2026.11.24 11:36:00\nGPS(101.200200,25.500100,16) BAROMETER:1.9")]
    [InlineData("2026/11/24 11:36:00 N:25.500100 E:101.200200 32 km/h")]
    [InlineData("N25.500100 E101.200200")]
    [InlineData("25.500100N, 101.200200E 0 km/h")]
    [InlineData("25.500100°N 101.200200°E")]
    [InlineData("Lat=25.500100 Lon=101.200200")]
    [InlineData("LAT: 25.500100, LNG: 101.200200")]
    public void A_place_is_found_however_it_is_written_and_a_date_beside_it_is_no_time_of_gps(string text)
    {
        var track = Read($"1\n00:00:05,250 --> 00:00:06,250\n{text}\n\n2\n00:00:07,000 --> 00:00:08,000\nno place here\n\n")!;
        Assert.Equal((TrackSources.Srt, 0), (track.Source, track.Skipped));
        Assert.Equal([(25.5001, 101.2002)], Places(track));
        Assert.Equal((5250L, null), (track.Points[0].OffsetMs!.Value, track.Points[0].At));
    }

    [Theory]
    [InlineData("2026-11-24 03:36:00Z", "2026-11-24T03:36:00")]
    [InlineData("2026/11/24 03:36:00 UTC", "2026-11-24T03:36:00")]
    [InlineData("UTC: 2026-11-24 03:36:00", "2026-11-24T03:36:00")]
    [InlineData("GPS time 2026-11-24T03:36:00.000", "2026-11-24T03:36:00")]
    [InlineData("2026-11-24 11:36:00", null)]
    [InlineData("2026-11-24 11:36:00 UTC+8", null)]
    [InlineData("2026-99-24 11:36:00 UTC", null)]
    public void Only_a_text_that_says_so_tells_the_time_of_gps(string time, string? utc)
    {
        var track = Read($"1\n00:01:00,000 --> 00:01:01,000\n{time}\nlat: 25.5 lon: 101.2\n")!;
        Assert.Equal(utc is null ? null : Utc(utc), track.Points[0].At);
    }

    [Theory]
    [InlineData("36 km/h", 10.0)]
    [InlineData("speed: 7.5 m/s", 7.5)]
    [InlineData("9999 km/h", null)]
    [InlineData("fast", null)]
    public void A_speed_is_in_metres_per_second(string text, double? speed) =>
        Assert.Equal(speed, Read($"1\n00:00:00,000 --> 00:00:01,000\nlat: 25.5 lon: 101.2 {text}\n")!.Points[0].Speed);

    [Fact]
    public void A_receiver_s_sentence_within_a_cue_has_both_times()
    {
        var point = Assert.Single(Read($"1\r\n00:00:03,000 --> 00:00:04,000\r\n{Rmc(new DateTime(2026, 11, 24, 3, 36, 3), 0)}\r\n\r\n")!.Points);
        Assert.Equal((3000L, Utc("2026-11-24T03:36:03")), (point.OffsetMs!.Value, point.At!.Value));
    }

    [Fact]
    public void Thirty_cues_a_second_give_one_point_a_second()
    {
        var cues = Enumerable.Range(0, 300).Select(frame => $"{frame + 1}\n00:00:{frame / 30:00},{frame % 30 * 33:000} --> 00:00:{frame / 30:00},{(frame % 30 * 33) + 33:000}\n[latitude: 25.{5000 + frame}] [longitude: 101.2]\n");
        Assert.Equal([0L, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000], Read(string.Join('\n', cues))!.Points.Select(point => point.OffsetMs!.Value));
    }

    [Theory]
    [InlineData("1\n00:00:00,000 --> 00:00:01,000\nGood morning\n")]
    [InlineData("1\n00:00:00,000 --> 00:00:01,000\nlat: 0.0 lon: 0.0\n")]
    [InlineData("1\n00:00:00,000 --> 00:00:01,000\nlat: 95.0 lon: 10.0\n")]
    [InlineData("1\n9999:99:99,999 -->\n")]
    public void Subtitles_without_a_place_are_no_track(string text) => Assert.Null(Read(text));

    [Fact]
    public void A_cue_without_end_takes_no_more_than_its_share()
    {
        var track = Read("1\n00:00:00,000 --> 00:00:01,000\nlat: 25.5 lon: 101.2\n" + string.Concat(Enumerable.Repeat(new string('(', 3000) + "\n", 500)));
        Assert.Single(track!.Points);
    }
}
