using Dapper;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of deletions on recorders. An intention is written before anything is deleted, and never taken back: it ends with the file gone, or with the reason
/// why it stays. Each change and its event are one transaction.
/// </summary>
public sealed class ReleaseTable(CatalogDatabase database)
{
    /// <summary>A clip whose original may be deleted on a recorder of the serial @serial, as far as the catalog can tell.</summary>
    private const string MayGo =
        """
        clip.stage <> 'registered' and clip.health <> 'damaged' and clip.sm3 is not null and clip.stored_at is not null
          and exists (
            select from recorder join recorder_model on recorder_model.model_id = recorder.model_id
            where lower(recorder.serial) = lower(@serial) and recorder.state = 'in-use' and recorder_model.releases)
        """;

    /// <summary>
    /// What of a recorder's files may go, or was intended to go and is open: those among <paramref name="docked"/> whose deletion hasn't ended, and all whose
    /// deletion was once intended, since they may be gone already.
    /// </summary>
    /// <param name="serial">Serial of the recorder.</param>
    /// <param name="docked">Sightings of the files that are on it now.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<RecorderCopy>> DueAsync(string serial, IReadOnlyCollection<IntakeId> docked, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RecorderCopy>(new CommandDefinition(
            $"""
            select provenance.intake_id, clip.clip_id, clip.sha256, clip.sm3, provenance.size_bytes, provenance.raw_path, provenance.display_path, provenance.modified_at,
              clip.stored_at, clip.locked_until, recorder_release.intended_at, {MayGo} as may_go,
              (select count(*) from verification where verification.clip_id = clip.clip_id and verification.result = 'match') as reads
            from provenance join clip on clip.clip_id = provenance.clip_id left join recorder_release on recorder_release.intake_id = provenance.intake_id
            where lower(provenance.recorder) = lower(@serial) and recorder_release.ended_at is null
              and (recorder_release.intended_at is not null or (provenance.intake_id = any(@Docked) and {MayGo}))
            order by provenance.intake_id
            """,
            new { serial, Docked = docked.Select(intake => intake.Value).ToArray() },
            cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// Writes that a file is about to be deleted on its recorder, with the event <see cref="CustodyKinds.ReleaseIntended"/>, where the catalog still agrees that
    /// it may go. Again for the same file, it writes nothing and agrees.
    /// </summary>
    /// <returns>False where it may not go; nothing was written then, and nothing may be deleted.</returns>
    public Task<bool> IntendAsync(RecorderCopy copy, ReleasePlace place, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            // The clip's row is locked: damage found meanwhile comes before or after, never in between.
            var mayGo = await transaction.Connection!.ExecuteScalarAsync<bool?>(new CommandDefinition(
                $"""
                select {MayGo} and clip.sha256 = @Sha256 and clip.sm3 = @Sm3 from clip where clip_id = @ClipId for update
                """,
                new { serial = place.Serial, copy.ClipId, copy.Sha256, copy.Sm3 },
                transaction,
                cancellationToken: ct));
            if (mayGo is not true)
                return false;
            var written = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into recorder_release (intake_id, clip_id, station, slot, session_id, intended_at)
                values (@IntakeId, @ClipId, @Station, @Slot, @Session, @Now)
                on conflict (intake_id) do nothing
                """,
                new { copy.IntakeId, copy.ClipId, place.Station, place.Slot, place.Session, by.Now },
                transaction,
                cancellationToken: ct));
            if (written > 0)
                return await CustodyTable.AppendAsync(transaction, EventOf(copy, place, CustodyKinds.ReleaseIntended, $"release-intended/{copy.IntakeId}", by), ct);
            return await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
                """
                select ended_at is null from recorder_release where intake_id = @IntakeId
                """,
                new { copy.IntakeId },
                transaction,
                cancellationToken: ct));
        },
        ct);

    /// <summary>Writes how an open intention ended; false where it is open no more.</summary>
    /// <param name="copy">The file.</param>
    /// <param name="place">Where that was found.</param>
    /// <param name="outcome">One of <see cref="ReleaseOutcomes"/>.</param>
    /// <param name="reason">One of <see cref="ReleaseReasons"/>, for <see cref="ReleaseOutcomes.Kept"/>.</param>
    /// <param name="by">The station.</param>
    /// <param name="ct">Cancels.</param>
    public Task<bool> EndAsync(RecorderCopy copy, ReleasePlace place, string outcome, string? reason, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var written = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update recorder_release set ended_at = @Now, outcome = @outcome, reason = @reason, station = @Station, slot = @Slot, session_id = @Session
                where intake_id = @IntakeId and ended_at is null
                """,
                new { copy.IntakeId, outcome, reason, place.Station, place.Slot, place.Session, by.Now },
                transaction,
                cancellationToken: ct));
            return written > 0 && await CustodyTable.AppendAsync(
                transaction, EventOf(copy, place, KindOf(outcome), $"release-ended/{copy.IntakeId}", by, new KeyValuePair<string, object?>("reason", reason)), ct);
        },
        ct);

    /// <summary>Writes that an intended deletion failed in this docking; once for each docking. It stays intended, for the next one.</summary>
    public Task<bool> FailAsync(RecorderCopy copy, ReleasePlace place, string reason, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        transaction => CustodyTable.AppendAsync(
            transaction,
            EventOf(copy, place, CustodyKinds.ReleaseFailed, $"release-failed/{copy.IntakeId}/{place.Session}", by, new KeyValuePair<string, object?>("reason", reason)),
            ct),
        ct);

    /// <summary>What became of the files of a clip on their recorders.</summary>
    public async Task<IReadOnlyList<ReleaseRow>> OfClipAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ReleaseRow>(new CommandDefinition(
            """
            select intake_id, intended_at, ended_at, outcome, reason from recorder_release where clip_id = @clip
            """,
            new { clip },
            cancellationToken: ct))).AsList();
    }

    /// <summary>What became of the files of a docking.</summary>
    public async Task<ReleaseCounts> OfSessionAsync(SessionId session, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<ReleaseCounts>(new CommandDefinition(
            """
            select count(*) filter (where outcome in ('deleted', 'recovered')) as gone, count(*) filter (where outcome is null) as open,
              max(ended_at) filter (where outcome in ('deleted', 'recovered')) as last_at
            from recorder_release where session_id = @session
            """,
            new { session },
            cancellationToken: ct));
    }

    private static string KindOf(string outcome) => outcome switch
    {
        ReleaseOutcomes.Deleted => CustodyKinds.ReleaseDone,
        ReleaseOutcomes.Recovered => CustodyKinds.ReleaseRecovered,
        ReleaseOutcomes.Kept => CustodyKinds.ReleaseKept,
        _ => throw new ArgumentException($"'{outcome}' is no outcome of a release.", nameof(outcome)),
    };

    private static CustodyEvent EventOf(RecorderCopy copy, ReleasePlace place, string kind, string once, ChangeBy by, params IReadOnlyList<KeyValuePair<string, object?>> facts) => new()
    {
        Id = EventId.New(by.Now),
        At = by.Now,
        Kind = kind,
        Actor = by.Actor,
        Clip = copy.ClipId,
        Once = once,
        Facts =
        [
            new("recorder", place.Serial), new("slot", place.Slot), new("path", copy.DisplayPath), new("size", copy.SizeBytes), new("sha256", copy.Sha256),
            .. facts, new("via", by.Via),
        ],
    };
}

/// <summary>Where a recorder is docked.</summary>
/// <param name="Serial">Its serial.</param>
/// <param name="Station">Station.</param>
/// <param name="Slot">Slot.</param>
/// <param name="Session">Docking.</param>
public sealed record ReleasePlace(string Serial, string Station, int Slot, SessionId Session);
