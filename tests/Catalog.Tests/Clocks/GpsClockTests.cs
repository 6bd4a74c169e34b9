using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clocks;

public sealed class GpsClockTests
{
    private static readonly DateTimeOffset s_start = Given.Now;

    [Fact]
    public void Whatever_the_clock_s_error_points_with_both_times_find_it_to_a_second() =>
        Gen.Select(Gen.Int[-4_000_000, 4_000_000], Gen.Int[0, 999].Array[1, 50], Gen.Int[0, 3600]).Sample((errorMs, lateMs, from) =>
        {
            var error = TimeSpan.FromMilliseconds(errorMs);
            var points = lateMs.Select((late, i) => Point(s_start.AddSeconds(from + i).AddMilliseconds(late), (from + i) * 1000L));
            var (offset, within) = GpsClock.OffsetOf(TrackOf(points), s_start + error, TimeSpan.FromHours(2))!.Value;
            Assert.InRange((offset - error).Duration(), TimeSpan.Zero, within);
            Assert.InRange(within, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        });

    [Fact]
    public void Whatever_the_clock_s_error_fixes_within_the_recording_find_it_within_the_doubt_that_is_told() =>
        Gen.Select(Gen.Int[-4_000_000, 4_000_000], Gen.Int[0, 3600], Gen.Int[0, 1200], Gen.Int[0, 1200]).Sample((errorMs, length, late, early) =>
        {
            var error = TimeSpan.FromMilliseconds(errorMs);
            var seconds = Math.Max(1, length - late - early);
            var duration = TimeSpan.FromSeconds(late + early + seconds);
            var points = Enumerable.Range(0, seconds).Select(second => Point(s_start.AddSeconds(late + second), null));
            var found = GpsClock.OffsetOf(TrackOf(points), s_start + error, duration);
            if (found is not var (offset, within))
            {
                Assert.True(late + early > 1100, $"{late} {early}");
                return;
            }
            Assert.InRange((offset - error).Duration(), TimeSpan.Zero, within);
            Assert.InRange(within.TotalSeconds, 1, 600);
        });

    [Fact]
    public void A_clock_that_is_fast_is_positive() =>
        Assert.Equal(TimeSpan.FromSeconds(42), GpsClock.OffsetOf(TrackOf([Point(s_start.AddSeconds(5), 5000)]), s_start.AddSeconds(42), TimeSpan.FromMinutes(1))!.Value.Offset);

    [Fact]
    public void A_few_wrong_times_do_not_move_the_median() => Assert.Equal(
        TimeSpan.FromSeconds(-3),
        GpsClock.OffsetOf(
            TrackOf(Enumerable.Range(0, 9).Select(second => Point(s_start.AddSeconds(second).AddDays(second < 4 ? 7168 : 0), second * 1000L))), s_start.AddSeconds(-3), TimeSpan.FromMinutes(1))!.Value.Offset);

    [Theory]
    [InlineData(60, 62, true)]
    [InlineData(60, 64, true)]
    [InlineData(60, 65, false)]
    [InlineData(1199, 1, true)]
    [InlineData(1260, 1, false)]
    public void Fixes_that_span_more_than_the_recording_or_leave_too_much_open_tell_nothing(int lengthSeconds, int spanSeconds, bool tells) => Assert.Equal(
        tells, GpsClock.OffsetOf(TrackOf([Point(s_start, null), Point(s_start.AddSeconds(spanSeconds), null)]), s_start, TimeSpan.FromSeconds(lengthSeconds)) is not null);

    [Fact]
    public void Without_a_time_of_gps_there_is_nothing_to_compare()
    {
        Assert.Null(GpsClock.OffsetOf(TrackOf([Point(null, 0), Point(null, 1000)]), s_start, TimeSpan.FromMinutes(1)));
        Assert.Null(GpsClock.OffsetOf(TrackOf([Point(s_start, null)]), s_start, TimeSpan.MaxValue));
        Assert.Null(GpsClock.OffsetOf(TrackOf([Point(s_start, null)]), s_start, TimeSpan.FromSeconds(-1)));
    }

    private static TrackPoint Point(DateTimeOffset? at, long? offsetMs) => new(25.5, 101.2, at, offsetMs, null);

    private static Track TrackOf(IEnumerable<TrackPoint> points) => new()
    {
        File = ClipId.New(Given.Now),
        IsSidecar = true,
        FileName = "A.NMEA",
        Source = TrackSources.Nmea,
        Points = [.. points],
        Skipped = 0,
        ReadAt = Given.Now,
    };
}
