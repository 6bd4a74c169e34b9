using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace YaoAn.Ingest.Tests.Preview;

public sealed partial class ThumbnailsTests
{
    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0.04, 1, 1, 1)]
    [InlineData(3, 2, 2, 1)]
    [InlineData(60, 30, 10, 3)]
    [InlineData(200, 100, 10, 10)]
    [InlineData(36_000, 100, 10, 10)]
    public void There_is_a_tile_every_two_seconds_and_never_more_than_a_hundred(double seconds, int count, int columns, int rows)
    {
        var plan = Thumbnails.For(TimeSpan.FromSeconds(seconds));
        Assert.Equal((count, columns, rows), (plan.Count, plan.Columns, plan.Rows));
    }

    [Fact]
    public void The_cues_follow_each_other_cover_the_whole_duration_and_point_into_the_sheet() => Gen.Long[0, 366L * 24 * 3600 * 1000].Sample(ms =>
    {
        var duration = TimeSpan.FromMilliseconds(ms);
        var plan = Thumbnails.For(duration);
        Assert.InRange(plan.Count, 1, 100);
        var text = Encoding.UTF8.GetString(plan.ToVtt("sprite.jpg", duration));
        Assert.StartsWith("WEBVTT\n\n", text, StringComparison.Ordinal);
        var cues = Cue().Matches(text);
        Assert.Equal(plan.Count, cues.Count);
        var end = TimeSpan.Zero;
        var places = new HashSet<(int, int)>();
        foreach (Match cue in cues)
        {
            Assert.Equal(end, Clock(cue, 1));
            end = Clock(cue, 5);
            Assert.True(end > Clock(cue, 1));
            var (x, y) = (int.Parse(cue.Groups[9].Value), int.Parse(cue.Groups[10].Value));
            Assert.True(places.Add((x, y)) && x % 160 == 0 && y % 90 == 0 && x < plan.Columns * 160 && y < plan.Rows * 90);
        }
        Assert.True(end >= duration, $"{end} of {duration}");
    });

    private static TimeSpan Clock(Match cue, int first)
    {
        int Part(int i) => int.Parse(cue.Groups[first + i].Value, CultureInfo.InvariantCulture);
        return new TimeSpan(0, Part(0), Part(1), Part(2), Part(3));
    }

    [GeneratedRegex(@"\n(\d{2,}):(\d\d):(\d\d)\.(\d{3}) --> (\d{2,}):(\d\d):(\d\d)\.(\d{3})\nsprite\.jpg#xywh=(\d+),(\d+),160,90\n")]
    private static partial Regex Cue();
}
