using CsCheck;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class TrackDrawingTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 24, 3, 36, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_the_points_are_the_line_stays_within_the_picture_and_is_small() => Gen.Select(
        Gen.Int[-900, 900], Gen.Int[1, 1800], Gen.Int[0, 1000].Nullable(), Gen.Int[0, 1000].Nullable()).Array[1, 3000].Sample(
        rows =>
        {
            var drawing = Draw([.. rows.Select(row => new TrackPoint(
                row.Item1 / 10.0, row.Item2 / 10.0, row.Item3 is { } at ? s_start.AddSeconds(at) : null, row.Item4 is { } offset ? offset * 1000L : null, null))]);
            var corners = drawing.Strokes.SelectMany(stroke => stroke.Points.Split(' ')).Append($"{drawing.First.X},{drawing.First.Y}").Append($"{drawing.Last.X},{drawing.Last.Y}").ToList();
            Assert.All(corners, corner =>
            {
                var place = corner.Split(',').Select(double.Parse).ToArray();
                Assert.InRange(place[0], 0, TrackDrawing.Width);
                Assert.InRange(place[1], 0, TrackDrawing.Height);
            });
            Assert.InRange(corners.Count, 2, 5000);
            Assert.InRange(drawing.Rows.Count, 1, 60);
            Assert.InRange(drawing.Labels.Count, 0, 5);
        },
        iter: 200);

    [Fact]
    public void A_recorder_that_stands_still_is_no_scrawl_and_has_gone_nowhere()
    {
        var drawing = Draw([.. Enumerable.Range(0, 500).Select(second => new TrackPoint(25.5 + (second % 3 * 0.00001), 101.2 + (second % 2 * 0.00001), s_start.AddSeconds(second), null, null))]);
        Assert.Equal("0 m", TrackDrawing.Length(drawing.Metres));
        Assert.Equal("11:36:00", drawing.FirstTime);
        Assert.All(drawing.Strokes, stroke => Assert.All(stroke.Points.Split(' '), corner => Assert.InRange(double.Parse(corner.Split(',')[0]), 165, 183)));
    }

    [Fact]
    public void A_kilometre_north_and_one_east_are_equally_long_and_so_is_what_the_scale_says()
    {
        var drawing = Draw([new(25.5, 101.2, s_start, null, null), new(25.5 + (1000 / 111_195.0), 101.2, s_start.AddSeconds(1), null, null), new(25.5 + (1000 / 111_195.0), 101.2 + (1000 / 111_195.0 / Math.Cos(25.5045 * Math.PI / 180)), s_start.AddSeconds(2), null, null)]);
        Assert.Equal("2 km", TrackDrawing.Length(drawing.Metres));
        var corners = Assert.Single(drawing.Strokes).Points.Split(' ').Select(corner => corner.Split(',').Select(double.Parse).ToArray()).ToArray();
        var kilometre = corners[0][1] - corners[1][1];
        Assert.Equal(kilometre, corners[2][0] - corners[1][0], 0.3);
        Assert.Equal("500 m", drawing.Scale.Text);
        Assert.Equal(kilometre / 2, double.Parse(drawing.Scale.Pixels), 0.3);
    }

    [Fact]
    public void A_line_over_the_date_line_goes_the_short_way() =>
        Assert.Equal("22.2 km", TrackDrawing.Length(Draw([new(0.001, 179.9, s_start, null, null), new(0.001, -179.9, s_start.AddSeconds(1), null, null)]).Metres));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(-600)]
    public void The_device_s_clock_is_believed_until_the_fixes_prove_it_wrong(int errorSeconds)
    {
        // Fixes from 5 s after the start to 5 s before the end of 60 s: they allow 6 s either way.
        var points = Enumerable.Range(5, 50).Select(second => new TrackPoint(25.5, 101.2, s_start.AddSeconds(second), null, null)).ToArray();
        var told = s_start.AddSeconds(errorSeconds);
        var start = TrackDrawing.StartOf(TrackOf(points), Clip(told))!.Value;
        if (Math.Abs(errorSeconds) <= 6)
            Assert.Equal(told, start);
        else
            Assert.InRange((start - s_start).Duration().TotalSeconds, 0, 1);
    }

    [Fact]
    public void Points_that_count_from_the_start_have_its_time_of_day_and_else_the_film_s()
    {
        var point = new TrackPoint(25.5, 101.2, null, 65_000, null);
        Assert.Equal("11:37:05", TrackDrawing.Of([TrackOf([point])], Clip(s_start))!.FirstTime);
        Assert.Equal("01:05", TrackDrawing.Of([TrackOf([point])], Clip(null))!.FirstTime);
        Assert.Equal("", TrackDrawing.Of([TrackOf([point with { OffsetMs = null }])], Clip(null))!.FirstTime);
        Assert.Null(TrackDrawing.Of([TrackOf([point with { OffsetMs = null }])], Clip(null))!.Moments);
    }

    private static TrackDrawing Draw(TrackPoint[] points) => TrackDrawing.Of([TrackOf(points)], Clip(s_start))!;

    private static Track TrackOf(TrackPoint[] points) => new()
    {
        File = ClipId.New(Given.Now),
        IsSidecar = true,
        FileName = "A.NMEA",
        Source = TrackSources.Nmea,
        Points = points,
        Skipped = 0,
        ReadAt = Given.Now,
    };

    private static ClipRow Clip(DateTimeOffset? from) => new()
    {
        ClipId = ClipId.New(Given.Now),
        Sha256 = Given.Sha256("x"u8),
        SizeBytes = 1,
        Kind = ClipKind.Video,
        Stage = ClipStage.Previewed,
        Health = ClipHealth.Ok,
        PreviewState = "ready",
        Sidecar = false,
        Sample = false,
        Station = "station-1",
        DisplayName = "A.MP4",
        ReceivedAt = Given.Now,
        RecordedFrom = from,
        DurationMs = 60_000,
        Sightings = 1,
        Parts = 1,
        Part = 1,
    };
}
