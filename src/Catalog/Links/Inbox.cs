namespace YaoAn.Catalog;

/// <summary>Whose clips an inbox shows.</summary>
public enum InboxScope
{
    /// <summary>Those of the officer behind the account.</summary>
    Mine,

    /// <summary>All that the account may know of.</summary>
    Unit,
}

/// <summary>A clip that is linked with nothing yet.</summary>
public sealed record InboxClip
{
    /// <summary>Id.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>File name, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>Serial of its recorder.</summary>
    public string? Recorder { get; init; }

    /// <summary>Names of its officers.</summary>
    public required string[] Officers { get; init; }

    /// <summary>The best known time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it ended, in the same time; null where it has no length.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether the time is corrected.</summary>
    public required bool Corrected { get; init; }

    /// <summary>Length in ms.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>First file of its recording.</summary>
    public ClipId? Recording { get; init; }

    /// <summary>How far it is.</summary>
    public required ClipStage Stage { get; init; }

    /// <summary>Whether somebody has to act.</summary>
    public required ClipHealth Health { get; init; }

    /// <summary>See <see cref="ClipRow.PreviewState"/>.</summary>
    public required string PreviewState { get; init; }

    /// <summary>When it was taken in.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A link that a rule suggests for an unlinked clip.</summary>
public sealed record InboxSuggestion
{
    /// <summary>Link.</summary>
    public required LinkId LinkId { get; init; }

    /// <summary>Its version, which a decision names.</summary>
    public required int Version { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Activity.</summary>
    public required ActivityId ActivityId { get; init; }

    /// <summary>Its case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>Place among the suggestions of the clip, from 1.</summary>
    public required int Rank { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Score { get; init; }

    /// <summary>The reasons as JSON.</summary>
    public required string ReasonsJson { get; init; }

    /// <summary>Why it is suggested.</summary>
    public IReadOnlyList<LinkReason> Reasons => LinkReason.FromJson(ReasonsJson);
}

/// <summary>How much waits to be linked. Counted to 1,000.</summary>
/// <param name="Unlinked">Clips that are linked with nothing.</param>
/// <param name="Suggested">Those of them for which a rule suggests something.</param>
/// <param name="Late">Those of them that were taken in more than 24 h after they were recorded.</param>
public sealed record InboxCounts(long Unlinked, long Suggested, long Late);

/// <summary>Clips that are looked at, and linked, together.</summary>
/// <param name="Clips">In the order of time.</param>
/// <param name="Suggestions">What is suggested for them, best first: by activity, each with the links that would be confirmed together.</param>
public sealed record InboxGroup(IReadOnlyList<InboxClip> Clips, IReadOnlyList<InboxProposal> Suggestions)
{
    /// <summary>Files of one recorder without a suggestion are one group where no more lies between them.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Puts clips together that are parts of one recording, are suggested for the same activity first, or follow each other on one recorder. The groups come in the
    /// order of their newest clips.
    /// </summary>
    public static IReadOnlyList<InboxGroup> Of(IReadOnlyList<InboxClip> clips, ILookup<ClipId, InboxSuggestion> suggestions)
    {
        var groups = new List<List<InboxClip>>();
        foreach (var clip in clips.OrderByDescending(clip => clip.At).ThenByDescending(clip => clip.ClipId.Value))
        {
            if (groups.FirstOrDefault(group => group.Any(other => Belong(clip, other, suggestions))) is { } together)
                together.Add(clip);
            else
                groups.Add([clip]);
        }
        return [.. groups.Select(group => new InboxGroup([.. group.AsEnumerable().Reverse()], InboxProposal.Of(group, suggestions)))];
    }

    private static bool Belong(InboxClip clip, InboxClip other, ILookup<ClipId, InboxSuggestion> suggestions)
    {
        var (first, otherFirst) = (First(clip, suggestions), First(other, suggestions));
        if (first != otherFirst && first is not null && otherFirst is not null)
            return false;
        return (clip.Recording is not null && clip.Recording == other.Recording)
            || (first is not null && first == otherFirst)
            || (first is null && otherFirst is null && clip.Recorder is not null && clip.Recorder == other.Recorder
                && other.At - (clip.Until ?? clip.At) <= LongestPause);
    }

    private static ActivityId? First(InboxClip clip, ILookup<ClipId, InboxSuggestion> suggestions) => suggestions[clip.ClipId].MinBy(one => one.Rank)?.ActivityId;
}

/// <summary>An activity that some clips may belong to, with the links that are suggested for it.</summary>
/// <param name="Activity">Activity.</param>
/// <param name="Case">Its case.</param>
/// <param name="Links">One for each clip and item, the best first.</param>
public sealed record InboxProposal(ActivityId Activity, CaseId Case, IReadOnlyList<InboxSuggestion> Links)
{
    /// <summary>Codes of the items, the likeliest first.</summary>
    public IReadOnlyList<string> Items => [.. Links.Select(link => link.Item).Distinct()];

    /// <summary>Best place among the suggestions of a clip.</summary>
    public int Rank => Links.Min(link => link.Rank);

    internal static IReadOnlyList<InboxProposal> Of(IReadOnlyList<InboxClip> clips, ILookup<ClipId, InboxSuggestion> suggestions) =>
    [
        .. clips.SelectMany(clip => suggestions[clip.ClipId])
            .GroupBy(one => (one.ActivityId, one.CaseId))
            .Select(one => new InboxProposal(one.Key.ActivityId, one.Key.CaseId, [.. one.OrderBy(link => link.Rank).ThenBy(link => link.Item, StringComparer.Ordinal)]))
            .OrderBy(one => one.Rank).ThenByDescending(one => one.Links.Max(link => link.Score)),
    ];
}
