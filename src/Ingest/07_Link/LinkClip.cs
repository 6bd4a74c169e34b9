using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 07: what a clip may show. The rules (<see cref="SuggestLinks"/>) look at all that its recorder brought of that day, so that each file that comes in makes the
/// suggestions of the others better. Nothing but links is written, and the same facts always give the same links.
/// </summary>
internal sealed partial class LinkClip(
    SuggestionTable suggestions, ClipTable clips, IOptions<StationOptions> station, TimeProvider time, ILogger<LinkClip> logger)
{
    public async Task<LinkedClip?> RunAsync(PreviewedClip clip, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var roll = await suggestions.OfClipAsync(clip.Id, now, ct);
        var moved = await clips.MoveAsync(
            new StageMove
            {
                Clip = clip.Id,
                From = ClipStage.Previewed,
                To = ClipStage.Linked,
                Event = new CustodyEvent
                {
                    Id = EventId.New(now),
                    At = now,
                    Kind = CustodyKinds.ClipLinked,
                    Actor = CustodyActor.Worker(station.Value.Name),
                    Clip = clip.Id,
                    Once = $"linked/{clip.Id}",
                    Facts = [new("clips", roll?.Clips.Count ?? 0), new("changed", roll?.Changed ?? 0)],
                },
            },
            ct);
        LogLinked(logger, clip.Id, roll?.Clips.Count ?? 0, roll?.Changed ?? 0);
        return moved ? new LinkedClip(clip.Id) : null;
    }

    [LoggerMessage(7001, LogLevel.Information, "Link: {Clip}, decided with {Clips} of its recorder, {Changed} changed")]
    private static partial void LogLinked(ILogger logger, ClipId clip, int clips, int changed);
}
