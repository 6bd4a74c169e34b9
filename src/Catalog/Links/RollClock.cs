namespace YaoAn.Catalog;

/// <summary>How a file's clock was found to stand to the true time.</summary>
internal enum ClockKnowledge
{
    /// <summary>It was compared.</summary>
    Compared,

    /// <summary>It was never compared, and nothing tells that it is off.</summary>
    Plain,

    /// <summary>It was never compared; the files of the roll together fit their activities only some minutes off.</summary>
    Shifted,

    /// <summary>It had been reset; the time is worked out.</summary>
    Reset,
}

/// <summary>True time = a file's time + <paramref name="Shift"/>, wrong by at most <paramref name="Bound"/>.</summary>
/// <param name="Knowledge">What it rests on.</param>
/// <param name="Shift">Added to the file's times.</param>
/// <param name="Bound">Error that remains.</param>
/// <param name="Lead">By how much the best shift fits better than the next one, in files that fit wholly.</param>
internal sealed record ClockFit(ClockKnowledge Knowledge, TimeSpan Shift, TimeSpan Bound, double Lead)
{
    /// <summary>A footing for what can't be placed otherwise: the file's own time.</summary>
    public static ClockFit Compared(TimeSpan within) => new(ClockKnowledge.Compared, TimeSpan.Zero, within, 0);
}

/// <summary>
/// Works out how the clock of a roll stood. Files of one clock keep their distances, whatever it showed; so the shift is sought at which they lie on
/// activities of whoever carried the recorder, as a strip is laid on a pattern. For a clock that shows a believable time no shift is the
/// rule, and another one needs evidence. For a clock that was reset any shift is as good that puts the files between two dockings, and beside
/// those files of the roll whose clock was right.
/// </summary>
internal static class RollClock
{
    /// <summary>A file that is older than this when it comes in was timed by a clock that had been reset.</summary>
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(366);

    /// <summary>Where a recorder was never docked before, files of a clock that was reset are sought for so long before.</summary>
    private static readonly TimeSpan s_firstRoll = TimeSpan.FromDays(7);

    /// <summary>A clock that is off by less needs no evidence: nobody sets a clock to the second.</summary>
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(45);

    /// <summary>What a shift of a believable clock has to bring, in files that fit wholly.</summary>
    private const double PriceOfShift = 0.6;

    private static readonly TimeSpan s_boundOfShift = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_boundOfReset = TimeSpan.FromMinutes(8);

    /// <summary>The clock of each file that has a time; files that can't be placed are left out.</summary>
    /// <param name="roll">Files and activities.</param>
    /// <param name="weight">How well an activity suits a file by all but the time: 0 to 1.</param>
    public static IReadOnlyDictionary<ClipId, ClockFit> Of(Roll roll, Func<RollClip, RollActivity, double> weight)
    {
        var found = new Dictionary<ClipId, ClockFit>();
        var timed = roll.Clips.Where(clip => clip.From is not null).ToList();
        foreach (var clip in timed.Where(clip => clip.Within is not null))
            found[clip.ClipId] = ClockFit.Compared(clip.Within!.Value);
        var plain = timed.Where(clip => clip.Within is null && !IsReset(roll, clip)).ToList();
        Put(found, plain, PlainFit(plain, roll.Activities, weight));
        foreach (var segment in Segments(timed.Where(clip => clip.Within is null && IsReset(roll, clip))))
            Put(found, segment, ResetFit(roll, segment, plain, weight));
        return found;
    }

    /// <summary>A time that can't be: long before the file came in, or after it.</summary>
    internal static bool IsReset(Roll roll, RollClip clip) =>
        clip.From < roll.DockedAt - s_oldest || clip.From > roll.DockedAt + ClockCorrection.Unknown;

    /// <summary>How well a period fits an activity by the time alone, 0 to 1: how much of the shorter lies in the longer, and how near their ends are.</summary>
    internal static double Fit(DateTimeOffset from, DateTimeOffset to, DateTimeOffset begins, DateTimeOffset ends)
    {
        if (to <= from)
        {
            // A photo: half of what a recording tells.
            var gap = Gap(from, to, begins, ends).TotalSeconds;
            return Math.Max(0, 0.5 - (gap / 240));
        }
        var overlap = Overlap(from, to, begins, ends);
        if (overlap <= TimeSpan.Zero)
            return 0;
        var shorter = Math.Min((to - from).TotalSeconds, (ends - begins).TotalSeconds);
        double Nearness(TimeSpan distance) => Math.Exp(-distance.Duration().TotalSeconds / 240);
        return (0.6 * Math.Min(1, overlap.TotalSeconds / shorter)) + (0.2 * Nearness(from - begins)) + (0.2 * Nearness(to - ends));
    }

    internal static TimeSpan Overlap(DateTimeOffset from, DateTimeOffset to, DateTimeOffset begins, DateTimeOffset ends)
    {
        var overlap = (to < ends ? to : ends) - (from > begins ? from : begins);
        return overlap > TimeSpan.Zero ? overlap : TimeSpan.Zero;
    }

    internal static TimeSpan Gap(DateTimeOffset from, DateTimeOffset to, DateTimeOffset begins, DateTimeOffset ends) =>
        from > ends ? from - ends : to < begins ? begins - to : TimeSpan.Zero;

    private static void Put(Dictionary<ClipId, ClockFit> found, IEnumerable<RollClip> clips, ClockFit? fit)
    {
        if (fit is null)
            return;
        foreach (var clip in clips)
            found[clip.ClipId] = fit;
    }

