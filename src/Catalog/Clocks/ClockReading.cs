namespace YaoAn.Catalog;

/// <summary>What told how far a recorder's clock is off.</summary>
public static class ClockSources
{
    /// <summary>Times of satellites in a track.</summary>
    public const string Gps = "gps";

    /// <summary>A clip that filmed the station's clock.</summary>
    public const string StationQr = "station-qr";

    /// <summary>An administrator who compared it with another clock.</summary>
    public const string Entry = "entry";

    /// <summary>Place of a source among the others, the best first.</summary>
    public static int Order(string source) => source switch { Gps => 0, StationQr => 1, _ => 2 };
}

/// <summary>How a recorder's clock stands.</summary>
/// <param name="DeviceAt">When it was last compared, by the recorder's clock.</param>
/// <param name="OffsetMs">The recorder's clock less the true time then, in ms: positive is fast.</param>
/// <param name="WithinMs">At most this far from the truth.</param>
/// <param name="Source">One of <see cref="ClockSources"/>.</param>
/// <param name="DriftMsPerDay">What it gains a day; null before readings of two days told it.</param>
/// <param name="DriftWithinMs">At most this far from the truth.</param>
public sealed record ClockStanding(
    DateTimeOffset DeviceAt, long OffsetMs, long WithinMs, string Source, long? DriftMsPerDay, long? DriftWithinMs)
{
    /// <summary>The same as a drift.</summary>
    public ClockDrift? Drift => DriftMsPerDay is { } gain ? new ClockDrift(gain, DriftWithinMs ?? 0) : null;
}

/// <summary>One comparison of a recorder's clock with the true time.</summary>
public sealed record ClockReading
{
    /// <summary>Serial of the recorder; null where it is unknown: then it counts for its clip alone.</summary>
    public string? Recorder { get; init; }

    /// <summary>Clip that it was read from; null for an entry.</summary>
    public ClipId? ClipId { get; init; }

    /// <summary>When, by the recorder's clock.</summary>
    public required DateTimeOffset DeviceAt { get; init; }

    /// <summary>The recorder's clock less the true time, in ms: positive is fast.</summary>
    public required long OffsetMs { get; init; }

    /// <summary>The true offset is at most this far from <see cref="OffsetMs"/>, in ms.</summary>
    public required long WithinMs { get; init; }

    /// <summary>One of <see cref="ClockSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// What told the device's time (<see cref="ClipRow.RecordedSource"/>): names and containers of one recorder may be by zones of their
    /// own, so that a reading of one says nothing of the other. Null for an entry, which is about the clock itself.
    /// </summary>
    public string? TimeSource { get; init; }

    /// <summary>When, by the true time: a clock that fell back to its first day still has a latest reading.</summary>
    public DateTimeOffset TrueAt => DeviceAt.AddMilliseconds(-OffsetMs);

    /// <summary>The event of this reading. One of the same clip and source that says the same is written once.</summary>
    /// <param name="actor">Who read.</param>
    /// <param name="now">When.</param>
    /// <param name="more">What else a reader has to know.</param>
    public CustodyEvent EventBy(CustodyActor actor, DateTimeOffset now, IReadOnlyList<KeyValuePair<string, object?>> more)
    {
        var id = EventId.New(now);
        return new CustodyEvent
        {
            Id = id,
            At = now,
            Kind = CustodyKinds.ClockRead,
            Actor = actor,
            Clip = ClipId,
            Once = ClipId is { } clip ? $"clock/{clip}/{Source}/{OffsetMs}" : $"clock/{id}",
            Facts =
            [
                new("recorder", Recorder),
                new("source", Source),
                new("deviceAt", DeviceAt),
                new("offsetMs", OffsetMs),
                new("withinMs", WithinMs),
                new("timeSource", TimeSource),
                .. more,
            ],
        };
    }
}

/// <summary>How far a recorder's clock was off at some time.</summary>
/// <param name="OffsetMs">The recorder's clock less the true time, in ms.</param>
/// <param name="WithinMs">At most this far from the truth, in ms.</param>
/// <param name="By">Source of the reading that it rests on.</param>
public sealed record ClockCorrection(long OffsetMs, long WithinMs, string By)
{
    /// <summary>Time on both sides of a recording that has to be looked at where its recorder's clock was never compared.</summary>
    public static readonly TimeSpan Unknown = TimeSpan.FromMinutes(10);

    /// <summary>A reading says something of this time before and after it: clocks are set when recorders are docked and served.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(7);

    /// <summary>A quartz clock that goes wrong by more, in ms a day, is broken (35 ppm).</summary>
    public const long DriftMsPerDay = 3_000;

    /// <summary>
    /// The correction for a time by the recorder's clock. A reading of the clip itself is best; then the one that is surest after its age
    /// (drift on top of its own uncertainty). Where the nearest reading before and the nearest after contradict each other, the clock was set
    /// in between and nobody knows when: then it is anything between the two.
    /// </summary>
    /// <param name="clip">The clip.</param>
    /// <param name="at">Its start by the recorder's clock.</param>
    /// <param name="timeSource">What told that start.</param>
    /// <param name="readings">Readings of its recorder, and of itself.</param>
    /// <returns>Null where no reading says anything: <see cref="Unknown"/>.</returns>
    public static ClockCorrection? For(ClipId clip, DateTimeOffset at, string timeSource, IEnumerable<ClockReading> readings)
    {
        var usable = readings.Where(reading => (reading.TimeSource ?? timeSource) == timeSource && (reading.DeviceAt - at).Duration() <= Reach).ToList();
        if (usable.Where(reading => reading.ClipId == clip).MinBy(reading => reading.WithinMs) is { } own)
            return new ClockCorrection(own.OffsetMs, own.WithinMs, own.Source);
        if (usable.Count == 0)
            return null;
        long WithinOf(ClockReading reading) => reading.WithinMs + (long)((reading.DeviceAt - at).Duration().TotalDays * DriftMsPerDay);
        var best = usable.MinBy(WithinOf)!;
        var before = usable.Where(reading => reading.DeviceAt <= at).MaxBy(reading => reading.DeviceAt);
        var after = usable.Where(reading => reading.DeviceAt > at).MinBy(reading => reading.DeviceAt);
        if (before is null || after is null || Math.Abs(before.OffsetMs - after.OffsetMs) <= WithinOf(before) + WithinOf(after))
            return new ClockCorrection(best.OffsetMs, WithinOf(best), best.Source);
        var (low, high) = (
            Math.Min(before.OffsetMs - WithinOf(before), after.OffsetMs - WithinOf(after)), Math.Max(before.OffsetMs + WithinOf(before), after.OffsetMs + WithinOf(after)));
        return new ClockCorrection((low + high) / 2, (high - low + 1) / 2, best.Source);
    }
}
