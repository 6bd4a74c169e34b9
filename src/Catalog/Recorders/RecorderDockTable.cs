using Dapper;

namespace YaoAn.Catalog;

/// <summary>What docking taught about a recorder.</summary>
/// <param name="Sessions">Times that it was in a slot.</param>
/// <param name="LastAt">When it was last put into one; null if never.</param>
/// <param name="Early">Times that it was taken out too early.</param>
/// <param name="Files">Files that it brought.</param>
/// <param name="SizeBytes">Their length.</param>
public sealed record RecorderDocking(long Sessions, DateTimeOffset? LastAt, long Early, long Files, long SizeBytes);

/// <summary>Room on a recorder when it was last in a slot that tells.</summary>
/// <param name="FreeBytes">Free.</param>
/// <param name="TotalBytes">All of it.</param>
/// <param name="SeenAt">When that docking began.</param>
public sealed record RecorderSpace(long FreeBytes, long TotalBytes, DateTimeOffset SeenAt);

/// <summary>One time that a recorder was in a slot.</summary>
public sealed record RecorderSession
{
    /// <summary>Id.</summary>
    public required SessionId SessionId { get; init; }

    /// <summary>Station.</summary>
    public required string Station { get; init; }

    /// <summary>Slot.</summary>
    public int? Slot { get; init; }

    /// <summary><c>dock</c>, <c>import</c> or <c>browser</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What told its serial: <c>binding</c>, <c>volume</c> or <c>name</c>.</summary>
    public required string RecorderBy { get; init; }

    /// <summary>Staff number of who had it when it was put in; null for nobody.</summary>
    public string? Officer { get; init; }

    /// <summary>Name of who had it then.</summary>
    public string? OfficerName { get; init; }

    /// <summary>When it was put in.</summary>
    public required DateTimeOffset AttachedAt { get; init; }

    /// <summary>When it was taken out.</summary>
    public DateTimeOffset? DetachedAt { get; init; }

    /// <summary>Taken out before all was safe.</summary>
    public bool Early { get; init; }

    /// <summary>Files that were not safe then.</summary>
    public int Missing { get; init; }

    /// <summary>Files that it brought.</summary>
    public long Files { get; init; }
}

/// <summary>SQL of what docking wrote about recorders: read by serial, kept once.</summary>
public sealed class RecorderDockTable(CatalogDatabase database)
{
    /// <summary>All of it in figures.</summary>
    public async Task<RecorderDocking> DockingAsync(string serial, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<RecorderDocking>(new CommandDefinition(
            """
            select docked.sessions, docked.last_at, docked.early, brought.files, brought.size_bytes
            from
              (select count(*) as sessions, max(attached_at) as last_at, count(*) filter (where early) as early
               from dock_session where lower(recorder) = lower(@serial)) docked
              cross join (select count(*) as files, coalesce(sum(size_bytes), 0)::bigint as size_bytes from provenance where lower(recorder) = lower(@serial)) brought
            """,
            new { serial },
            cancellationToken: ct));
    }

    /// <summary>Room on it at its last docking in a slot of its own mount; null where none told.</summary>
    public async Task<RecorderSpace?> SpaceAsync(string serial, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<RecorderSpace>(new CommandDefinition(
            """
            select free_bytes, total_bytes, attached_at as seen_at
            from dock_session where lower(recorder) = lower(@serial) and total_bytes > 0
            order by attached_at desc limit 1
            """,
            new { serial },
            cancellationToken: ct));
    }

    /// <summary>Firmware as its latest recordings name it; null where none does.</summary>
    public async Task<string?> FirmwareAsync(string serial, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            """
            select tag.value
            from (select clip_id, intake_id from provenance where lower(recorder) = lower(@serial) order by intake_id desc limit 20) latest
              join media on media.clip_id = latest.clip_id
              cross join lateral jsonb_each_text(media.tags) tag
            where tag.key ~* '(^|[._:-])(firmware|software)'
            order by latest.intake_id desc, tag.key limit 1
            """,
            new { serial },
            cancellationToken: ct));
    }

    /// <summary>The last times that it was in a slot, the latest first.</summary>
    public async Task<IReadOnlyList<RecorderSession>> SessionsAsync(string serial, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RecorderSession>(new CommandDefinition(
            """
            select dock_session.session_id, dock_session.station, dock_session.slot, dock_session.source, dock_session.recorder_by, dock_session.attached_at,
              dock_session.detached_at, dock_session.early, dock_session.missing, officer.number as officer, officer.name as officer_name,
              (select count(*) from provenance where provenance.session_id = dock_session.session_id) as files
            from dock_session
              left join recorder on lower(recorder.serial) = lower(dock_session.recorder)
              left join allocation on allocation.recorder_id = recorder.recorder_id and allocation.during @> dock_session.attached_at
              left join officer on officer.officer_id = allocation.officer_id
            where lower(dock_session.recorder) = lower(@serial)
            order by dock_session.attached_at desc
            limit @most
            """,
            new { serial, most },
            cancellationToken: ct))).AsList();
    }
}