    private static ClockFit PlainFit(IReadOnlyList<RollClip> clips, IReadOnlyList<RollActivity> activities, Func<RollClip, RollActivity, double> weight)
    {
        var unknown = ClockCorrection.Unknown;
        var strip = new Strip(clips, activities, weight);
        var still = strip.At(TimeSpan.Zero);
        var (best, shift, lead) = strip.Best(-unknown, unknown, by => by.Duration() <= s_usual ? 0 : PriceOfShift);
        return best > still && shift.Duration() > s_usual
            ? new ClockFit(ClockKnowledge.Shifted, shift, s_boundOfShift, lead)
            : new ClockFit(ClockKnowledge.Plain, TimeSpan.Zero, unknown, lead);
    }

    /// <summary>
    /// Files of a clock that was reset, cut where it was reset again: where the number in the name goes on and the time goes back. Without numbers the
    /// order is the clock's own, and nothing tells.
    /// </summary>
    private static IEnumerable<IReadOnlyList<RollClip>> Segments(IEnumerable<RollClip> clips)
    {
        var segment = new List<RollClip>();
        foreach (var clip in clips.OrderBy(clip => clip.Sequence ?? 0).ThenBy(clip => clip.From).ThenBy(clip => clip.ClipId.Value))
        {
            if (segment.Count > 0 && clip.From < segment[^1].From)
            {
                yield return segment;
                segment = [];
            }
            segment.Add(clip);
        }
        if (segment.Count > 0)
            yield return segment;
    }

    private static ClockFit? ResetFit(Roll roll, IReadOnlyList<RollClip> segment, IReadOnlyList<RollClip> plain, Func<RollClip, RollActivity, double> weight)
    {
        var (first, last) = (segment.Min(clip => clip.From!.Value), segment.Max(clip => clip.To ?? clip.From!.Value));
        var earliest = roll.DockedBefore ?? roll.DockedAt - s_firstRoll;
        var latest = roll.DockedAt;
        // Files of a right clock that were numbered before and after bound it closer.
        if (segment[0].Sequence is { } from && segment[^1].Sequence is { } to)
        {
            foreach (var clip in plain)
            {
                if (clip.Sequence < from && (clip.To ?? clip.From!.Value) > earliest)
                    earliest = clip.To ?? clip.From!.Value;
                if (clip.Sequence > to && clip.From < latest)
                    latest = clip.From!.Value;
            }
        }
        earliest -= ClockCorrection.Unknown;
        if (earliest - first > latest - last)
            return null;
        var (best, shift, lead) = new Strip(segment, roll.Activities, weight).Best(earliest - first, latest - last, _ => 0);
        return best > 0 ? new ClockFit(ClockKnowledge.Reset, shift, s_boundOfReset, lead) : null;
    }

    /// <summary>Recordings of one clock, to be laid on activities.</summary>
    private sealed class Strip
    {
        private static readonly TimeSpan s_other = TimeSpan.FromMinutes(10);

        private readonly List<(DateTimeOffset From, DateTimeOffset To, List<(RollActivity Activity, double Weight)> Suits)> _recordings;

        public Strip(IReadOnlyList<RollClip> clips, IReadOnlyList<RollActivity> activities, Func<RollClip, RollActivity, double> weight) =>
            _recordings = [.. clips.GroupBy(clip => clip.Recording ?? clip.ClipId).Select(parts => (
                parts.Min(part => part.From!.Value),
                parts.Max(part => part.To ?? part.From!.Value),
                activities.Select(activity => (activity, weight(parts.First(), activity))).Where(suit => suit.Item2 > 0).ToList()))];

        /// <summary>How many recordings fit at a shift, each as far as it does.</summary>
        public double At(TimeSpan shift)
        {
            var sum = 0.0;
            foreach (var (from, to, suits) in _recordings)
            {
                var best = 0.0;
                foreach (var (activity, weight) in suits)
                    best = Math.Max(best, weight * Fit(from + shift, to + shift, activity.Begins, activity.Ends));
                sum += best;
            }
            return sum;
        }

        /// <summary>The best shift between two, after its price; and by how much it beats every one that is another.</summary>
        public (double Value, TimeSpan Shift, double Lead) Best(TimeSpan least, TimeSpan most, Func<TimeSpan, double> price)
        {
            var tried = new List<(double Value, TimeSpan Shift)>();
            void Try(TimeSpan shift)
            {
                if (shift >= least && shift <= most)
                    tried.Add((At(shift) - price(shift), shift));
            }
            Try(TimeSpan.Zero);
            foreach (var (from, to, suits) in _recordings)
            {
                foreach (var (activity, _) in suits)
                {
                    Try(activity.Begins - from);
                    Try(activity.Ends - to);
                    Try(((activity.Begins - from) + (activity.Ends - to)) / 2);
                }
            }
            if (tried.Count == 0)
                return (0, TimeSpan.Zero, 0);
            // People enter times in round minutes: what fits at one pair is evened out over all that fit there.
            Try(Evened(tried.MaxBy(one => one.Value).Shift));
            var best = tried.MaxBy(one => one.Value);
            var next = tried.Where(one => (one.Shift - best.Shift).Duration() > s_other).Select(one => one.Value).DefaultIfEmpty(0).Max();
            return (best.Value, best.Shift, best.Value - next);
        }

        private TimeSpan Evened(TimeSpan shift)
        {
            var off = new List<TimeSpan>();
            foreach (var (from, to, suits) in _recordings)
            {
                var best = suits.Select(suit => (suit.Activity, Value: suit.Weight * Fit(from + shift, to + shift, suit.Activity.Begins, suit.Activity.Ends)))
                    .OrderByDescending(suit => suit.Value).FirstOrDefault();
                if (best.Value > 0.4 && to > from)
                    off.Add(((best.Activity.Begins - from) + (best.Activity.Ends - to)) / 2);
            }
            off.Sort();
            return off.Count == 0 ? shift : off[off.Count / 2];
        }
    }
}
