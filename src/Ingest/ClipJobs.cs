using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What Hangfire calls. Ids in, one call, done; the truth is in the catalog.</summary>
internal sealed class ClipJobs(ClipPipeline pipeline, VerifyClip verify) : IClipJobs
{
    public Task AdvanceAsync(Guid clip, CancellationToken ct) => pipeline.AdvanceAsync(new ClipId(clip), ct);

    public Task VerifyAsync(Guid verification, CancellationToken ct) => verify.RunAsync(new VerificationId(verification), ct);
}
