using Dapper;

namespace YaoAn.Catalog;

/// <summary>One census of one scope.</summary>
public sealed record CensusRow
{
    /// <summary>Scope of the census of catalog against store.</summary>
    public const string Store = "store";

    /// <summary>Date, local to the bureau.</summary>
    public required DateOnly Day { get; init; }

    /// <summary><see cref="Store"/>, or what <see cref="SpoolOf"/> gives.</summary>
    public required string Scope { get; init; }

    /// <summary>Station that carried it out.</summary>
    public required string Station { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When it ended; null while it runs, or where its process was killed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Originals that should be in the store; of a spool: intakes that the catalog knows.</summary>
    public long Clips { get; init; }

    /// <summary>Bytes of them.</summary>
    public long ClipBytes { get; init; }

    /// <summary>Originals that the store lists; of a spool: whole intakes in it.</summary>
    public long Objects { get; init; }

    /// <summary>Bytes of them.</summary>
    public long ObjectBytes { get; init; }

    /// <summary>Retention dates that were compared.</summary>
    public long Locks { get; init; }

    /// <summary>Uploads that had been begun and never ended, and that were removed.</summary>
    public int Swept { get; init; }

    /// <summary>Findings that are open after it.</summary>
    public int Findings { get; init; }

    /// <summary><c>running</c>, <c>good</c>, <c>findings</c>, or <c>broken</c>: it couldn't be carried out whole.</summary>
    public required string Result { get; init; }

    /// <summary>Why it broke off, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>Scope of a station's spool.</summary>
    public static string SpoolOf(string station) => "spool:" + station;
}

/// <summary>Something that a census found.</summary>
public sealed record CensusFinding
{
    /// <summary>Every <see cref="Kind"/>, the worst first.</summary>
    public static readonly IReadOnlyList<string> AllKinds =
        ["missing", "size", "lock", "hidden", "unstored", "unregistered", "no-manifest", "untracked", "strange", "interrupted"];

    /// <summary>
    /// <c>missing</c> (row without object), <c>size</c>, <c>lock</c> (the store keeps it less long than the catalog says), <c>hidden</c> (by a delete
    /// marker), <c>no-manifest</c>, <c>untracked</c> (object without row), <c>strange</c> (a name that isn't ours); of a spool: <c>unregistered</c>,
    /// <c>unstored</c>, <c>interrupted</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Key of an object, or an intake's id.</summary>
    public required string Subject { get; init; }

    /// <summary>Clip that it is about; it may not be in the catalog.</summary>
    public ClipId? ClipId { get; init; }

    /// <summary>What the catalog says: bytes, or a date.</summary>
    public string? Expected { get; init; }

    /// <summary>What is there.</summary>
    public string? Found { get; init; }
}

/// <summary>A finding as it is kept.</summary>
public sealed record CensusFindingRow
{
    /// <summary>Scope of the census.</summary>
    public required string Scope { get; init; }

    /// <summary>See <see cref="CensusFinding.Kind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Key of an object, or an intake's id.</summary>
    public required string Subject { get; init; }

    /// <summary>Clip, or null.</summary>
    public ClipId? ClipId { get; init; }

    /// <summary>Name of that clip where the catalog has it.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What the catalog says.</summary>
    public string? Expected { get; init; }

    /// <summary>What is there.</summary>
    public string? Found { get; init; }

    /// <summary>When it was found first.</summary>
    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When it was found last.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>When a whole census didn't find it any more; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>A clip as the census compares it.</summary>
/// <param name="ClipId">Clip.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="Stage">Stage.</param>
/// <param name="Health">Health.</param>
/// <param name="LockedUntil">Retention date, or null.</param>
public sealed record CensusClip(ClipId ClipId, long SizeBytes, ClipStage Stage, ClipHealth Health, DateTimeOffset? LockedUntil);

/// <summary>SQL of the census.</summary>
public sealed class CensusTable(CatalogDatabase database)
{
    private const string Columns = "day, scope, station, begun_at, ended_at, clips, clip_bytes, objects, object_bytes, locks, swept, findings, result, detail";
    private static readonly TimeSpan s_tryBrokenAgain = TimeSpan.FromHours(1);

    /// <summary>
    /// Begins the census of a day, goes on with one that this station was stopped in, or tries one again that broke off an hour ago. False where
    /// it has ended, or is another station's.
    /// </summary>
    public async Task<bool> BeginAsync(DateOnly day, string scope, string station, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into census (day, scope, station, begun_at) values (@day, @scope, @station, @now)
            on conflict (day, scope) do update set begun_at = @now, station = @station, ended_at = null, result = 'running', detail = null
            where (census.ended_at is null and census.station = @station) or (census.result = 'broken' and census.ended_at < @brokenBefore)
            """,
            new { day, scope, station, now, brokenBefore = now - s_tryBrokenAgain },
            cancellationToken: ct)) == 1;
    }

    /// <summary>Notes findings; one that is open already keeps the time it was found first.</summary>
    public async Task FindAsync(string scope, IReadOnlyCollection<CensusFinding> findings, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into census_finding (scope, kind, subject, clip_id, expected, found, first_seen_at, last_seen_at)
            values (@scope, @Kind, @Subject, @ClipId, @Expected, @Found, @now, @now)
            on conflict (scope, kind, subject) do update set
              clip_id = excluded.clip_id, expected = excluded.expected, found = excluded.found, last_seen_at = excluded.last_seen_at, closed_at = null,
              first_seen_at = case when census_finding.closed_at is null then census_finding.first_seen_at else excluded.first_seen_at end
            """,
            findings.Select(finding => new { scope, finding.Kind, finding.Subject, finding.ClipId, finding.Expected, finding.Found, now }),
            cancellationToken: ct));
    }

