using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 09: reads stored bytes again and compares both digests with the catalog's. Reads everything anew: nothing that 04 cached is used. A
/// mismatch turns the clip red; only a later good re-read turns it back, and both stay in the log.
/// </summary>
internal sealed partial class VerifyClip(
    ClipTable clips, VerificationTable verifications, ObjectStores stores, IOptions<StationOptions> station, IOptions<WorkOptions> work,
    TimeProvider time, ILogger<VerifyClip> logger)
{
    /// <summary>Carries out a verification that was asked for; one that has ended, or that another worker is at, is left alone.</summary>
    /// <returns>The verification as it is then, or null where there is none.</returns>
    public async Task<VerificationRow?> RunAsync(VerificationId id, CancellationToken ct)
    {
        if (await verifications.FindAsync(id, ct) is not { } request)
            return null;
        if (request.EndedAt is not null)
            return request;
        var now = time.GetUtcNow();
        if (!await verifications.LeaseAsync(id, now + work.Value.Lease, isRenewal: false, now, ct))
            return request;
        await using var heartbeat = new Heartbeat(
            work.Value.Lease, token => verifications.LeaseAsync(id, time.GetUtcNow() + work.Value.Lease, isRenewal: true, time.GetUtcNow(), token), time, ct);
        var clip = await clips.FindForWorkAsync(request.ClipId, heartbeat.Token) ?? throw new InvalidOperationException($"Verification {id} names no clip.");
        var ended = await ReadAsync(request, clip, heartbeat.Token);
        var custodyEvent = ended.Result == "unavailable" ? null : EventOf(ended, clip.Sha256, CustodyActor.Worker(station.Value.Name));
        // The bytes were read: what was found is recorded even when the process is told to stop.
        await verifications.EndAsync(ended, custodyEvent, CancellationToken.None);
        LogVerified(logger, clip.ClipId, ended.Result, ended.FoundSize ?? 0, (long)(ended.EndedAt!.Value - request.RequestedAt).TotalMilliseconds);
        return ended;
    }

    /// <summary>The custody event of an ended verification.</summary>
    public static CustodyEvent EventOf(VerificationRow ended, Sha256Digest expected, CustodyActor actor) => new()
    {
        Id = EventId.New(ended.EndedAt!.Value),
        At = ended.EndedAt.Value,
        Kind = ended.Result == "match" ? CustodyKinds.ClipVerified : CustodyKinds.ClipDamaged,
        Actor = actor,
        Clip = ended.ClipId,
        Once = $"verified/{ended.VerificationId}",
        Facts =
        [
            new("verification", ended.VerificationId),
            new("reason", ended.Reason),
            new("requestedBy", ended.RequestedBy),
            new("result", ended.Result),
            new("expectedSha256", expected),
            new("foundSha256", ended.FoundSha256),
            new("foundSm3", ended.FoundSm3),
            new("foundSize", ended.FoundSize),
        ],
    };

    private async Task<VerificationRow> ReadAsync(VerificationRow request, ClipRow clip, CancellationToken ct)
    {
        if (clip.Stage == ClipStage.Registered)
            return request with { Result = "unavailable", Detail = "not-stored-yet", EndedAt = time.GetUtcNow() };
        try
        {
            var found = await stores.Gate.ReadAsync(clip.ClipId, progress: null, ct);
            var match = found.Sha256 == clip.Sha256 && found.SizeBytes == clip.SizeBytes && (clip.Sm3 is null || clip.Sm3 == found.Sm3);
            return request with
            {
                Result = match ? "match" : "mismatch",
                FoundSize = found.SizeBytes,
                FoundSha256 = found.Sha256,
                FoundSm3 = found.Sm3,
                EndedAt = time.GetUtcNow(),
            };
        }
        catch (ObjectMissingException e)
        {
            return request with { Result = "missing", Detail = e.Message, EndedAt = time.GetUtcNow() };
        }
        catch (StoreUnavailableException e)
        {
            return request with { Result = "unavailable", Detail = e.Message, EndedAt = time.GetUtcNow() };
        }
    }

    [LoggerMessage(9001, LogLevel.Information, "Verify: {Clip} {Result}, {SizeBytes} bytes in {ElapsedMs} ms")]
    private static partial void LogVerified(ILogger logger, ClipId clip, string result, long sizeBytes, long elapsedMs);
}
