using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Works off what changed since 07: an activity that came or moved, another officer, another clock, a decision of a person. The catalog notes what is due in
/// the transaction of the change, so that nothing is lost and nobody is waited for.
/// </summary>
internal sealed class LinkDue(SuggestionTable suggestions, TimeProvider time)
{
    private const int MostActivities = 200, MostRolls = 500;

    public async Task RunAsync(CancellationToken ct)
    {
        while (await suggestions.SpreadAsync(MostActivities, time.GetUtcNow(), ct) == MostActivities)
        {
        }
        // One at a time: deciding about a clip takes what came with it off the list too.
        for (var roll = 0; roll < MostRolls && await suggestions.DueAsync(1, ct) is [var clip]; roll++)
            await suggestions.OfClipAsync(clip, time.GetUtcNow(), ct);
    }
}
