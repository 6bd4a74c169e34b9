using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What Hangfire calls. Ids in, one call, done; the truth is in the catalog.</summary>
internal sealed class ClipJobs(ClipPipeline pipeline, VerifyClip verify, WorkTable work, IOptions<StationOptions> station, TimeProvider time) : IClipJobs
{
    /// <summary>
    /// One step of one clip. Who stored it stores what else waits on this station: an officer stands there until all of it is green, and of a small file a wake takes
    /// longer than the storing. The wakes of these find nothing to do.
    /// </summary>
    public async Task AdvanceAsync(Guid clip, CancellationToken ct)
    {
        if (await pipeline.AdvanceAsync(new ClipId(clip), ct) != AdvanceOutcome.Stored)
            return;
        WaitingClip? next = null;
        while ((next = await work.NextToStoreAsync(station.Value.Name, next, time.GetUtcNow(), ct)) is not null)
        {
            // What stands in the way of one may stand in the way of all.
            if (await pipeline.AdvanceAsync(next.ClipId, ct) == AdvanceOutcome.PutOff)
                return;
        }
    }

    public Task VerifyAsync(Guid verification, CancellationToken ct) => verify.RunAsync(new VerificationId(verification), ct);
}
