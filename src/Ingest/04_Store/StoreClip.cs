using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 04: puts the spooled original into the object store, reads the stored object back whole, compares, locks it, and only then moves the
/// clip to 'stored'. Every part can be repeated; a crash anywhere leaves the spooled copy and a state from which this runs again.
/// </summary>
internal sealed partial class StoreClip(
    Spool spool,
    JournalTable journal,
    IntakeBook book,
    ObjectStores stores,
    ClipTable clips,
    VerificationTable verifications,
    SettleIntakes settle,
    StoredFiles files,
    IOptions<StationOptions> station,
    IOptions<WorkOptions> work,
    TimeProvider time,
    ILogger<StoreClip> logger)
{
    /// <returns>Null where the spooled bytes are not on this station: another one has to do it.</returns>
    /// <exception cref="CorruptOriginalException">The store gave back other bytes; the clip is marked damaged, the spooled copy stays.</exception>
    public async Task<StoredClip?> RunAsync(RegisteredClip clip, CancellationToken ct)
    {
        var intake = journal.OfClip(clip.Id).FirstOrDefault(intake => spool.Holds(intake.Intake));
        if (intake is null)
            return null;
        var live = book.Get(intake.Intake);
        var begun = time.GetUtcNow();
        FullRead read;
        try
        {
            read = await stores.Gate.ReceiveAsync(
                clip.Id,
                new ObjectSource.FromFile(spool.OriginalOf(intake.Intake), intake.Size),
                clip.Sha256,
                bytes => live.Progress(bytes, time.GetUtcNow()),
                ct);
        }
        catch (CorruptOriginalException e)
        {
            await MarkDamagedAsync(clip, e, begun);
            live.Damaged = true;
            throw;
        }
        var manifest = await settle.PutManifestAsync(clip.Id, intake.Intake, read, ct);
        var until = await stores.Originals.LockUntilAsync(
            ObjectKey.Original(clip.Id), clip.ReceivedAt.AddDays(work.Value.RetentionDays), ct);
        // The object is stored, read back and locked. From here on the record follows, whatever is cancelled.
        var stored = await RecordAsync(clip, read, manifest.Stored ?? time.GetUtcNow(), until, begun, CancellationToken.None);
        files.Keep(clip.Id, spool.OriginalOf(intake.Intake));
        await settle.RunAsync(clip.Id, CancellationToken.None);
        LogStored(logger, clip.Id, read.SizeBytes, (long)(time.GetUtcNow() - begun).TotalMilliseconds);
        return stored;
    }

    private async Task<StoredClip> RecordAsync(
        RegisteredClip clip, FullRead read, DateTimeOffset storedAt, DateTimeOffset until, DateTimeOffset begun, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await clips.MoveAsync(
            new StageMove
            {
                Clip = clip.Id,
                From = ClipStage.Registered,
                To = ClipStage.Stored,
                Sm3 = read.Sm3,
                StoredAt = storedAt,
                ReadBack = VerificationOf(clip.Id, "match", read, begun, now, null),
                LockedUntil = until,
                LockStrength = stores.Originals.LockStrength.Word(),
                Event = new CustodyEvent
                {
                    Id = EventId.New(now),
                    At = now,
                    Kind = CustodyKinds.ClipStored,
                    Actor = CustodyActor.Station(station.Value.Name),
                    Clip = clip.Id,
                    Once = $"stored/{clip.Id}",
                    Facts =
                    [
                        new("key", ObjectKey.Original(clip.Id).Value),
                        new("size", read.SizeBytes),
                        new("sha256", read.Sha256),
                        new("sm3", read.Sm3),
                        new("lockedUntil", until),
                        new("lock", stores.Originals.LockStrength.Word()),
                    ],
                },
            },
            ct);
        return new StoredClip(clip.Id, clip.Sha256, clip.SizeBytes, clip.Kind, clip.DisplayName);
    }

    private async Task MarkDamagedAsync(RegisteredClip clip, CorruptOriginalException e, DateTimeOffset begun)
    {
        var now = time.GetUtcNow();
        var verification = VerificationOf(clip.Id, "mismatch", e.Found, begun, now, e.Message);
        // A finding like this is recorded even when the process is told to stop.
        await verifications.EndAsync(verification, VerifyClip.EventOf(verification, clip.Sha256, CustodyActor.Station(station.Value.Name)), CancellationToken.None);
    }

    private static VerificationRow VerificationOf(
        ClipId clip, string result, FullRead found, DateTimeOffset begun, DateTimeOffset now, string? detail) => new()
        {
            VerificationId = VerificationId.New(begun),
            ClipId = clip,
            Reason = VerificationReasons.ReadBack,
            RequestedAt = begun,
            EndedAt = now,
            Result = result,
            FoundSize = found.SizeBytes,
            FoundSha256 = found.Sha256,
            FoundSm3 = found.Sm3,
            Detail = detail,
        };

    [LoggerMessage(4001, LogLevel.Information, "Store: {Clip}, {SizeBytes} bytes put and read back in {ElapsedMs} ms")]
    private static partial void LogStored(ILogger logger, ClipId clip, long sizeBytes, long elapsedMs);
}
