using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Works off what changed since 07: an activity that came or moved, another officer, another clock, a decision of a person. The catalog notes what is due in
/// the transaction of the change, so that nothing is lost and nobody is waited for.
/// </summary>
internal sealed partial class LinkDue(SuggestionTable suggestions, TimeProvider time, ILogger<LinkDue> logger)
{
    private const int MostActivities = 200, MostClips = 2_000;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await suggestions.SpreadAsync(MostActivities, time.GetUtcNow(), ct) == MostActivities)
        {
        }
        // Deciding about a clip decides about what came with it.
        var done = new HashSet<ClipId>();
        foreach (var clip in await suggestions.DueAsync(MostClips, ct))
        {
            if (!done.Add(clip))
                continue;
            try
            {
                done.UnionWith((await suggestions.OfClipAsync(clip, time.GetUtcNow(), ct))?.Clips ?? []);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // It stays due, and holds up no other.
                LogFailed(logger, e, clip);
            }
        }
    }

    [LoggerMessage(7002, LogLevel.Warning, "Link: nothing could be decided about {Clip}; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip);
}
