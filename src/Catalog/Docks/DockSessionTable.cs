using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>One plugging-in, import or visit of the upload page, as the catalog keeps it.</summary>
public sealed record DockSessionRow
{
    /// <summary>Id.</summary>
    public required SessionId SessionId { get; init; }

    /// <summary>Station.</summary>
    public required string Station { get; init; }

    /// <summary>Slot.</summary>
    public int? Slot { get; init; }

    /// <summary><c>dock</c>, <c>import</c> or <c>browser</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Recorder.</summary>
    public required RecorderIdentity Recorder { get; init; }

    /// <summary>Who sends files in it by a browser.</summary>
    public Uploader? Uploader { get; init; }

    /// <summary>When it was plugged in.</summary>
    public required DateTimeOffset AttachedAt { get; init; }

    /// <summary>When it was taken out; null while it is in.</summary>
    public DateTimeOffset? DetachedAt { get; init; }

    /// <summary>Taken out before all its files were safe here.</summary>
    public bool Early { get; init; }

    /// <summary>Files that were not safe then.</summary>
    public int Missing { get; init; }

    /// <summary>Free bytes of the recorder when it was last looked at; null where that can't be known.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>All bytes of it.</summary>
    public long? TotalBytes { get; init; }
}

/// <summary>A file that was seen and not taken in.</summary>
public sealed record SkippedFileRow(
    SessionId SessionId, byte[] RawPath, string DisplayPath, string Reason, long SizeBytes, DateTimeOffset ModifiedAt, DateTimeOffset At);

/// <summary>SQL of dock sessions and of the files they left out.</summary>
public sealed class DockSessionTable(CatalogDatabase database)
{
    /// <summary>Writes the session's present state and its events; safe to repeat.</summary>
    public Task WriteAsync(DockSessionRow session, IReadOnlyList<SkippedFileRow> skipped, DateTimeOffset now, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                // Two stations that see the same recorder at once must see each other here.
                await RecorderLockTable.TakeAsync(transaction, session.Recorder.Serial, ct);
                await connection.ExecuteAsync(new CommandDefinition(
                    """
                    insert into dock_session (session_id, station, slot, source, recorder_key, recorder, recorder_by, attached_at, detached_at,
                      early, missing, free_bytes, total_bytes, account_id, account)
                    values (@SessionId, @Station, @Slot, @Source, @Key, @Serial, @By, @AttachedAt, @DetachedAt, @Early, @Missing, @FreeBytes, @TotalBytes,
                      @Account, @AccountName)
                    on conflict (session_id) do update set
                      recorder_key = excluded.recorder_key, recorder = excluded.recorder, recorder_by = excluded.recorder_by,
                      detached_at = excluded.detached_at, early = excluded.early, missing = excluded.missing,
                      free_bytes = excluded.free_bytes, total_bytes = excluded.total_bytes
                    """,
                    new
                    {
                        session.SessionId,
                        session.Station,
                        session.Slot,
                        session.Source,
                        session.Recorder.Key,
                        session.Recorder.Serial,
                        session.Recorder.By,
                        session.AttachedAt,
                        session.DetachedAt,
                        session.Early,
                        session.Missing,
                        session.FreeBytes,
                        session.TotalBytes,
                        session.Uploader?.Account,
                        AccountName = session.Uploader?.Name,
                    },
                    transaction,
                    cancellationToken: ct));
                await connection.ExecuteAsync(new CommandDefinition(
                    """
                    insert into skipped_file (session_id, raw_path, display_path, reason, size_bytes, modified_at, at)
                    values (@SessionId, @RawPath, @DisplayPath, @Reason, @SizeBytes, @ModifiedAt, @At)
                    on conflict on constraint skipped_file_pkey do nothing
                    """,
                    skipped,
                    transaction,
                    cancellationToken: ct));
                if (await ContestAsync(transaction, session, ct) is { Count: > 0 } contested)
                    await OwnerTable.OfSessionsAsync(transaction, contested, CustodyActor.Station(session.Station), now, ct);
                await CustodyTable.AppendAsync(transaction, EventOf(session, CustodyKinds.SessionAttached, session.AttachedAt), ct);
                if (session.DetachedAt is { } detached)
                {
                    var kind = session.Early ? CustodyKinds.SessionDetachedEarly : CustodyKinds.SessionDetached;
                    await CustodyTable.AppendAsync(transaction, EventOf(session, kind, detached), ct);
                }
                return true;
            },
            ct);

    /// <summary>Files that the given sessions left out, newest first.</summary>
    public async Task<IReadOnlyList<SkippedFileRow>> SkippedAsync(string reason, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<SkippedFileRow>(new CommandDefinition(
            """
            select session_id, raw_path, display_path, reason, size_bytes, modified_at, at
            from skipped_file
            where reason = @reason
            order by at desc
            limit @limit
            """,
            new { reason, limit },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Marks this session and all of the same serial that were in other slots at the same time; gives those that weren't marked before.</summary>
    private static async Task<IReadOnlyList<SessionId>> ContestAsync(NpgsqlTransaction transaction, DockSessionRow session, CancellationToken ct) =>
        session is { Source: "dock", Recorder.Serial: { } serial }
            ? (await transaction.Connection!.QueryAsync<SessionId>(new CommandDefinition(
                """
                update dock_session set contested = true
                where not contested and session_id in (
                  select unnest(array[me.session_id, other.session_id])
                  from dock_session me
                    join dock_session other on lower(other.recorder) = lower(@serial) and other.source = 'dock'
                      and (other.station, other.slot) is distinct from (me.station, me.slot)
                      and tstzrange(other.attached_at, case when other.detached_at is not null then greatest(other.attached_at, other.detached_at) end) && tstzrange(me.attached_at, case when me.detached_at is not null then greatest(me.attached_at, me.detached_at) end)
                  where me.session_id = @SessionId)
                returning session_id
                """,
                new { serial, session.SessionId },
                transaction,
                cancellationToken: ct))).AsList()
            : [];

    private static CustodyEvent EventOf(DockSessionRow session, string kind, DateTimeOffset at) => new()
    {
        Id = EventId.New(at),
        At = at,
        Kind = kind,
        Actor = session.Uploader?.Actor ?? CustodyActor.Station(session.Station),
        Once = $"{kind}/{session.SessionId}",
        Facts =
        [
            new("session", session.SessionId),
            new("station", session.Station),
            new("slot", session.Slot),
            new("source", session.Source),
            new("recorder", session.Recorder.Serial),
            new("recorderBy", session.Recorder.By),
            new("missing", session.Missing),
        ],
    };
}
