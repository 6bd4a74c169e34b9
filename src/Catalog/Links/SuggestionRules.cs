using System.Globalization;

namespace YaoAn.Catalog;

/// <summary>What one rule says of a clip and an activity.</summary>
/// <param name="Points">What it adds; null: they don't belong together.</param>
/// <param name="Reason">Words for a person; null where there is nothing to say.</param>
/// <param name="Doubt">A person has to decide, however well all else fits.</param>
internal readonly record struct RuleResult(int? Points, LinkReason? Reason, bool Doubt)
{
    public static RuleResult Reject { get; } = new(null, null, true);

    public static RuleResult Accept(int points, LinkReason? reason = null) => new(points, reason, false);

    public static RuleResult Accept(int points, string code, params IReadOnlyList<string> values) => new(points, new LinkReason(code, values), false);

    public static RuleResult Doubtful(int points, string code, params IReadOnlyList<string> values) => new(points, new LinkReason(code, values), true);
}

/// <summary>The rules, one question each. Pure: they know no clock and no database, and what they don't understand they reject.</summary>
internal static class SuggestionRules
{
    /// <summary>Points of a sure officer.</summary>
    internal const int MostForOfficer = 36;

    private const int MostForTime = 40;

    private const double NearMetres = 300, SameMetres = 1_000, OtherMetres = 3_000;

    private static readonly TimeSpan s_tail = TimeSpan.FromMinutes(15);

    /// <summary>People enter times in round minutes: so near its begin or end nobody knows whether an activity went on.</summary>
    private static readonly TimeSpan s_rounding = TimeSpan.FromMinutes(2.5);

    /// <summary>Did somebody of the activity carry the recorder?</summary>
    public static RuleResult Officer(Roll roll, RollClip clip, RollActivity activity)
    {
        if (roll.FixedCamera)
        {
            return roll.Unit == activity.Unit && activity.Items.Any(item => item.Methods.HasFlag(Methods.Cctv))
                ? RuleResult.Doubtful(26, LinkReasons.FixedCamera)
                : RuleResult.Reject;
        }
        if (NameOf(activity, clip.Officers) is { } officer)
            return roll.Pool ? RuleResult.Doubtful(32, LinkReasons.Officer, officer) : RuleResult.Accept(MostForOfficer, LinkReasons.Officer, officer);
        if (clip.Officers.Count == 0 && NameOf(activity, clip.Holders) is { } holder)
            return RuleResult.Doubtful(28, LinkReasons.Holder, holder);
        if (clip.Officers.Count == 0 && NameOf(activity, clip.Named) is { } named)
            return RuleResult.Doubtful(26, LinkReasons.Named, named);
        if (roll.Unit != activity.Unit && !clip.Units.Contains(activity.Unit))
            return RuleResult.Reject;
        return roll.Pool ? RuleResult.Doubtful(22, LinkReasons.Shared) : RuleResult.Doubtful(8, LinkReasons.UnitOnly);
    }

    /// <summary>Was it recorded then?</summary>
    /// <param name="clock">The clip's clock.</param>
    /// <param name="clip">Clip.</param>
    /// <param name="recording">Period of all parts of its recording, by the same clock as the clip.</param>
    /// <param name="activity">Activity.</param>
    public static RuleResult Time(ClockFit clock, RollClip clip, (DateTimeOffset From, DateTimeOffset To) recording, RollActivity activity)
    {
        var (from, to) = (clip.From!.Value + clock.Shift, (clip.To ?? clip.From!.Value) + clock.Shift);
        var overlap = RollClock.Overlap(from, to, activity.Begins, activity.Ends);
        var gap = RollClock.Gap(from, to, activity.Begins, activity.Ends);
        var edge = new[] { s_rounding, (activity.Ends - activity.Begins) / 4 }.Min();
        var atEdge = RollClock.Gap(from, to, activity.Begins + edge, activity.Ends - edge) > TimeSpan.Zero;
        if (clip.Kind == ClipKind.Photo && gap == TimeSpan.Zero)
            return new RuleResult(34, new LinkReason(LinkReasons.Within), atEdge);
        if (overlap > TimeSpan.Zero)
        {
            var shorter = Math.Min((to - from).TotalSeconds, (activity.Ends - activity.Begins).TotalSeconds);
            var share = Math.Min(1, overlap.TotalSeconds / shorter);
            var fit = RollClock.Fit(recording.From + clock.Shift, recording.To + clock.Shift, activity.Begins, activity.Ends);
            var reason = new LinkReason(LinkReasons.Overlap, [Minutes(overlap), Number(100 * overlap / (to - from))]);
            return new RuleResult((int)Math.Round(MostForTime * ((0.7 * share) + (0.3 * fit))), reason, atEdge || share < 0.6);
        }
        var parts = RollClock.Overlap(recording.From + clock.Shift, recording.To + clock.Shift, activity.Begins, activity.Ends);
        if (parts > TimeSpan.Zero && gap <= s_tail)
            return RuleResult.Doubtful(18, LinkReasons.SameRecording);
        return gap <= clock.Bound
            ? RuleResult.Doubtful((int)Math.Round(14 * (1 - (gap / clock.Bound))), LinkReasons.Near, Minutes(gap))
            : RuleResult.Reject;
    }

