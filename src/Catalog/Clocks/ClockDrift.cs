namespace YaoAn.Catalog;

/// <summary>How much a recorder's clock gains (positive) or loses a day, as its readings tell.</summary>
/// <param name="MsPerDay">Gain in ms a day.</param>
/// <param name="WithinMs">The true gain is at most this far from it, in ms a day.</param>
public sealed record ClockDrift(long MsPerDay, long WithinMs)
{
    /// <summary>Readings that lie closer together say nothing of a day.</summary>
    public static readonly TimeSpan ShortestSpan = TimeSpan.FromHours(12);

    /// <summary>Older readings say nothing of how it goes now.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    /// <summary>Faster than this by more than its own uncertainty: the clock is broken.</summary>
    public bool IsFlagged => Math.Abs(MsPerDay) - WithinMs > ClockCorrection.DriftMsPerDay;

    /// <summary>
    /// The drift since the clock was last set. A step that no quartz makes, or one back towards the right time, means that it was set in between;
    /// what was before it doesn't count.
    /// </summary>
    /// <param name="readings">Readings of one recorder and one time source, in any order.</param>
    /// <returns>Null where the readings since then span less than <see cref="ShortestSpan"/>.</returns>
    public static ClockDrift? Of(IEnumerable<ClockReading> readings)
    {
        var ordered = readings.OrderByDescending(reading => reading.TrueAt).ToList();
        if (ordered.Count < 2)
            return null;
        var (last, first) = (ordered[0], ordered[0]);
        foreach (var earlier in ordered.Skip(1).TakeWhile(reading => last.TrueAt - reading.TrueAt <= Reach))
        {
            if (WasSet(earlier, first))
                break;
            first = earlier;
        }
        var days = (last.TrueAt - first.TrueAt).TotalDays;
        return days * 24 < ShortestSpan.TotalHours
            ? null
            : new ClockDrift((long)Math.Round((last.OffsetMs - first.OffsetMs) / days), (long)Math.Ceiling((last.WithinMs + first.WithinMs) / days));
    }

    /// <summary>No clock that is merely bad goes wrong by more a day; one that does was set wrong.</summary>
    private const long WorstMsPerDay = 120_000;

    private static bool WasSet(ClockReading before, ClockReading after)
    {
        var (step, unsure) = (Math.Abs(after.OffsetMs - before.OffsetMs), before.WithinMs + after.WithinMs);
        var isJump = step - unsure > WorstMsPerDay * Math.Max((after.TrueAt - before.TrueAt).TotalDays, 1.0 / 24);
        var isSetRight = Math.Abs(after.OffsetMs) <= after.WithinMs + ClockCorrection.DriftMsPerDay && Math.Abs(before.OffsetMs) - Math.Abs(after.OffsetMs) > unsure;
        return isJump || isSetRight;
    }
}
