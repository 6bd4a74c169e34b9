using Dapper;

namespace YaoAn.Catalog;

/// <summary>SQL of one officer's day. Every query asks for what is that officer's alone, whatever else the account may see.</summary>
public sealed class MyDayTable(CatalogDatabase database)
{
    private const string Clip =
        """
        clip.clip_id, clip.display_name, clip.kind, clip.stage, clip.health, clip.recorder,
        coalesce(clip.corrected_from, clip.recorded_from, clip.received_at) as at,
        (select duration_ms from media where media.clip_id = clip.clip_id) as duration_ms,
        clip.received_at - coalesce(clip.corrected_to, clip.recorded_to) as handed_in_after
        """;

    private const string Mine = "clip.officers @> array[@officer]::uuid[] and not clip.sidecar";

    /// <summary>Recorded or handed in on the day.</summary>
    private const string OfDay =
        """
        (coalesce(clip.corrected_from, clip.recorded_from, clip.received_at) >= @day or clip.received_at >= @day)
        """;

    /// <summary>The officer, as lists have one; null where there is none of this id.</summary>
    public async Task<string?> NumberAsync(OfficerId officer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            """
            select number from officer where officer_id = @officer
            """,
            new { officer },
            cancellationToken: ct));
    }

    /// <summary>The recorders that an officer has now.</summary>
    public async Task<IReadOnlyList<MyRecorder>> RecordersAsync(OfficerId officer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<MyRecorder>(new CommandDefinition(
            """
            select recorder.serial, recorder.kind, recorder.pool, lower(allocation.during) as held_since, allocation.due_at,
              docked.station, docked.slot, docked.attached_at, docked.detached_at, coalesce(docked.early, false) as early, coalesce(docked.missing, 0) as missing,
              (select count(*) from provenance where provenance.session_id = docked.session_id) as files,
              (select count(*) from provenance join clip on clip.clip_id = provenance.clip_id
                where provenance.session_id = docked.session_id and clip.stage <> 'registered' and clip.health <> 'damaged') as stored
            from allocation
              join recorder on recorder.recorder_id = allocation.recorder_id
              left join lateral (
                select * from dock_session where lower(dock_session.recorder) = lower(recorder.serial) and dock_session.source <> 'browser'
                order by attached_at desc limit 1) docked on true
            where allocation.officer_id = @officer and upper_inf(allocation.during)
            order by lower(allocation.during)
            """,
            new { officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>An officer's recordings of a day, the latest first.</summary>
    public async Task<IReadOnlyList<MyClip>> ClipsAsync(OfficerId officer, DateTimeOffset day, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<MyClip>(new CommandDefinition(
            $"""
            select {Clip} from clip where {Mine} and {OfDay} order by at desc, clip.clip_id desc limit @most
            """,
            new { officer, day, most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The same in figures.</summary>
    public async Task<MyDayFigures> FiguresAsync(OfficerId officer, DateTimeOffset day, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<MyDayFigures>(new CommandDefinition(
            $"""
            select count(*) as files, coalesce(sum(size_bytes), 0)::bigint as size_bytes,
              count(*) filter (where clip.stage <> 'registered' and clip.health <> 'damaged') as stored
            from clip where {Mine} and {OfDay}
            """,
            new { officer, day },
            cancellationToken: ct));
    }

    /// <summary>An officer's older recordings that aren't stored yet, or that somebody has to look at, the oldest first.</summary>
    public async Task<IReadOnlyList<MyClip>> WaitingAsync(OfficerId officer, DateTimeOffset day, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<MyClip>(new CommandDefinition(
            $"""
            select {Clip} from clip where {Mine} and not {OfDay} and (clip.stage = 'registered' or clip.health <> 'ok') order by at, clip.clip_id limit @most
            """,
            new { officer, day, most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Recordings that nobody is named for, of recorders that the officer had at their time; the latest first.</summary>
    public async Task<IReadOnlyList<MyUnattributed>> UnattributedAsync(OfficerId officer, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<MyUnattributed>(new CommandDefinition(
            """
            select p.recorder, coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) as at, p.unattributed as reason
            from allocation
              join recorder on recorder.recorder_id = allocation.recorder_id
              join provenance p on lower(p.recorder) = lower(recorder.serial) and p.unattributed is not null
              join clip on clip.clip_id = p.clip_id
            where allocation.officer_id = @officer
              and allocation.during && tstzrange(
                coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) - coalesce(clip.clock_within_ms * interval '1 millisecond', @Unknown),
                coalesce(clip.corrected_from, clip.recorded_from, p.modified_at) + coalesce(clip.clock_within_ms * interval '1 millisecond', @Unknown), '[]')
              and not exists (select from provenance parent where parent.intake_id = p.sidecar_of)
            order by at desc
            limit @most
            """,
            new { officer, most, ClockCorrection.Unknown },
            cancellationToken: ct))).AsList();
    }
}
