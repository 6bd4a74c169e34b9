using CsCheck;
using Xunit;
using YaoAn.Catalog;
using static YaoAn.Ingest.Tests.Probe.Tracks;

namespace YaoAn.Ingest.Tests.Probe;

public sealed class NmeaTrackTests
{
    [Fact]
    public void Fixes_have_place_time_and_speed()
    {
        var track = Read(Nmea(new DateTime(2026, 11, 24, 3, 36, 0), 3))!;
        Assert.Equal((TrackSources.Nmea, 3, 0), (track.Source, track.Points.Count, track.Skipped));
        Assert.Equal((25.5, 101.23333), Places(track).First());
        Assert.Equal([Utc("2026-11-24T03:36:00"), Utc("2026-11-24T03:36:01"), Utc("2026-11-24T03:36:02")], track.Points.Select(point => point.At!.Value));
        Assert.All(track.Points, point => Assert.Null(point.OffsetMs));
        Assert.Equal(10, track.Points[0].Speed!.Value, 0.01);
    }

    [Fact]
    public void South_and_west_are_negative_and_text_before_a_sentence_is_passed_over()
    {
        var track = Read($"[20261124-113600] {Sentence("GPRMC,033600,A,3351.000,S,15112.600,W,,,241126,,")}\nnot a sentence\n")!;
        Assert.Equal([(-33.85, -151.21)], Places(track));
        Assert.Null(track.Points[0].Speed);
    }

    [Fact]
    public void A_wrong_checksum_is_counted_and_its_place_is_not_taken()
    {
        var good = Rmc(new DateTime(2026, 1, 1), 0);
        var track = Read($"{good}\n{good.Replace("19.44", "19.45", StringComparison.Ordinal)}\n$GPRMC,no star\n{Sentence("GPRMC,999999,A,xx,N,yy,E,,,010126,,")}\n")!;
        Assert.Equal((1, 3), (track.Points.Count, track.Skipped));
    }

    [Fact]
    public void What_has_no_fix_is_left_out_and_nothing_is_wrong_with_it()
    {
        var start = new DateTime(2026, 1, 1);
        var track = Read(string.Join('\n',
            Rmc(start, 0, "V"),
            Sentence("GPRMC,000001,A,0000.000,N,00000.000,E,,,010126,,"),
            Sentence("GPRMC,000002,A,2530.000,N,10114.000,E,,,010126,,,N"),
            Sentence("GPGGA,000003,2530.000,N,10114.000,E,0,00,,,M,,M,,"),
            Rmc(start.AddSeconds(4), 4)))!;
        Assert.Equal((1, 0), (track.Points.Count, track.Skipped));
    }

    [Fact]
    public void A_night_s_fixes_go_on_on_the_next_day()
    {
        var track = Read(string.Join('\n',
            Gga("235957"),
            Sentence("GPRMC,235958,A,2530.000,N,10114.000,E,1.0,,311226,,"),
            Gga("235959"),
            Gga("000000"),
            Gga("000001"),
            Sentence("GPRMC,000002,A,2530.000,N,10114.000,E,1.0,,010127,,")))!;
        Assert.Equal(Enumerable.Range(0, 6).Select(second => Utc("2026-12-31T23:59:57").AddSeconds(second)), track.Points.Select(point => point.At!.Value));
    }

    [Fact]
    public void Positions_before_the_first_date_get_the_day_of_it_and_without_any_they_have_no_time()
    {
        Assert.Equal(
            [Utc("2026-12-31T23:59:59"), Utc("2027-01-01T00:00:01")],
            Read($"{Gga("235959")}\n{Sentence("GPZDA,000000,01,01,2027,00,00")}\n{Gga("000001")}")!.Points.Select(point => point.At!.Value));
        Assert.Equal([null, null], Read($"{Gga("235959")}\n{Gga("000001")}")!.Points.Select(point => point.At));
    }

    [Fact]
    public void One_point_a_second_is_kept_and_a_second_sentence_adds_its_speed()
    {
        var track = Read(string.Join('\n', Enumerable.Range(0, 20).Select(tick => Sentence(
            tick % 2 == 0 ? $"GPRMC,00000{tick / 10}.{tick % 10},A,2530.000,N,10114.000,E,10.0,,010126,," : $"GPGGA,00000{tick / 10}.{tick % 10},2530.000,N,10114.000,E,1,08,,,M,,M,,"))))!;
        Assert.Equal(2, track.Points.Count);
        Assert.All(track.Points, point => Assert.NotNull(point.Speed));
    }

    [Fact]
    public void A_file_without_end_gives_as_many_points_as_are_kept()
    {
        var track = Read(Nmea(new DateTime(2026, 1, 1), Track.MostPoints + 50))!;
        Assert.Equal(Track.MostPoints, track.Points.Count);
    }

    [Fact]
    public void Whatever_stands_in_a_file_is_read_to_its_end_without_an_error()
    {
        string[] pieces = ["$", "GPRMC", "GNGGA", "GPZDA", ",", "A", "V", "2530.000", "N", "E", "*", "00", "\n", "\r", "-", "1e9", "NaN", "235959", "311226", "\0", "执法"];
        Gen.Int[0, pieces.Length - 1].Select(piece => pieces[piece]).Array[0, 60].Sample(parts =>
        {
            var line = string.Concat(parts);
            foreach (var text in (string[])[line, Sentence(line.Replace("*", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal))])
                Assert.All(Read(text)?.Points ?? [], point => Assert.True(TrackPoints.IsPlace(point.Latitude, point.Longitude)));
        });
        Gen.Byte.Array[0, 300].Sample(bytes => TrackText.Read(bytes) is null || true);
    }

    private static string Gga(string time) => Sentence($"GPGGA,{time},2530.000,N,10114.000,E,1,08,0.9,1870.0,M,,M,,");
}
