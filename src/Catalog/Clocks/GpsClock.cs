namespace YaoAn.Catalog;

/// <summary>How far a recorder's clock was off, by the GPS times of a track. The receiver's time is true to well under a second.</summary>
public static class GpsClock
{
    /// <summary>
    /// Rounding of the times on both sides: a name tells whole seconds, and a receiver writes a fix up to a second after it holds.
    /// </summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_widest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);
    private static readonly TimeSpan s_mostInverted = TimeSpan.FromSeconds(2);

    /// <summary>Compares the start that the device's clock told with the one that GPS tells.</summary>
    /// <remarks>
    /// A point with both an offset and a GPS time tells the true start by itself: fix less offset. The median of them stands against single
    /// wrong ones. Points with a GPS time alone (NMEA, GPX) come from a logger that starts and ends with its recording, and whose
    /// first fix may be late, so that all fixes lie within the recording: it began at the first fix or before, and not so early
    /// that it was over before the last. The middle of that interval is the answer, half its width is the doubt.
    /// </remarks>
    /// <param name="track">Points, in the order of time or not.</param>
    /// <param name="deviceStart">Start of the recording by the device's clock.</param>
    /// <param name="duration">Length of the recording.</param>
    /// <returns>
    /// Device time less true time, positive where the clock is fast, and how far that may be wrong. Null where no point has a GPS
    /// time, where the doubt is over 10 minutes, or where the fixes span more than the recording, so that they are not its own.
    /// </returns>
    public static (TimeSpan Offset, TimeSpan Within)? OffsetOf(Track track, DateTimeOffset deviceStart, TimeSpan duration)
    {
        var points = track.Points;
        if (StartOf(points) is { } exact)
            return exact.Within > s_widest ? null : (deviceStart - exact.Start, exact.Within);
        var fixes = points.Where(point => point.At is not null).Select(point => point.At!.Value).ToList();
        if (fixes.Count == 0 || duration < TimeSpan.Zero || duration > s_longest)
            return null;
        var latest = fixes.Min() + s_rounding;
        var earliest = fixes.Max() - duration - s_rounding;
        var half = (latest - earliest) / 2;
        if (half > s_widest || half < -(s_mostInverted / 2))
            return null;
        return (deviceStart - (earliest + half), half > s_rounding ? half : s_rounding);
    }

    /// <summary>By points that tell both; the doubt is at least the rounding, and more where they disagree.</summary>
    private static (DateTimeOffset Start, TimeSpan Within)? StartOf(IReadOnlyList<TrackPoint> points)
    {
        var starts = points.Where(point => point is { At: not null, OffsetMs: not null })
            .Select(point => point.At!.Value.ToUnixTimeMilliseconds() - point.OffsetMs!.Value).Order().ToList();
        if (starts.Count == 0)
            return null;
        var median = starts[starts.Count / 2];
        var spread = starts.Select(start => Math.Abs(start - median)).Order().ElementAt(starts.Count / 2);
        return (DateTimeOffset.FromUnixTimeMilliseconds(median), TimeSpan.FromMilliseconds(Math.Max(spread, s_rounding.TotalMilliseconds)));
    }
}
