using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The queue of unlinked clips as a page shows it.</summary>
internal sealed record InboxView
{
    public required InboxQuery Query { get; init; }

    public required IReadOnlyList<InboxCard> Cards { get; init; }

    /// <summary>Where older ones begin; null where there are none.</summary>
    public ClipCursor? Next { get; init; }

    public required InboxCounts Counts { get; init; }

    /// <summary>What this account linked today.</summary>
    public required LinkedSince Today { get; init; }

    /// <summary>The account belongs to an officer, who so has clips of his own.</summary>
    public required bool HasOwn { get; init; }

    public InboxCard? Open => Cards.FirstOrDefault(card => Query.At is { } at && card.Group.Clips.Any(clip => clip.ClipId == at)) ?? (Cards.Count > 0 ? Cards[0] : null);
}

/// <summary>A group with all that is needed to link it by one key.</summary>
/// <param name="Group">Clips and what is suggested for them.</param>
/// <param name="Blocks">What the blue button confirms, activity by activity; empty where nothing is suggested.</param>
/// <param name="Targets">What the keys 1 to 9 link with.</param>
/// <param name="Posters">Addresses of pictures, by clip.</param>
internal sealed record InboxCard(
    InboxGroup Group, IReadOnlyList<ProposalBlock> Blocks, IReadOnlyList<NumberedTarget> Targets, IReadOnlyDictionary<ClipId, string> Posters)
{
    public DateTimeOffset From => Group.Clips[0].At;

    public DateTimeOffset? Until => Group.Clips.Max(clip => clip.Until);

    /// <summary>Key of the group in the page: its first clip.</summary>
    public string Key => Group.Clips[0].ClipId.ToString();

    public IReadOnlyList<string> Officers => [.. Group.Clips.SelectMany(clip => clip.Officers).Distinct()];

    public TimeSpan Length => TimeSpan.FromMilliseconds(Group.Clips.Sum(clip => clip.DurationMs ?? 0));

    public int Photos => Group.Clips.Count(clip => clip.Kind == ClipKind.Photo);

    public bool IsVerified => Group.Clips.All(clip => clip.Stage != ClipStage.Registered && clip.Health != ClipHealth.Damaged);

    public IEnumerable<InboxSuggestion> Confirms => Blocks.SelectMany(block => block.Links);
}

/// <summary>Links that are confirmed together, of one activity.</summary>
/// <param name="Target">The activity, by the first of its items here.</param>
/// <param name="Items">The items, each with what the links would leave missing.</param>
/// <param name="Links">The links.</param>
/// <param name="Reasons">Why, each once.</param>
internal sealed record ProposalBlock(
    LinkTarget Target, IReadOnlyList<(LinkTarget Item, LinkForecast? Forecast)> Items, IReadOnlyList<InboxSuggestion> Links, IReadOnlyList<LinkReason> Reasons);

/// <summary>An item that a key links with.</summary>
/// <param name="Number">1 to 9.</param>
/// <param name="Target">What.</param>
/// <param name="Suggested">It is suggested.</param>
internal sealed record NumberedTarget(int Number, LinkTarget Target, bool Suggested);

/// <summary>A row of items that a clip may be linked with.</summary>
/// <param name="Number">Its key; 0 for none.</param>
/// <param name="Target">What.</param>
/// <param name="Suggested">It is suggested.</param>
/// <param name="At">Time of the clip: another day than this is said.</param>
/// <param name="Suggestion">The suggestion that can be rejected here.</param>
internal sealed record TargetRow(int Number, LinkTarget Target, bool Suggested, DateTimeOffset At, LinkRow? Suggestion)
{
    /// <summary>Nothing can be rejected here.</summary>
    public static readonly Func<LinkTarget, LinkRow?> OfNone = _ => null;
}
