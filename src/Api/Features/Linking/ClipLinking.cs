using System.Security.Claims;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a clip's page shows of its links.</summary>
internal sealed record ClipLinking
{
    public required ClipRow Clip { get; init; }

    public required IReadOnlyList<LinkRow> Links { get; init; }

    /// <summary>What the keys 1 to 9 link with, the likeliest first; empty for who may not link.</summary>
    public required IReadOnlyList<NumberedTarget> Targets { get; init; }

    /// <summary>与执法无关; null where nobody said so.</summary>
    public NotEnforcementRow? Mark { get; init; }

    public required IReadOnlyList<RetentionClaim> Claims { get; init; }

    public required IReadOnlyList<MarkerRow> Markers { get; init; }

    public required bool MayLink { get; init; }

    public IEnumerable<LinkRow> Confirmed => Links.Where(link => link.State == LinkStates.Confirmed);

    public IEnumerable<LinkRow> Rejected => Links.Where(link => link.State == LinkStates.Rejected);

    /// <summary>The suggestion that comes first.</summary>
    public LinkRow? Best => Links.Where(link => link.State == LinkStates.Suggested).MinBy(link => link.Rank ?? int.MaxValue);

    public string Filed => Mark is not null ? FilingStates.NotEnforcement : Confirmed.Any() ? FilingStates.Linked : FilingStates.Unlinked;

    public LinkRow? SuggestionOf(LinkTarget target) =>
        Links.FirstOrDefault(link => link.State == LinkStates.Suggested && link.ActivityId == target.ActivityId && link.Item == target.Item);
}

/// <summary>Reads what a clip's page shows of its links.</summary>
internal sealed class ClipLinkingReader(LinkTable links, LinkTargetTable targets, NotEnforcementTable notEnforcement, RetentionTable retention, MarkerTable markers)
{
    /// <summary>The caller has found the clip under the person's viewer.</summary>
    public async Task<ClipLinking> ReadAsync(ClaimsPrincipal person, ClipRow clip, CancellationToken ct)
    {
        var (viewer, may) = (person.Viewer(), person.Has(Right.LinkClips) && clip.Kind != ClipKind.Data);
        var (linked, mark, claims, marked, around) = (
            links.OfClipAsync(viewer, clip.ClipId, ct), notEnforcement.FindAsync(clip.ClipId, ct), retention.OfClipAsync(viewer, clip.ClipId, ct), markers.OfClipAsync(clip.ClipId, ct),
            targets.CasesAroundAsync(viewer, [clip.ClipId], ct));
        await Task.WhenAll(linked, mark, claims, marked, around);
        var all = await linked;
        return new ClipLinking
        {
            Clip = clip,
            Links = all,
            Targets = may ? await TargetsAsync(viewer, clip, all, (await around)[clip.ClipId], ct) : [],
            Mark = await mark,
            Claims = await claims,
            Markers = await marked,
            MayLink = may,
        };
    }

    private async Task<IReadOnlyList<NumberedTarget>> TargetsAsync(Viewer viewer, ClipRow clip, IReadOnlyList<LinkRow> all, IEnumerable<CaseId> around, CancellationToken ct)
    {
        var open = all.Where(link => link.State != LinkStates.Rejected).ToList();
        var suggested = open.Where(link => link.State == LinkStates.Suggested).OrderBy(link => link.Rank).Select(link => (link.ActivityId, link.Item)).Distinct().ToList();
        var done = open.Where(link => link is { State: LinkStates.Confirmed, PartFromMs: null, PartToMs: null }).Select(link => (link.ActivityId, link.Item)).ToHashSet();
        var found = await targets.OfCasesAsync(viewer, [.. open.Select(link => link.CaseId).Concat(around).Distinct()], ct);
        return LikelyTargets.Number(
            LikelyTargets.Order(found.Where(target => !done.Contains((target.ActivityId, target.Item))), suggested, clip.At, clip.CorrectedTo ?? clip.RecordedTo ?? clip.At), suggested);
    }
}
