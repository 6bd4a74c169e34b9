namespace YaoAn.Catalog;

/// <summary>
/// Decides what the files of a roll may show. Nothing is written here: the same roll always gives the same suggestions. A clip keeps at most
/// <see cref="MostActivities"/> activities.
/// </summary>
public static class SuggestLinks
{
    /// <summary>Keys 1 to 9 choose among them.</summary>
    public const int MostActivities = 5;

    /// <summary>What scores less isn't shown.</summary>
    private const int LeastScore = 42;

    /// <summary>What scores less is a person's to confirm.</summary>
    private const int LeastConfident = 76;

    /// <summary>Suggestions for all files of a roll, those of a clip together, the best first.</summary>
    public static IReadOnlyList<Suggestion> Decide(Roll roll)
    {
        var clocks = RollClock.Of(roll, (clip, activity) => SuggestionRules.Suits(roll, clip, activity));
        var recordings = roll.Clips
            .Where(clip => clip.From is not null)
            .GroupBy(clip => clip.Recording ?? clip.ClipId)
            .ToDictionary(parts => parts.Key, parts => (From: parts.Min(part => part.From!.Value), To: parts.Max(part => part.To ?? part.From!.Value)));
        return [.. roll.Clips
            .Where(clip => clip.Decides && !clip.NotEnforcement && clocks.ContainsKey(clip.ClipId))
            .SelectMany(clip => OfClip(roll, clip, clocks[clip.ClipId], recordings[clip.Recording ?? clip.ClipId]))];
    }

    private static List<Suggestion> OfClip(Roll roll, RollClip clip, ClockFit clock, (DateTimeOffset From, DateTimeOffset To) recording)
    {
        var candidates = roll.Activities
            .Select(activity => Judge(roll, clip, clock, recording, activity))
            .OfType<Candidate>()
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Activity.Begins)
            .ThenBy(candidate => candidate.Activity.ActivityId.Value)
            .ToList();
        var suggestions = new List<Suggestion>();
        var first = new List<Candidate>();
        foreach (var (candidate, place) in candidates.Take(MostActivities).Select((candidate, place) => (candidate, place)))
        {
            var isFirst = first.TrueForAll(other => GoTogether(other, candidate));
            if (isFirst)
                first.Add(candidate);
            var rank = isFirst ? 1 : place + 1;
            var rivals = Rivals(roll, clip, clock, candidate);
            IReadOnlyList<LinkReason> reasons = rivals ? [.. candidate.Reasons, new LinkReason(LinkReasons.Rival, [])] : candidate.Reasons;
            foreach (var (item, result) in candidate.Items)
            {
                var score = Math.Clamp(candidate.Score + result.Points!.Value, 0, 100);
                if (score >= LeastScore)
                {
                    suggestions.Add(new Suggestion
                    {
                        ClipId = clip.ClipId,
                        Activity = candidate.Activity,
                        Item = item.Code,
                        Rank = rank,
                        Score = score,
                        Reasons = result.Reason is { } reason ? [.. reasons, reason] : reasons,
                        Confident = rank == 1 && !rivals && !candidate.Doubt && !result.Doubt && score >= LeastConfident,
                    });
                }
            }
        }
        return suggestions;
    }

    private static Candidate? Judge(Roll roll, RollClip clip, ClockFit clock, (DateTimeOffset From, DateTimeOffset To) recording, RollActivity activity)
    {
        var items = activity.Items.Select(item => (item, SuggestionRules.Item(clip, item))).Where(item => item.Item2.Points is not null).ToList();
        if (items.Count == 0)
            return null;
        RuleResult[] results =
        [
            SuggestionRules.Officer(roll, clip, activity),
            SuggestionRules.Time(clock, clip, recording, activity),
            SuggestionRules.Clock(clock),
            SuggestionRules.Place(clip, activity),
            SuggestionRules.Step(activity),
        ];
        if (results.Any(result => result.Points is null))
            return null;
        var (from, to) = (clip.From!.Value + clock.Shift, (clip.To ?? clip.From!.Value) + clock.Shift);
        // A shift that was worked out needs the clock's own time to agree before a rule confirms on it.
        var agrees = clock.Knowledge != ClockKnowledge.Shifted
            || RollClock.Gap(clip.From.Value, clip.To ?? clip.From.Value, activity.Begins, activity.Ends) == TimeSpan.Zero;
        return new Candidate(
            activity,
            results.Sum(result => result.Points!.Value),
            [.. results.Select(result => result.Reason).OfType<LinkReason>()],
            items,
            results.Any(result => result.Doubt) || !agrees,
            RollClock.Overlap(from, to, activity.Begins, activity.Ends),
            to - from);
    }

    /// <summary>One clip shows both: it holds most of each, and they don't lie in each other's time.</summary>
    private static bool GoTogether(Candidate one, Candidate other) =>
        one.ShownWell && other.ShownWell
        && (one.Activity.CaseId == other.Activity.CaseId
            || RollClock.Overlap(one.Activity.Begins, one.Activity.Ends, other.Activity.Begins, other.Activity.Ends) <= TimeSpan.FromMinutes(1));

    /// <summary>Whether another activity may be meant, for all that is known of the clock.</summary>
    private static bool Rivals(Roll roll, RollClip clip, ClockFit clock, Candidate candidate)
    {
        var bound = clock.Knowledge == ClockKnowledge.Compared ? clock.Bound : ClockCorrection.Unknown;
        var (from, to) = (clip.From!.Value + clock.Shift, (clip.To ?? clip.From!.Value) + clock.Shift);
        foreach (var activity in roll.Activities.Where(activity => activity.ActivityId != candidate.Activity.ActivityId))
        {
            if (RollClock.Gap(from, to, activity.Begins, activity.Ends) > bound
                || SuggestionRules.Officer(roll, clip, activity) is not { Points: > 20 }
                || SuggestionRules.Place(clip, activity).Points < 0
                || activity.Items.All(item => SuggestionRules.Item(clip, item).Points is null))
                continue;
            var overlap = RollClock.Overlap(from, to, activity.Begins, activity.Ends);
            var other = candidate with { Activity = activity, Overlap = overlap };
            if (!GoTogether(candidate, other))
                return true;
        }
        return false;
    }

    private sealed record Candidate(
        RollActivity Activity,
        int Score,
        IReadOnlyList<LinkReason> Reasons,
        IReadOnlyList<(RollItem Item, RuleResult Result)> Items,
        bool Doubt,
        TimeSpan Overlap,
        TimeSpan Length)
    {
        private const double Most = 0.6;

        /// <summary>Most of the shorter of both lies in the other.</summary>
        public bool ShownWell => Overlap > TimeSpan.Zero && Overlap >= Most * (Length < Activity.Ends - Activity.Begins ? Length : Activity.Ends - Activity.Begins);
    }
}
