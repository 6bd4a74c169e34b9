using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The order in which items are offered for a clip: the suggested ones, what is lacking at its time, what is lacking else, the rest.</summary>
internal static class LikelyTargets
{
    public const int Keys = 9;

    public static IReadOnlyList<LinkTarget> Order(
        IEnumerable<LinkTarget> targets, IReadOnlyList<(ActivityId Activity, string Item)> suggested, DateTimeOffset from, DateTimeOffset until)
    {
        var ranks = suggested.Index().ToDictionary(one => one.Item, one => one.Index);
        return
        [
            .. targets
                .OrderBy(target => ranks.GetValueOrDefault((target.ActivityId, target.Item), int.MaxValue))
                .ThenBy(target => target.IsShown)
                .ThenBy(target => Distance(target, from, until))
                .ThenBy(target => target.Begins)
                .ThenBy(target => target.Item, StringComparer.Ordinal),
        ];
    }

    public static IReadOnlyList<NumberedTarget> Number(IReadOnlyList<LinkTarget> ordered, IReadOnlyCollection<(ActivityId Activity, string Item)> suggested) =>
        [.. ordered.Take(Keys).Select((target, at) => new NumberedTarget(at + 1, target, suggested.Contains((target.ActivityId, target.Item))))];

    private static TimeSpan Distance(LinkTarget target, DateTimeOffset from, DateTimeOffset until) =>
        target.Begins > until ? target.Begins - until : target.Ends < from ? from - target.Ends : TimeSpan.Zero;
}