    /// <summary>
    /// Writes how a census ended. One that went through closes what it did not find; how many are open then is counted into it, and makes the
    /// result.
    /// </summary>
    /// <returns>The row as it is kept.</returns>
    public Task<CensusRow> EndAsync(CensusRow ended, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (ended.Result != "broken")
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    """update census_finding set closed_at = @EndedAt where scope = @Scope and closed_at is null and last_seen_at < @BegunAt""",
                    ended,
                    transaction,
                    cancellationToken: ct));
            }
            var open = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                """select count(*) from census_finding where scope = @Scope and closed_at is null""", ended, transaction, cancellationToken: ct));
            var kept = ended with { Findings = open, Result = ended.Result == "broken" ? "broken" : open > 0 ? "findings" : "good" };
            await connection.ExecuteAsync(new CommandDefinition(
                """
                update census set ended_at = @EndedAt, clips = @Clips, clip_bytes = @ClipBytes, objects = @Objects, object_bytes = @ObjectBytes,
                  locks = @Locks, swept = @Swept, findings = @Findings, result = @Result, detail = @Detail
                where day = @Day and scope = @Scope
                """,
                kept,
                transaction,
                cancellationToken: ct));
            return kept;
        },
        ct);

    /// <summary>The last census of each scope that ended, the store's first.</summary>
    public async Task<IReadOnlyList<CensusRow>> LastAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<CensusRow>(new CommandDefinition(
            $"""
            select {Columns} from (
              select distinct on (scope) {Columns} from census where ended_at is not null order by scope, day desc) last
            order by scope <> 'store', scope
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>Findings, the worst kinds first, then the oldest.</summary>
    /// <param name="closed">Those that were closed since a time instead of those that are open.</param>
    /// <param name="kind">Of one kind only, or null.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<CensusFindingRow>> FindingsAsync(DateTimeOffset? closed, string? kind, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<CensusFindingRow>(new CommandDefinition(
            """
            select finding.scope, finding.kind, finding.subject, finding.clip_id, clip.display_name, finding.expected, finding.found,
              finding.first_seen_at, finding.last_seen_at, finding.closed_at
            from census_finding finding left join clip on clip.clip_id = finding.clip_id
            where (@closed::timestamptz is null and finding.closed_at is null or finding.closed_at >= @closed) and (@kind::text is null or finding.kind = @kind)
            order by array_position(@AllKinds, finding.kind), finding.first_seen_at, finding.subject
            limit @most
            """,
            new { closed, kind, most, AllKinds = CensusFinding.AllKinds.ToArray() },
            cancellationToken: ct))).AsList();
    }

    /// <summary>How many findings are open, by kind.</summary>
    public async Task<IReadOnlyDictionary<string, long>> OpenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(string Kind, long Count)>(new CommandDefinition(
            """select kind, count(*) from census_finding where closed_at is null group by kind""", cancellationToken: ct))).ToDictionary(row => row.Kind, row => row.Count);
    }

    /// <summary>Clips in the order of their ids, from one on.</summary>
    public async Task<IReadOnlyList<CensusClip>> ClipsAsync(ClipId? after, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(Guid ClipId, long SizeBytes, string Stage, string Health, DateTimeOffset? LockedUntil)>(new CommandDefinition(
            """
            select clip_id, size_bytes, stage, health, locked_until from clip
            where @after::uuid is null or clip_id > @after
            order by clip_id
            limit @most
            """,
            new { after = after?.Value, most },
            cancellationToken: ct))).Select(row => new CensusClip(
                new ClipId(row.ClipId),
                row.SizeBytes,
                Enum.Parse<ClipStage>(row.Stage, ignoreCase: true),
                Enum.Parse<ClipHealth>(row.Health, ignoreCase: true),
                row.LockedUntil)).ToList();
    }

    /// <summary>Of the given intakes those that the catalog has a row of, with the clip and its stage.</summary>
    public async Task<IReadOnlyDictionary<IntakeId, ClipState>> IntakesAsync(IReadOnlyCollection<IntakeId> intakes, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(Guid IntakeId, Guid ClipId, string Stage, string Health)>(new CommandDefinition(
            """
            select provenance.intake_id, clip.clip_id, clip.stage, clip.health
            from provenance join clip on clip.clip_id = provenance.clip_id
            where provenance.intake_id = any(@ids)
            """,
            new { ids = intakes.Select(intake => intake.Value).ToArray() },
            cancellationToken: ct))).ToDictionary(
                row => new IntakeId(row.IntakeId),
                row => new ClipState
                {
                    ClipId = new ClipId(row.ClipId),
                    Stage = Enum.Parse<ClipStage>(row.Stage, ignoreCase: true),
                    Health = Enum.Parse<ClipHealth>(row.Health, ignoreCase: true),
                });
    }
}