    /// <summary>What is to be said of the clock that the time rests on?</summary>
    public static RuleResult Clock(ClockFit clock) => clock.Knowledge switch
    {
        ClockKnowledge.Compared => RuleResult.Accept(0, LinkReasons.ClockKnown, Number(clock.Bound.TotalSeconds)),
        ClockKnowledge.Plain => RuleResult.Accept(0, LinkReasons.ClockUnknown, Number(clock.Bound.TotalMinutes)),
        ClockKnowledge.Shifted => RuleResult.Accept(0, LinkReasons.ClockShifted, Minutes(clock.Shift.Duration())),
        ClockKnowledge.Reset => RuleResult.Doubtful(0, LinkReasons.ClockReset),
    };

    /// <summary>Was it recorded there?</summary>
    public static RuleResult Place(RollClip clip, RollActivity activity)
    {
        if (DistanceOf(clip, activity) is not { } metres)
            return RuleResult.Accept(4);
        return metres switch
        {
            <= NearMetres => RuleResult.Accept(16, LinkReasons.Place, Number(metres)),
            <= SameMetres => RuleResult.Accept(11, LinkReasons.Place, Number(metres)),
            <= OtherMetres => RuleResult.Doubtful(2, LinkReasons.Elsewhere, Number(metres / 1000)),
            _ => RuleResult.Doubtful(-26, LinkReasons.Elsewhere, Number(metres / 1000)),
        };
    }

    /// <summary>Does what it records count for the item, and does the item still lack it?</summary>
    public static RuleResult Item(RollClip clip, RollItem item)
    {
        if ((clip.Methods & item.Methods) == Methods.None)
            return RuleResult.Reject;
        return item.Shown.Any(shown => shown != clip.ClipId) && item.Key
            ? RuleResult.Accept(0, LinkReasons.ShownAlready)
            : RuleResult.Accept(4, item.Shown.Count == 0 ? new LinkReason(LinkReasons.Lacking, []) : null);
    }

    /// <summary>Does the activity stand where its step belongs, and did it take place?</summary>
    public static RuleResult Step(RollActivity activity) =>
        activity.OutOfOrder ? RuleResult.Doubtful(-4, LinkReasons.StepOrder)
        : activity.Planned ? RuleResult.Doubtful(0, LinkReasons.Planned)
        : RuleResult.Accept(4);

    /// <summary>How well an activity suits a clip by all but the time, 0 to 1: what <see cref="RollClock"/> weighs.</summary>
    public static double Suits(Roll roll, RollClip clip, RollActivity activity)
    {
        if (Officer(roll, clip, activity) is not { Points: { } points } || activity.Items.All(item => Item(clip, item).Points is null))
            return 0;
        var place = DistanceOf(clip, activity) switch
        {
            null => 0.8,
            <= SameMetres => 1,
            <= OtherMetres => 0.4,
            _ => 0.1,
        };
        return place * points / MostForOfficer;
    }

    /// <summary>Metres between two places, on a sphere.</summary>
    internal static double? DistanceOf(RollClip clip, RollActivity activity)
    {
        if (clip is not { Latitude: { } south, Longitude: { } west } || activity is not { Latitude: { } north, Longitude: { } east })
            return null;
        static double Radians(double degrees) => degrees * Math.PI / 180;
        var half = Math.Pow(Math.Sin(Radians(north - south) / 2), 2)
            + (Math.Cos(Radians(south)) * Math.Cos(Radians(north)) * Math.Pow(Math.Sin(Radians(east - west) / 2), 2));
        return 2 * 6_371_000 * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }

    private static string? NameOf(RollActivity activity, IReadOnlyList<OfficerId> officers)
    {
        for (var index = 0; index < activity.Officers.Count; index++)
        {
            if (officers.Contains(activity.Officers[index]))
                return activity.Names.ElementAtOrDefault(index) ?? "";
        }
        return null;
    }

    private static string Minutes(TimeSpan time) => Number(Math.Max(time.TotalMinutes, 0));

    private static string Number(double number) => number.ToString(number < 9.5 && number > 0 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
