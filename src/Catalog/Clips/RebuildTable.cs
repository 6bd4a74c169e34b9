using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What the store alone tells of a clip.</summary>
public sealed record ClipInStore
{
    /// <summary>Clip, by the name of its folder.</summary>
    public required ClipId Clip { get; init; }

    /// <summary>Manifests beside it, at least one, the sighting that made the clip first.</summary>
    public required IReadOnlyList<IntakeManifest> Manifests { get; init; }

    /// <summary>What it is by its name, until 05 has looked into it.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>The reading of its bytes; null where the catalog's word was taken for them.</summary>
    public VerificationRow? Reading { get; init; }

    /// <summary>The event of a reading that found damage.</summary>
    public CustodyEvent? Damage { get; init; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Second digest.</summary>
    public Sm3Digest? Sm3 { get; init; }

    /// <summary>Retention as the store tells it.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Strength of that lock.</summary>
    public required string LockStrength { get; init; }
}

/// <summary>What became of a clip that was written from the store.</summary>
public enum RebuildOutcome
{
    /// <summary>The catalog didn't have it; it stands at <c>stored</c> now.</summary>
    Rebuilt,

    /// <summary>The catalog had a part of it; the rest was added.</summary>
    Completed,

    /// <summary>The catalog has all of it; nothing was written.</summary>
    Known,

    /// <summary>The catalog has its bytes as another clip, which its sightings were added to.</summary>
    OtherClip,

    /// <summary>The catalog has this clip with another digest; nothing was written.</summary>
    Contradicts,
}

/// <summary>SQL of <c>ingest rebuild</c>: rows made again from what lies in the store.</summary>
public sealed class RebuildTable(CatalogDatabase database)
{
    /// <summary>Of the given clips those that the catalog has, with their stage and the sightings it knows.</summary>
    public async Task<IReadOnlyDictionary<ClipId, (ClipStage Stage, IReadOnlySet<IntakeId> Intakes)>> KnownAsync(IReadOnlyCollection<ClipId> clips, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<(Guid ClipId, string Stage, Guid[] Intakes)>(new CommandDefinition(
            """
            select clip_id, stage, array(select intake_id from provenance where provenance.clip_id = clip.clip_id) as intakes
            from clip
            where clip_id = any(@ids)
            """,
            new { ids = clips.Select(clip => clip.Value).ToArray() },
            cancellationToken: ct));
        return rows.ToDictionary(
            row => new ClipId(row.ClipId),
            row => (Enum.Parse<ClipStage>(row.Stage, ignoreCase: true), (IReadOnlySet<IntakeId>)row.Intakes.Select(intake => new IntakeId(intake)).ToHashSet()));
    }

    /// <summary>
    /// Writes what the store tells, in one transaction: clip at <c>stored</c>, sightings, sessions, the reading and one event. What is there
    /// already stays as it is; any number of calls leave the same rows.
    /// </summary>
    /// <param name="clip">What the store tells.</param>
    /// <param name="actor">Who rebuilds.</param>
    /// <param name="now">Present time.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public Task<RebuildOutcome> WriteAsync(ClipInStore clip, CustodyActor actor, DateTimeOffset now, CancellationToken ct) =>
        database.InTransactionAsync(transaction => WriteAsync(transaction, clip, actor, now, ct), ct);

