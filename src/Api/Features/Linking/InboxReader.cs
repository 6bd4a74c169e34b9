using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Reads the queue of unlinked clips, with all that a person needs to link each group by one key: nothing is asked for between two keys.</summary>
internal sealed class InboxReader(InboxTable inbox, LinkTargetTable targets, Viewings viewings, TimeProvider time)
{
    /// <summary>Clips of a page; groups are fewer.</summary>
    public const int PageSize = 40;

    public async Task<InboxView> ReadAsync(HttpContext http, InboxQuery query, CancellationToken ct)
    {
        var viewer = http.User.Viewer();
        var (list, counts, today) = (
            inbox.ListAsync(viewer, query.Scope, query.OnlySuggested, query.After, PageSize, ct),
            inbox.CountsAsync(viewer, query.Scope, ct),
            inbox.LinkedSinceAsync(viewer.Account, ChinaTime.StartOf(time.Today()), ct));
        var cards = ReadCardsAsync();
        await Task.WhenAll(cards, counts, today);
        return new InboxView
        {
            Query = query,
            Cards = await cards,
            Next = (await list).Next,
            Counts = await counts,
            Today = await today,
            HasOwn = viewer.Officer is not null,
        };

        async Task<IReadOnlyList<InboxCard>> ReadCardsAsync() => await CardsAsync(http, (await list).Clips, ct);
    }

    /// <summary>Those of some clips that still wait, as they stand now.</summary>
    public async Task<IReadOnlyList<InboxCard>> FindAsync(HttpContext http, IReadOnlyCollection<ClipId> clips, CancellationToken ct) =>
        await CardsAsync(http, await inbox.FindAsync(http.User.Viewer(), clips, ct), ct);

    /// <summary>All items of a case, in the order in which they are likely for a clip of this time.</summary>
    public async Task<IReadOnlyList<LinkTarget>> OfCaseAsync(Viewer viewer, CaseId id, DateTimeOffset? at, CancellationToken ct) =>
        LikelyTargets.Order(await targets.OfCasesAsync(viewer, [id], ct), [], at ?? time.GetUtcNow(), at ?? time.GetUtcNow());

    private async Task<IReadOnlyList<InboxCard>> CardsAsync(HttpContext http, IReadOnlyList<InboxClip> clips, CancellationToken ct)
    {
        if (clips.Count == 0)
            return [];
        var viewer = http.User.Viewer();
        ClipId[] ids = [.. clips.Select(clip => clip.ClipId)];
        var pictured = viewer.SeesFootage ? clips.Where(HasPoster).Select(clip => clip.ClipId).ToList() : [];
        var (suggesting, nearing, showing) = (
            inbox.SuggestionsAsync(viewer, ids, ct),
            targets.CasesAroundAsync(viewer, ids, ct),
            pictured.Count > 0 ? viewings.OpenPostersAsync(http, pictured, ct) : Task.FromResult(""));
        await Task.WhenAll(suggesting, nearing, showing);
        var (suggestions, around, viewing) = (await suggesting, await nearing, new OpenViewing(await showing));
        var groups = InboxGroup.Of(clips, suggestions);
        var cases = groups.ToDictionary(group => group, group => group.Suggestions.Select(one => one.Case).Concat(group.Clips.SelectMany(clip => around[clip.ClipId])).Distinct().ToList());
        var wanted = groups.SelectMany(group => Confirms(group).GroupBy(link => (link.ActivityId, link.Item)).Select(link => (group, link.Key, Query: new LinkForecastQuery(
            [.. link.Select(one => one.ClipId).Distinct()], link.Key.ActivityId, link.Key.Item)))).ToList();
        var (naming, forecasting) = (
            targets.OfCasesAsync(viewer, [.. cases.Values.SelectMany(ids => ids).Distinct()], ct),
            targets.ForecastAsync(viewer, [.. wanted.Select(one => one.Query)], ct));
        await Task.WhenAll(naming, forecasting);
        var (all, forecasts) = ((await naming).ToLookup(target => target.CaseId), await forecasting);
        return
        [
            .. groups.Select(group => Card(
                group,
                [.. cases[group].SelectMany(id => all[id])],
                (activity, item) => wanted.FindIndex(one => one.group == group && one.Key == (activity, item)) is >= 0 and var at ? forecasts[at] : null,
                pictured.Where(clip => group.Clips.Any(one => one.ClipId == clip)).ToDictionary(clip => clip, clip => viewing.Derived(clip, DerivedNames.Poster)))),
        ];
    }

    /// <summary>What the blue button confirms: of each clip the links that rank first; several do where one clip shows several things.</summary>
    private static IEnumerable<InboxSuggestion> Confirms(InboxGroup group) =>
        group.Suggestions.SelectMany(one => one.Links).GroupBy(link => link.ClipId).SelectMany(links => links.Where(link => link.Rank == links.Min(other => other.Rank)));

    private static InboxCard Card(
        InboxGroup group, IReadOnlyList<LinkTarget> targets, Func<ActivityId, string, LinkForecast?> forecast, IReadOnlyDictionary<ClipId, string> posters)
    {
        var known = targets.ToDictionary(target => (target.ActivityId, target.Item));
        var blocks = Confirms(group).Where(link => known.ContainsKey((link.ActivityId, link.Item))).GroupBy(link => link.ActivityId).Select(links =>
        {
            var items = links.Select(link => link.Item).Distinct().Select(item => (known[(links.Key, item)], forecast(links.Key, item))).ToList();
            return new ProposalBlock(items[0].Item1, items, [.. links], [.. links.SelectMany(link => link.Reasons).DistinctBy(reason => (reason.Code, string.Join('|', reason.Arguments)))]);
        }).ToList();
        var suggested = group.Suggestions.SelectMany(one => one.Links).OrderBy(link => link.Rank).Select(link => (link.ActivityId, link.Item)).Distinct().ToList();
        var (from, until) = (group.Clips[0].At, group.Clips.Max(clip => clip.Until ?? clip.At));
        return new InboxCard(group, blocks, LikelyTargets.Number(LikelyTargets.Order(targets, suggested, from, until), suggested), posters);
    }

    private static bool HasPoster(InboxClip clip) => clip.PreviewState == "ready" && clip.Kind is ClipKind.Video or ClipKind.Photo;
}
