using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What became of a manifest that was registered.</summary>
public enum RegisterOutcome
{
    /// <summary>First sighting of these bytes: a new clip.</summary>
    NewClip,

    /// <summary>Bytes known already: one more provenance row of an older clip. The spooled copy is not needed.</summary>
    Duplicate,

    /// <summary>This very intake was registered before; nothing was changed.</summary>
    AlreadyRegistered,

    /// <summary>The same file of the same recorder was registered by another intake; nothing was changed, the spooled copy is not needed.</summary>
    SameSighting,
}

/// <summary>Where the bytes of a manifest belong.</summary>
/// <param name="Outcome">What was written.</param>
/// <param name="Clip">The clip.</param>
/// <param name="Stage">Its stage now.</param>
/// <param name="Health">Its health now.</param>
public sealed record Registration(RegisterOutcome Outcome, ClipId Clip, ClipStage Stage, ClipHealth Health);

/// <summary>SQL of 03: clip, provenance and custody event in one transaction, idempotent by the intake's id.</summary>
public sealed class RegistrationTable(CatalogDatabase database)
{
    /// <summary>Registers a manifest. Any number of calls with it, by any number of workers, leave the same rows.</summary>
    public Task<Registration> RegisterAsync(IntakeManifest manifest, ClipKind kind, DateTimeOffset now, CancellationToken ct) =>
        database.InTransactionAsync(transaction => RegisterAsync(transaction, manifest, kind, now, ct), ct);

    /// <summary>The sightings of a clip, oldest first.</summary>
    public async Task<IReadOnlyList<ProvenanceRow>> ProvenanceAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ProvenanceRow>(new CommandDefinition(
            """
            select intake_id, recorder, recorder_by, person, profile, station, slot, session_id, source, display_path, modified_at,
              device_time, device_zone, attached_at, spooled_at, account as uploader
            from provenance
            where clip_id = @clip
            order by spooled_at, intake_id
            """,
            new { clip },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Clips that are attached to this one as sidecars, in any sighting.</summary>
    public async Task<IReadOnlyList<ClipId>> SidecarsAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClipId>(new CommandDefinition(
            """
            select distinct sidecar.clip_id
            from provenance parent join provenance sidecar on sidecar.sidecar_of = parent.intake_id
            where parent.clip_id = @clip
            """,
            new { clip },
            cancellationToken: ct))).AsList();
    }