    private static async Task<RebuildOutcome> WriteAsync(NpgsqlTransaction transaction, ClipInStore clip, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        var first = clip.Manifests[0];
        await RecorderLockTable.TakeAsync(transaction, first.Recorder.Serial, ct);
        var isNew = await RegistrationTable.InsertClipAsync(transaction, clip.Clip, first, clip.Kind, now, ct);
        var owner = await transaction.Connection!.QuerySingleOrDefaultAsync<ClipId?>(new CommandDefinition(
            """select clip_id from clip where sha256 = @Sha256 for update""", new { first.Sha256 }, transaction, cancellationToken: ct));
        if (owner is not { } id)
            return RebuildOutcome.Contradicts;
        var isStored = clip.Reading is { } reading && id == clip.Clip && await StoreAsync(transaction, clip, ct)
            && await VerificationTable.EndAsync(transaction, reading, clip.Damage, ct);
        var added = new List<IntakeId>();
        foreach (var manifest in clip.Manifests)
        {
            await InsertSessionAsync(transaction, manifest, ct);
            if (await RegistrationTable.InsertSightingAsync(transaction, manifest.AsSpooled, id, ct))
                added.Add(manifest.Intake);
        }
        if (!isNew && !isStored && added.Count == 0)
            return RebuildOutcome.Known;
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update clip set sidecar = (select bool_and(sidecar_of is not null) from provenance where provenance.clip_id = clip.clip_id)
            where clip_id = @id
            """,
            new { id },
            transaction,
            cancellationToken: ct));
        await CustodyTable.AppendAsync(transaction, EventOf(clip, id, added, actor, now), ct);
        await OwnerTable.OfClipAsync(transaction, id, actor, now, ct);
        await ClipTable.NotifyAsync(transaction, id, ct);
        return isNew ? RebuildOutcome.Rebuilt : id == clip.Clip ? RebuildOutcome.Completed : RebuildOutcome.OtherClip;
    }

    /// <summary>To <c>stored</c>, from <c>registered</c> alone: what went further knows better.</summary>
    private static async Task<bool> StoreAsync(NpgsqlTransaction transaction, ClipInStore clip, CancellationToken ct) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update clip set stage = 'stored', sm3 = @Sm3, stored_at = @StoredAt, locked_until = greatest(@LockedUntil::timestamptz, locked_until),
              lock_strength = case when @LockedUntil::timestamptz is null then lock_strength else @LockStrength end
            where clip_id = @Clip and stage = 'registered'
            """,
            new { clip.Clip, clip.Sm3, clip.StoredAt, clip.LockedUntil, clip.LockStrength },
            transaction,
            cancellationToken: ct)) == 1;

    /// <summary>A session as its files tell it; how it ended stands in the station's journal alone.</summary>
    private static Task<int> InsertSessionAsync(NpgsqlTransaction transaction, IntakeManifest manifest, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into dock_session (session_id, station, slot, source, recorder_key, recorder, recorder_by, attached_at)
            values (@Session, @Station, @Slot, @Source, @Key, @Serial, @By, @Attached)
            on conflict (session_id) do nothing
            """,
            new
            {
                manifest.Session,
                manifest.Station,
                manifest.Slot,
                manifest.Source,
                manifest.Recorder.Key,
                manifest.Recorder.Serial,
                manifest.Recorder.By,
                manifest.Attached,
            },
            transaction,
            cancellationToken: ct));

    private static CustodyEvent EventOf(ClipInStore clip, ClipId id, List<IntakeId> added, CustodyActor actor, DateTimeOffset now)
    {
        var first = clip.Manifests[0];
        var eventId = EventId.New(now);
        return new CustodyEvent
        {
            Id = eventId,
            At = now,
            Kind = CustodyKinds.ClipRebuilt,
            Actor = actor,
            Clip = id,
            // A second run finds nothing to write; one of a catalog that had lost it again is another event.
            Once = $"rebuilt/{eventId}",
            Facts =
            [
                new("key", ObjectKey.Original(clip.Clip).Value),
                new("size", first.Size),
                new("sha256", first.Sha256),
                new("sm3", clip.Sm3),
                new("path", first.DisplayPath),
                new("sightings", clip.Manifests.Count),
                new("added", added.Count),
                new("read", clip.Reading?.Result),
                new("storedAt", clip.StoredAt),
                new("lockedUntil", clip.LockedUntil),
                new("lock", clip.LockStrength),
            ],
        };
    }
}
