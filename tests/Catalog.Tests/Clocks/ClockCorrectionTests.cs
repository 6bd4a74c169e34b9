using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clocks;

public sealed class ClockCorrectionTests
{
    private static readonly ClipId s_clip = new(Guid.CreateVersion7());

    [Fact]
    public void Without_a_reading_nothing_is_known() => Assert.Null(ClockCorrection.For(s_clip, Given.Now, "name", []));

    [Fact]
    public void The_clip_s_own_reading_is_best()
    {
        var own = Reading(0, 42_000, 5_000, ClockSources.StationQr) with { ClipId = s_clip };
        Assert.Equal(new ClockCorrection(42_000, 5_000, ClockSources.StationQr), ClockCorrection.For(s_clip, Given.Now, "name", [Reading(0, 1, 1), own]));
    }

    [Fact]
    public void A_reading_gets_less_sure_with_its_age()
    {
        // A day old and exact to 1 s: 1 + 3 s; an entry of the same hour, exact to 10 s, is worse.
        Assert.Equal(
            new ClockCorrection(40_000, 4_000, ClockSources.Gps), ClockCorrection.For(s_clip, Given.Now, "name", [Reading(-24, 40_000, 1_000), Reading(-1, 41_000, 10_000, ClockSources.Entry)]));
        // After five days it is the other way round.
        Assert.Equal(
            ClockSources.Entry, ClockCorrection.For(s_clip, Given.Now, "name", [Reading(-120, 40_000, 1_000), Reading(-1, 41_000, 10_000, ClockSources.Entry)])!.By);
    }

    [Fact]
    public void Readings_of_another_kind_of_time_or_of_another_week_say_nothing()
    {
        Assert.Null(ClockCorrection.For(s_clip, Given.Now, "creation-time", [Reading(-1, 40_000, 1_000)]));
        Assert.Null(ClockCorrection.For(s_clip, Given.Now, "name", [Reading(-169, 40_000, 1_000)]));
        Assert.NotNull(ClockCorrection.For(s_clip, Given.Now, "creation-time", [Reading(-1, 40_000, 1_000, ClockSources.Entry) with { TimeSource = null }]));
    }

    [Fact]
    public void A_clock_that_was_set_in_between_is_off_by_anything_between_the_two()
    {
        var correction = ClockCorrection.For(s_clip, Given.Now, "name", [Reading(-24, 60_000, 1_000), Reading(24, 0, 1_000)])!;
        Assert.Equal((30_000, 34_000), (correction.OffsetMs, correction.WithinMs));
    }

    [Fact]
    public void The_truth_is_always_within_the_bounds_while_the_clock_drifts_no_more_than_a_sound_one()
    {
        Gen.Select(Gen.Double[-3, 3], Gen.Int[-600_000, 600_000], Gen.Select(Gen.Int[-160, 160], Gen.Int[0, 20_000], Gen.Double[-1, 1]).Array[1, 5]).Sample(
            (driftSecondsPerDay, offset, comparisons) =>
            {
                double TrueAt(double hours) => offset + (driftSecondsPerDay * 1000 * hours / 24);
                var readings = comparisons.Select(c => Reading(c.Item1, (long)(TrueAt(c.Item1) + (c.Item2 * c.Item3)), c.Item2 + 1)).ToList();
                var correction = ClockCorrection.For(s_clip, Given.Now, "name", readings)!;
                return Math.Abs(correction.OffsetMs - TrueAt(0)) <= correction.WithinMs + 2;
            });
    }

    private static ClockReading Reading(double hours, long offset, long within, string source = ClockSources.Gps) => new()
    {
        Recorder = "REC",
        DeviceAt = Given.Now.AddHours(hours),
        OffsetMs = offset,
        WithinMs = within,
        Source = source,
        TimeSource = "name",
    };
}