    private static async Task<Registration> RegisterAsync(
        NpgsqlTransaction transaction, IntakeManifest manifest, ClipKind kind, DateTimeOffset now, CancellationToken ct)
    {
        var connection = transaction.Connection!;
        await RecorderLockTable.TakeAsync(transaction, manifest.Recorder.Serial, ct);
        var isNew = await InsertClipAsync(transaction, new ClipId(manifest.Intake.Value), manifest, kind, now, ct);
        // A clip with these bytes exists now, ours or an older one; the row is locked so that its state below is the one we commit with.
        var clip = await connection.QuerySingleAsync<(Guid ClipId, string Stage, string Health)>(new CommandDefinition(
            """
            select clip_id, stage, health from clip where sha256 = @Sha256 for update
            """,
            new { manifest.Sha256 },
            transaction,
            cancellationToken: ct));
        var clipId = new ClipId(clip.ClipId);
        var state = new Registration(
            RegisterOutcome.NewClip, clipId, Enum.Parse<ClipStage>(clip.Stage, ignoreCase: true), Enum.Parse<ClipHealth>(clip.Health, ignoreCase: true));
        if (!await InsertSightingAsync(transaction, manifest, clipId, ct))
        {
            var ours = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                """select exists (select from provenance where intake_id = @Intake)""", new { manifest.Intake }, transaction, cancellationToken: ct));
            return state with { Outcome = ours ? RegisterOutcome.AlreadyRegistered : RegisterOutcome.SameSighting };
        }
        if (!isNew)
        {
            state = state with { Outcome = RegisterOutcome.Duplicate };
            // Seen on its own now, so it is not only somebody's sidecar.
            await connection.ExecuteAsync(new CommandDefinition(
                """update clip set sidecar = sidecar and @Sidecar where clip_id = @clipId and sidecar""",
                new { clipId, Sidecar = manifest.SidecarOf is not null },
                transaction,
                cancellationToken: ct));
        }
        await CustodyTable.AppendAsync(transaction, EventOf(manifest, clipId, isNew, now), ct);
        await OwnerTable.OfClipAsync(transaction, clipId, CustodyActor.Station(manifest.Station), now, ct);
        await ClipTable.NotifyAsync(transaction, clipId, ct);
        return state;
    }

    /// <summary>Writes a clip as its first sighting tells it, and that its next step is due; false where its id or its bytes have a row already.</summary>
    internal static async Task<bool> InsertClipAsync(
        NpgsqlTransaction transaction, ClipId clip, IntakeManifest manifest, ClipKind kind, DateTimeOffset now, CancellationToken ct)
    {
        // No constraint is named: two that register the same intake at once conflict in the id as well as in the digest.
        var made = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into clip (clip_id, sha256, size_bytes, kind, sidecar, sample, station, slot, recorder, display_name, received_at,
              recorded_from, recorded_source, class, channel, sequence)
            values (@clip, @Sha256, @Size, @Kind, @Sidecar, @Sample, @Station, @Slot, @Serial, @DisplayName, @Spooled,
              @NameTime, case when @NameTime::timestamptz is null then null else 'name' end, @Class, @Channel, @Sequence)
            on conflict do nothing
            """,
            new
            {
                clip,
                manifest.Sha256,
                manifest.Size,
                Kind = kind.Word(),
                Sidecar = manifest.SidecarOf is not null,
                Sample = manifest.IsSample,
                manifest.Station,
                manifest.Slot,
                manifest.Recorder.Serial,
                DisplayName = manifest.DisplayPath.Split('/')[^1],
                manifest.Spooled,
                NameTime = manifest.Name?.Utc,
                manifest.Name?.Class,
                manifest.Name?.Channel,
                manifest.Name?.Sequence,
            },
            transaction,
            cancellationToken: ct));
        if (made == 1)
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """insert into clip_work (clip_id, next_attempt_at) values (@clip, @now)""", new { clip, now }, transaction, cancellationToken: ct));
        }
        return made == 1;
    }

    /// <summary>Writes a sighting; false where this intake, or another one of the same sighting, has its row.</summary>
    internal static async Task<bool> InsertSightingAsync(NpgsqlTransaction transaction, IntakeManifest manifest, ClipId clipId, CancellationToken ct) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into provenance (intake_id, clip_id, recorder_key, recorder, recorder_by, person, profile, station, slot, session_id, source,
              raw_path, display_path, size_bytes, modified_at, device_time, device_zone, device_time_utc, device_time_source,
              attached_at, spooled_at, sidecar_of, account_id, account, manifest)
            values (@Intake, @clipId, @Key, @Serial, @By, @Person, @Profile, @Station, @Slot, @Session, @Source,
              @RawPath, @DisplayPath, @Size, @Modified, @LocalTime, @Zone, @Utc, case when @Utc::timestamptz is null then null else 'name' end,
              @Attached, @Spooled, @SidecarOf, @Account, @AccountName, @Manifest)
            on conflict do nothing
            """,
            new
            {
                manifest.Intake,
                clipId,
                manifest.Recorder.Key,
                manifest.Recorder.Serial,
                manifest.Recorder.By,
                manifest.Name?.Person,
                manifest.Name?.Profile,
                manifest.Station,
                manifest.Slot,
                manifest.Session,
                manifest.Source,
                manifest.RawPath,
                manifest.DisplayPath,
                manifest.Size,
                manifest.Modified,
                manifest.Name?.LocalTime,
                manifest.Name?.Zone,
                manifest.Name?.Utc,
                manifest.Attached,
                manifest.Spooled,
                manifest.SidecarOf,
                manifest.Uploader?.Account,
                AccountName = manifest.Uploader?.Name,
                Manifest = manifest.ToBytes(),
            },
            transaction,
            cancellationToken: ct)) == 1;

    private static CustodyEvent EventOf(IntakeManifest manifest, ClipId clip, bool isNew, DateTimeOffset now) => new()
    {
        Id = EventId.New(now),
        At = now,
        Kind = isNew ? CustodyKinds.ClipRegistered : CustodyKinds.ClipSighted,
        Actor = manifest.Uploader?.Actor ?? CustodyActor.Station(manifest.Station),
        Clip = clip,
        Once = $"registered/{manifest.Intake}",
        Facts =
        [
            new("sha256", manifest.Sha256),
            new("size", manifest.Size),
            new("intake", manifest.Intake),
            new("path", manifest.DisplayPath),
            new("rawPath", manifest.RawPath),
            new("modified", manifest.Modified),
            new("recorder", manifest.Recorder.Serial),
            new("recorderBy", manifest.Recorder.By),
            new("station", manifest.Station),
            new("slot", manifest.Slot),
            new("source", manifest.Source),
            new("session", manifest.Session),
            new("attached", manifest.Attached),
            new("spooled", manifest.Spooled),
        ],
    };
}
