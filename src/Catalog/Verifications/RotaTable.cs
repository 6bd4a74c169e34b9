using Dapper;

namespace YaoAn.Catalog;

/// <summary>One night of the rota.</summary>
public sealed record RotaNight
{
    /// <summary>Date on which it began, local to the bureau.</summary>
    public required DateOnly Night { get; init; }

    /// <summary>Station that carried it out.</summary>
    public required string Station { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When it ended; null while it runs, or where its process was killed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Originals that were read whole.</summary>
    public int Clips { get; init; }

    /// <summary>Bytes of them.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Those that differed or were missing.</summary>
    public int Differing { get; init; }

    /// <summary>Originals whose last good re-reading was too long ago when the night ended.</summary>
    public int Overdue { get; init; }

    /// <summary><c>running</c>, <c>good</c>, <c>differing</c>, <c>overdue</c>, or <c>nothing</c>: originals were there and none was read.</summary>
    public required string Result { get; init; }

    /// <summary>Why it ended early, or null.</summary>
    public string? Detail { get; init; }
}

/// <summary>A stored original that the rota may read next.</summary>
/// <param name="ClipId">Clip.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="VerifiedAt">Its last good reading.</param>
public sealed record RotaClip(ClipId ClipId, long SizeBytes, DateTimeOffset VerifiedAt);

/// <summary>How long ago the originals were read the last time with the right result; damaged ones are none of them.</summary>
public sealed record ReadingAges
{
    /// <summary>Stored originals.</summary>
    public required long Clips { get; init; }

    /// <summary>Bytes of them.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Read within the period.</summary>
    public required long InTime { get; init; }

    /// <summary>Bytes of those.</summary>
    public required long InTimeBytes { get; init; }

    /// <summary>Read within 7 days.</summary>
    public required long Week { get; init; }

    /// <summary>Read 7 to 30 days ago.</summary>
    public required long Month { get; init; }

    /// <summary>Read longer ago, and not due yet.</summary>
    public required long Older { get; init; }

    /// <summary>Due, or too late.</summary>
    public required long Due { get; init; }

    /// <summary>The one that was read longest ago; null without any.</summary>
    public ClipId? OldestClip { get; init; }

    /// <summary>Its name.</summary>
    public string? OldestName { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? OldestAt { get; init; }
}

/// <summary>SQL of the rota.</summary>
public sealed class RotaTable(CatalogDatabase database)
{
    /// <summary>Every stored byte is read again within this time.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(90);

    /// <summary>An original is due this long before it is too late: so many nights may fail.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromDays(10);

    private const string Columns = "night, station, begun_at, ended_at, clips, size_bytes, differing, overdue, result, detail";

    /// <summary>
    /// Begins a night, or goes on with one that this station was stopped in. False where it has ended, or is another station's: a night is
    /// worked on once.
    /// </summary>
    public async Task<bool> BeginAsync(DateOnly night, string station, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into rota_night (night, station, begun_at) values (@night, @station, @now)
            on conflict (night) do update set begun_at = rota_night.begun_at
            where rota_night.ended_at is null and rota_night.station = excluded.station
            """,
            new { night, station, now },
            cancellationToken: ct)) == 1;
    }

    /// <summary>Writes how a night ended.</summary>
    public async Task EndAsync(RotaNight ended, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update rota_night set ended_at = @EndedAt, clips = @Clips, size_bytes = @SizeBytes, differing = @Differing, overdue = @Overdue,
              result = @Result, detail = @Detail
            where night = @Night
            """,
            ended,
            cancellationToken: ct));
    }

    /// <summary>The last night that was begun, or null.</summary>
    public async Task<RotaNight?> LastAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QueryFirstOrDefaultAsync<RotaNight>(new CommandDefinition(
            $"""select {Columns} from rota_night order by night desc limit 1""", cancellationToken: ct));
    }

    /// <summary>The nights from a date on, newest first.</summary>
    public async Task<IReadOnlyList<RotaNight>> NightsAsync(DateOnly from, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RotaNight>(new CommandDefinition(
            $"""select {Columns} from rota_night where night >= @from order by night desc""", new { from }, cancellationToken: ct))).AsList();
    }

    /// <summary>How long ago everything was read.</summary>
    public async Task<ReadingAges> AgesAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<ReadingAges>(new CommandDefinition(
            """
            with original as (
              select clip_id, display_name, size_bytes, coalesce(verified_at, received_at) as read_at from clip where stage <> 'registered' and health <> 'damaged'),
            oldest as (select clip_id, display_name, read_at from original order by read_at limit 1)
            select count(*) as clips, coalesce(sum(size_bytes), 0)::bigint as size_bytes,
              count(*) filter (where read_at >= @late) as in_time, coalesce(sum(size_bytes) filter (where read_at >= @late), 0)::bigint as in_time_bytes,
              count(*) filter (where read_at >= @week) as week,
              count(*) filter (where read_at < @week and read_at >= @month) as month,
              count(*) filter (where read_at < @month and read_at >= @due) as older,
              count(*) filter (where read_at < @due) as due,
              (select clip_id from oldest) as oldest_clip, (select display_name from oldest) as oldest_name, (select read_at from oldest) as oldest_at
            from original
            """,
            new { late = now - Period, due = now - (Period - Reserve), week = now.AddDays(-7), month = now.AddDays(-30) },
            cancellationToken: ct));
    }

    /// <summary>
    /// The original whose last good reading is the oldest, of those read before a time. What is known to be damaged isn't in it: a person has
    /// it on the list already, and it would be the oldest for ever.
    /// </summary>
    /// <param name="readBefore">Good readings after this count as new.</param>
    /// <param name="but">Left aside.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<RotaClip?> OldestAsync(DateTimeOffset readBefore, IReadOnlyCollection<ClipId> but, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QueryFirstOrDefaultAsync<RotaClip>(new CommandDefinition(
            """
            select clip_id, size_bytes, verified_at from clip
            where stage <> 'registered' and health <> 'damaged' and verified_at < @readBefore and clip_id <> all(@but)
            order by verified_at
            limit 1
            """,
            new { readBefore, but = but.Select(clip => clip.Value).ToArray() },
            cancellationToken: ct));
    }

    /// <summary>Stored originals and their bytes, and how many of them were read for the last time before <paramref name="dueBefore"/>.</summary>
    public async Task<(long Clips, long SizeBytes, long Due)> CountAsync(DateTimeOffset dueBefore, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
            """
            select count(*), coalesce(sum(size_bytes), 0)::bigint, count(*) filter (where verified_at < @dueBefore)
            from clip
            where stage <> 'registered' and health <> 'damaged'
            """,
            new { dueBefore },
            cancellationToken: ct));
    }

    /// <summary>Ids of stored originals in the order of their ids, from one on: all of them, or those read for the last time before a time.</summary>
    public async Task<IReadOnlyList<ClipId>> StoredAsync(ClipId? after, DateTimeOffset? readBefore, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClipId>(new CommandDefinition(
            """
            select clip_id from clip
            where stage <> 'registered' and (@after::uuid is null or clip_id > @after) and (@readBefore::timestamptz is null or verified_at < @readBefore)
            order by clip_id
            limit @most
            """,
            new { after = after?.Value, readBefore, most },
            cancellationToken: ct))).AsList();
    }
}
