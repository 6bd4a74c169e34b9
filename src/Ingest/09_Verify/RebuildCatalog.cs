using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Makes the catalog again from a store alone: every clip with all its sightings, each original read whole before it counts. What the catalog
/// has already is not read again and stays as it is, so that it can be stopped and repeated, and run over a catalog that was restored from a
/// time before the store's. From <c>stored</c> on the clips go the ordinary way.
/// </summary>
internal sealed partial class RebuildCatalog(
    ObjectStores stores, RebuildTable rebuild, WorkTable work, RecorderProfiles profiles, IOptions<StationOptions> station, IOptions<WorkOptions> options,
    TimeProvider time, ILogger<RebuildCatalog> logger)
{
    private const int Page = 500;

    /// <summary>Walks the store.</summary>
    /// <param name="report">Grows meanwhile.</param>
    /// <param name="show">Told after each clip, and at each MiB of a long one.</param>
    /// <param name="ct">Stops it; what was written stays, and the same call goes on from there.</param>
    /// <exception cref="StoreUnavailableException">The store can't be listed, or answers no longer.</exception>
    public async Task RunAsync(RebuildReport report, Action<RebuildReport> show, CancellationToken ct)
    {
        await stores.Originals.TryAsync(ct);
        var inventory = await StoreInventory.TakeAsync(stores.Originals, ct);
        foreach (var name in inventory.Strange)
            report.Find(name, "is no object of this product; it was left alone. Find out who put it there.");
        (report.Clips, report.TotalBytes) = (inventory.Folders.Count, inventory.Folders.Values.Sum(folder => folder.Original?.SizeBytes ?? 0));
        // Ids grow with time: the oldest clip first, so that of equal bytes the older one becomes the clip, each time.
        foreach (var page in inventory.Folders.OrderBy(pair => pair.Key.Value).Chunk(Page))
        {
            var known = await rebuild.KnownAsync([.. page.Select(pair => pair.Key)], ct);
            foreach (var (clip, folder) in page)
            {
                var before = report.LookedBytes;
                await LookAsync(clip, folder, known.TryGetValue(clip, out var row) ? row : null, report, read =>
                {
                    report.LookedBytes = before + read;
                    show(report);
                }, ct);
                report.Looked++;
                report.LookedBytes = before + (folder.Original?.SizeBytes ?? 0);
                show(report);
            }
        }
        LogRebuilt(logger, report.Clips, report.Of(RebuildOutcome.Rebuilt), report.Findings.Count, report.Unread);
    }

    private async Task LookAsync(
        ClipId clip, StoredFolder folder, (ClipStage Stage, IReadOnlySet<IntakeId> Intakes)? row, RebuildReport report, Action<long> progress, CancellationToken ct)
    {
        if (row is { Stage: not ClipStage.Registered } whole && folder.Original is not null && folder.Intakes.All(whole.Intakes.Contains))
        {
            report.Add(RebuildOutcome.Known);
            return;
        }
        // 04 may be at it, or a station holds it in its spool: a clip at 'registered' is somebody's work.
        var lease = row is { Stage: ClipStage.Registered } ? await work.TakeAsync(clip, options.Value.Lease, time.GetUtcNow(), ct) : null;
        if (row is { Stage: ClipStage.Registered } && lease is null)
        {
            report.Unread++;
            return;
        }
        try
        {
            await using var heartbeat = lease is null ? null : new Heartbeat(
                options.Value.Lease, token => work.RenewAsync(lease, time.GetUtcNow() + options.Value.Lease, token), time, ct);
            await RebuildAsync(clip, folder, row, report, progress, heartbeat?.Token ?? ct);
        }
        catch (StoreUnavailableException e)
        {
            report.Unread++;
            LogUnread(logger, e, clip);
            // One object that can't be read is one; a store that can't be asked ends it here.
            await stores.Originals.TryAsync(ct);
        }
        finally
        {
            if (lease is not null)
                await work.DoneAsync(lease, time.GetUtcNow(), CancellationToken.None);
        }
    }

    private async Task RebuildAsync(
        ClipId clip, StoredFolder folder, (ClipStage Stage, IReadOnlySet<IntakeId> Intakes)? row, RebuildReport report, Action<long> progress, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        var manifests = await ManifestsAsync(clip, folder.Intakes, report, ct);
        // A list passes over what a delete marker hides; asked by name it is there.
        var original = folder.Original ?? await stores.Originals.StatAsync(key, ct);
        if (folder.Original is null && original is not null)
            report.Find(key.Value, "was hidden by a delete marker; its bytes are there and were taken. Find out who deleted it.");
        if (manifests.Count == 0)
        {
            if (row is null)
                report.Find(key.Value, "is an original without a manifest: nothing tells where it came from. It was left alone; keep it, and look for the station that took it in.");
            else if (row.Value.Stage != ClipStage.Registered)
                report.Find(key.Value, "has no manifest beside it: the store alone could not bring this clip back. Keep a backup of the database.");
            return;
        }
        if (original is null)
            report.Find(clip.ToString(), $"has a manifest and no original ({manifests[0].DisplayPath}, {manifests[0].Size} bytes, SHA-256 {manifests[0].Sha256}): it is gone from the store. If the recorder or a copy still has it, restore it.");
        var outcome = await WriteAsync(clip, manifests, original, isRead: row is null or { Stage: ClipStage.Registered }, report, progress, ct);
        report.Add(outcome);
        switch (outcome)
        {
            case RebuildOutcome.OtherClip:
                report.Find(key.Value, "holds bytes that the catalog has as another clip; its sightings were added to that one, and the object stays.");
                break;
            case RebuildOutcome.Contradicts:
                report.Find(key.Value, $"has manifests that tell SHA-256 {manifests[0].Sha256}, and the catalog tells another: one of them was changed. Nothing was written; compare both with the object.");
                break;
            case RebuildOutcome.Rebuilt or RebuildOutcome.Completed or RebuildOutcome.Known:
                break;
        }
    }

    private async Task<RebuildOutcome> WriteAsync(
        ClipId clip, IReadOnlyList<IntakeManifest> manifests, ObjectStat? original, bool isRead, RebuildReport report, Action<long> progress, CancellationToken ct)
    {
        var first = manifests[0];
        var sm3 = manifests.Select(manifest => manifest.Sm3).FirstOrDefault(digest => digest is not null);
        var reading = isRead ? await ReadAsync(clip, first, sm3, original, progress, ct) : null;
        var until = original?.LockedUntil;
        if (reading is { Result: "match" })
            until = await stores.Originals.LockUntilAsync(ObjectKey.Original(clip), first.Spooled.AddDays(options.Value.RetentionDays), ct);
        var stored = manifests.Select(manifest => manifest.Stored).FirstOrDefault(at => at is not null)
            ?? (await stores.Originals.StatAsync(ObjectKey.Manifest(clip, first.Intake), ct))?.PutAt;
        if (reading is { Result: "mismatch" or "missing" })
            report.Find(clip.ToString(), reading.Result == "missing" ? "is in the catalog as missing." : $"is in the catalog as damaged: its manifest tells {first.Size} bytes, SHA-256 {first.Sha256}; the store gave {reading.FoundSize}, {reading.FoundSha256}. Restore it from a copy, and verify it again.");
        var now = time.GetUtcNow();
        var actor = CustodyActor.Worker(station.Value.Name);
        return await rebuild.WriteAsync(
            new ClipInStore
            {
                Clip = clip,
                Manifests = manifests,
                Kind = profiles.KindOf(Encoding.UTF8.GetString(first.RawPath)),
                Reading = reading,
                Damage = reading is { Result: "mismatch" or "missing" } ? VerifyClip.EventOf(reading, first.Sha256, actor) : null,
                StoredAt = stored,
                Sm3 = reading is { Result: "match" } ? reading.FoundSm3 : sm3,
                LockedUntil = until,
                LockStrength = stores.Originals.LockStrength.Word(),
            },
            actor,
            now,
            // It was read and compared: what was found is written down even when the program is told to stop.
            CancellationToken.None);
    }

    private async Task<VerificationRow> ReadAsync(
        ClipId clip, IntakeManifest told, Sm3Digest? sm3, ObjectStat? original, Action<long> progress, CancellationToken ct)
    {
        var begun = time.GetUtcNow();
        var reading = new VerificationRow
        {
            VerificationId = VerificationId.New(begun),
            ClipId = clip,
            Reason = VerificationReasons.ReadBack,
            RequestedAt = begun,
            Result = "missing",
        };
        if (original is null)
            return reading with { EndedAt = begun };
        try
        {
            var found = await stores.Gate.ReadAsync(clip, progress, ct);
            var match = found.Sha256 == told.Sha256 && found.SizeBytes == told.Size && (sm3 is null || sm3 == found.Sm3);
            return reading with
            {
                Result = match ? "match" : "mismatch",
                FoundSize = found.SizeBytes,
                FoundSha256 = found.Sha256,
                FoundSm3 = found.Sm3,
                EndedAt = time.GetUtcNow(),
            };
        }
        catch (ObjectMissingException)
        {
            return reading with { EndedAt = time.GetUtcNow() };
        }
    }

    /// <summary>The manifests that can be read and belong here, the sighting that made the clip first, then by time.</summary>
    private async Task<IReadOnlyList<IntakeManifest>> ManifestsAsync(ClipId clip, IReadOnlyList<IntakeId> intakes, RebuildReport report, CancellationToken ct)
    {
        var manifests = new List<IntakeManifest>();
        foreach (var intake in intakes)
        {
            var key = ObjectKey.Manifest(clip, intake);
            try
            {
                var manifest = IntakeManifest.FromBytes(await stores.Originals.ReadAllAsync(key, ct));
                if (manifest.Intake == intake && (manifest.Clip ?? clip) == clip)
                    manifests.Add(manifest);
                else
                    report.Find(key.Value, $"tells of intake {manifest.Intake} of clip {manifest.Clip}: it doesn't belong here and was left out.");
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or ObjectMissingException)
            {
                report.Find(key.Value, $"can't be read as a manifest and was left out: {e.Message}");
            }
        }
        manifests.Sort((a, b) => (a.Intake.Value != clip.Value, a.Spooled, a.Intake.Value).CompareTo((b.Intake.Value != clip.Value, b.Spooled, b.Intake.Value)));
        foreach (var odd in manifests.Where(manifest => manifest.Sha256 != manifests[0].Sha256).ToList())
        {
            manifests.Remove(odd);
            report.Find(ObjectKey.Manifest(clip, odd.Intake).Value, $"tells another SHA-256 than the first manifest ({odd.Sha256}) and was left out.");
        }
        if (manifests.Count > 0 && manifests[0].Intake.Value != clip.Value)
            report.Find(clip.ToString(), "lacks the manifest of its first sighting: time and recorder are those of the oldest one there is.");
        return manifests;
    }

    [LoggerMessage(9010, LogLevel.Information, "Rebuild: {Clips} clips in the store, {Rebuilt} written, {Findings} findings, {Unread} not read")]
    private static partial void LogRebuilt(ILogger logger, int clips, int rebuilt, int findings, int unread);

    [LoggerMessage(9011, LogLevel.Warning, "Rebuild: {Clip} can't be read now")]
    private static partial void LogUnread(ILogger logger, Exception e, ClipId clip);
}
