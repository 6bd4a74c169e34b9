using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clocks;

public sealed class ClockDriftTests
{
    [Theory]
    [InlineData(2.0, 6_000, false)]
    [InlineData(2.0, 8_100, true)]
    [InlineData(2.0, -8_100, true)]
    public void A_clock_is_flagged_when_it_gains_more_than_three_seconds_a_day_whatever_its_readings_are_unsure_of(double days, long offset, bool flagged) =>
        Assert.Equal(flagged, ClockDrift.Of([Reading(0, 0), Reading(days, offset)])!.IsFlagged);

    [Fact]
    public void Two_readings_of_one_morning_tell_no_drift() => Assert.Null(ClockDrift.Of([Reading(0, 0), Reading(0.4, 9_000)]));

    [Fact]
    public void What_was_before_the_clock_was_set_does_not_count()
    {
        // Fast by ten minutes, set right, and since then it loses a second a day.
        var drift = ClockDrift.Of([Reading(0, 590_000), Reading(1, 600_000), Reading(2, 0), Reading(5, -3_000)])!;
        Assert.Equal(-1_000, drift.MsPerDay);
        // Set wrong by years: a jump that no quartz makes.
        Assert.Null(ClockDrift.Of([Reading(0, 100), Reading(2, -800_000_000_000)]));
    }

    [Fact]
    public void A_clock_that_fell_back_to_its_first_day_still_has_a_latest_reading()
    {
        var years = -(long)TimeSpan.FromDays(9000).TotalMilliseconds;
        Assert.Equal(5_000, ClockDrift.Of([Reading(0, 100), Reading(3, years), Reading(5, years + 10_000)])!.MsPerDay);
    }

    [Fact]
    public void Readings_older_than_a_month_say_nothing_of_how_it_goes_now() => Assert.Null(ClockDrift.Of([Reading(0, 0), Reading(31, 9_000)]));

    /// <summary>A reading so many days after the first, by the true time.</summary>
    private static ClockReading Reading(double days, long offsetMs) => new()
    {
        Recorder = "DSJ-1",
        DeviceAt = Given.Now.AddDays(days).AddMilliseconds(offsetMs),
        OffsetMs = offsetMs,
        WithinMs = 1_000,
        Source = ClockSources.Gps,
    };
}
