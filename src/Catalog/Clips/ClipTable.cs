using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of clips: reading for people (always under a <see cref="Viewer"/>), and the compare-and-set of their stage.</summary>
public sealed class ClipTable(CatalogDatabase database)
{
    private const string Columns =
        """
        clip.clip_id, clip.sha256, clip.sm3, clip.size_bytes, clip.kind, clip.stage, clip.health, clip.health_reason, clip.preview_state,
        clip.sidecar, clip.sample, clip.station, clip.slot, clip.recorder, clip.display_name, clip.received_at,
        clip.recorded_from, clip.recorded_to, clip.recorded_source, clip.recording,
        clip.clock_offset_ms, clip.clock_within_ms, clip.clock_by, clip.corrected_from, clip.corrected_to, clip.stored_at, clip.locked_until, clip.lock_strength, clip.verified_at,
        media.duration_ms, media.video_codec, media.audio_codec, media.width, media.height, media.plays,
        (select count(*) from provenance where provenance.clip_id = clip.clip_id) as sightings,
        (select count(*) from clip part where part.recording = clip.recording) as parts,
        (select count(*) from clip part where part.recording = clip.recording
          and (part.recorded_from, part.clip_id) <= (clip.recorded_from, clip.clip_id)) as part
        """;

    /// <summary>What a viewer may know of. What he has none of is no condition at all, so that the planner reckons with the rest alone.</summary>
    internal const string Visible =
        "(@SeesAll or (@SeesSamples and clip.sample) or (@Officer::uuid is not null and clip.officers @> array[@Officer]::uuid[]) or (cardinality(@Units::uuid[]) > 0 and clip.units && @Units))";

    /// <summary>Of a case, or of a plate: a condition of its own, so that the planner begins with the few cases and not with all clips.</summary>
    private const string OfCases =
        $"""
        and clip.clip_id in (
          select link.clip_id
          from case_file join activity on activity.case_id = case_file.case_id join link on link.activity_id = activity.activity_id
          where {CaseTable.Visible} and link.state <> 'rejected'
            and (@InCase::text is null or case_file.number ilike @InCase) and (@Plate::text is null or case_file.plates @> array[upper(@Plate)]))
        """;

    /// <summary>The best known time of a clip; the same expression as in <c>clip_recorded_idx</c>.</summary>
    private const string At = "coalesce(clip.corrected_from, clip.recorded_from, clip.received_at)";

    private const string Matches =
        $"""
        (@Only::uuid is null or clip.clip_id = @Only)
        and (@Sidecars or not clip.sidecar)
        and (@From::timestamptz is null or {At} >= @From)
        and (@Before::timestamptz is null or {At} < @Before)
        and (cardinality(@Kinds) = 0 or clip.kind = any(@Kinds))
        and (cardinality(@States) = 0
          or ('verified' = any(@States) and clip.stage <> 'registered' and clip.health <> 'damaged')
          or ('pending' = any(@States) and clip.stage = 'registered' and clip.health <> 'damaged')
          or clip.health = any(@States))
        and (@Recorder::text is null or clip.recorder = @Recorder)
        and (cardinality(@Filed) = 0 or clip.filed <> 'unlinked' and clip.filed = any (@Filed)
          or clip.filed = 'unlinked' and clip.suggested and 'suggested' = any (@Filed)
          or clip.filed = 'unlinked' and not clip.suggested and 'unlinked' = any (@Filed))
        and (@Unit::text is null or clip.units && array(select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
        and (@ByOfficer::text is null or clip.officers && array(select officer_id from officer where lower(officer.number) = lower(@ByOfficer) or officer.name = @ByOfficer))
        and (@Text::text is null or clip.display_name ilike @Like or clip.recorder ilike @Like
          or clip.sha256 between @HashFrom and @HashTo)
        """;

    /// <summary>A clip, or null where there is none or the viewer may not know of it.</summary>
    public async Task<ClipRow?> FindAsync(Viewer viewer, ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<ClipRow>(new CommandDefinition(
            $"""
            select {Columns}
            from clip left join media on media.clip_id = clip.clip_id
            where clip.clip_id = @clip and {Visible}
            """,
            new { clip, viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units },
            cancellationToken: ct));
    }

    /// <summary>A clip for a worker, which acts for nobody.</summary>
    public async Task<ClipRow?> FindForWorkAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<ClipRow>(new CommandDefinition(
            $"""
            select {Columns}
            from clip left join media on media.clip_id = clip.clip_id
            where clip.clip_id = @clip
            """,
            new { clip },
            cancellationToken: ct));
    }

    /// <summary>
    /// One page, newest first. <paramref name="after"/> goes to older rows, <paramref name="before"/> to newer ones; at most one is given.
    /// </summary>
    public async Task<ClipPage> ListAsync(
        Viewer viewer, ClipFilter filter, ClipCursor? after, ClipCursor? before, int limit, CancellationToken ct)
    {
        var sort = filter.ByReceived ? "clip.received_at" : At;
        var (place, order) = (after, before) switch
        {
            (not null, _) => ($"and ({sort}, clip.clip_id) < (@At, @ClipId)", "desc"),
            (_, not null) => ($"and ({sort}, clip.clip_id) > (@At, @ClipId)", "asc"),
            _ => ("", "desc"),
        };
        var cursor = after ?? before;
        var parameters = Parameters(viewer, filter);
        parameters.Add("At", cursor?.At.UtcDateTime);
        parameters.Add("ClipId", cursor?.Clip.Value);
        parameters.Add("Limit", limit + 1);
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<ClipRow>(new CommandDefinition(
            $"""
            select {Columns}
            from (
                select * from clip
                where {Visible} and {Matches} {Narrow(filter)} {place}
                order by {sort} {order}, clip.clip_id {order}
                limit @Limit) clip
              left join media on media.clip_id = clip.clip_id
            order by {sort} {order}, clip.clip_id {order}
            """,
            parameters,
            cancellationToken: ct))).AsList();
        var more = rows.Count > limit;
        if (more)
            rows.RemoveAt(limit);
        if (before is not null)
            rows.Reverse();
        ClipCursor CursorOf(ClipRow row) => new(filter.ByReceived ? row.ReceivedAt : row.At, row.ClipId);
        var older = before is not null || more;
        var newer = after is not null || (before is not null && more);
        return new ClipPage(rows, older && rows.Count > 0 ? CursorOf(rows[^1]) : null, newer && rows.Count > 0 ? CursorOf(rows[0]) : null);
    }

    /// <summary>Count and length of what a filter matches, exact to <see cref="ClipTotals.CountedTo"/> rows.</summary>
    public async Task<ClipTotals> TotalsAsync(Viewer viewer, ClipFilter filter, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<ClipTotals>(new CommandDefinition(
            $"""
            select count(*) as count, coalesce(sum(size_bytes), 0)::bigint as size_bytes
            from (select clip.size_bytes from clip where {Visible} and {Matches} {Narrow(filter)} limit {ClipTotals.CountedTo + 1}) matching
            """,
            Parameters(viewer, filter),
            cancellationToken: ct));
    }

    /// <summary>
    /// Serials of recorders, in order, for somebody who looks for one: of all clips for who sees all, else of some thousands of the viewer's. From one serial to the
    /// next by the index: a recorder has tens of thousands of clips.
    /// </summary>
    public async Task<IReadOnlyList<string>> RecordersAsync(Viewer viewer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            viewer.SeesAll
                ? """
                with recursive known (serial) as (
                  (select recorder from clip where recorder is not null and recorded_from is not null order by recorder limit 1)
                  union all
                  select (select recorder from clip where recorder > known.serial and recorded_from is not null order by recorder limit 1) from known where known.serial is not null)
                select serial from known where serial is not null limit 500
                """
                : $"""
                select distinct recorder from (select clip.recorder from clip where {Visible} and clip.recorder is not null limit 5000) latest order by 1 limit 500
                """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Stage and health of some clips, for the station's board.</summary>
    public async Task<IReadOnlyDictionary<ClipId, ClipState>> StatesAsync(IReadOnlyList<ClipId> clips, CancellationToken ct)
    {
        if (clips.Count == 0)
            return new Dictionary<ClipId, ClipState>();
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClipState>(new CommandDefinition(
            """
            select clip_id, stage, health from clip where clip_id = any(@ids)
            """,
            new { ids = clips.Select(clip => clip.Value).ToArray() },
            cancellationToken: ct))).ToDictionary(state => state.ClipId);
    }

    /// <summary>Asks the database for nothing.</summary>
    /// <exception cref="NpgsqlException">It can't be reached.</exception>
    public async Task PingAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("""select 1""", cancellationToken: ct));
    }

    /// <summary>
    /// Moves a clip one stage on, writes its custody event and wakes listeners, all in one transaction.
    /// </summary>
    /// <param name="move">From where to where, and what else changes with it.</param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>False where the clip is no longer at <see cref="StageMove.From"/>: another worker did it, nothing was changed.</returns>
    /// <exception cref="ArgumentException">The move does not go forward by one stage; nothing was changed.</exception>
    public Task<bool> MoveAsync(StageMove move, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (move.To != move.From + 1)
                throw new ArgumentException($"A stage moves forward only, and by one: not from {move.From} to {move.To}.", nameof(move));
            if (move.RecordedFrom is not null)
                await RecorderLockTable.TakeAsync(transaction, move.Clip, ct);
            var moved = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update clip set
                  stage = @To,
                  kind = coalesce(@Kind, kind),
                  sm3 = coalesce(@Sm3, sm3),
                  stored_at = coalesce(@StoredAt, stored_at),
                  verified_at = coalesce(@StoredAt, verified_at),
                  locked_until = greatest(@LockedUntil, locked_until),
                  lock_strength = coalesce(@LockStrength, lock_strength),
                  recorded_from = coalesce(@RecordedFrom, recorded_from),
                  recorded_to = coalesce(@RecordedTo, recorded_to),
                  recorded_source = coalesce(@RecordedSource, recorded_source),
                  preview_state = coalesce(@PreviewState, preview_state),
                  health = case when @Attention::text is not null and health = 'ok' then 'attention' else health end,
                  health_reason = case when @Attention::text is not null and health = 'ok' then @Attention else health_reason end
                where clip_id = @Clip and stage = @From
                """,
                new
                {
                    move.Clip,
                    From = move.From.Word(),
                    To = move.To.Word(),
                    Kind = move.Kind?.Word(),
                    move.Sm3,
                    move.StoredAt,
                    move.LockedUntil,
                    move.LockStrength,
                    move.RecordedFrom,
                    move.RecordedTo,
                    move.RecordedSource,
                    move.PreviewState,
                    move.Attention,
                },
                transaction,
                cancellationToken: ct));
            if (moved == 0)
                return false;
            if (move.ReadBack is { } readBack)
                await VerificationTable.EndAsync(transaction, readBack, custodyEvent: null, ct);
            if (move.RecordedFrom is not null)
            {
                await RecordingTable.JoinAsync(transaction, move.Clip, ct);
                await ClockTable.CorrectAsync(transaction, move.Clip, ct);
                await OwnerTable.OfClipAsync(transaction, move.Clip, move.Event.Actor, move.Event.At, ct);
            }
            await CustodyTable.AppendAsync(transaction, move.Event, ct);
            await NotifyAsync(transaction, move.Clip, ct);
            return true;
        },
        ct);

    /// <summary>Marks a clip as damaged, or sound again after a good re-read, with its custody event, in the caller's transaction.</summary>
    internal static async Task SetVerifiedAsync(
        NpgsqlTransaction transaction, ClipId clip, bool sound, string? reason, DateTimeOffset now, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update clip set
              verified_at = case when @sound then @now else verified_at end,
              health = case when not @sound then 'damaged' when health = 'damaged' then 'ok' else health end,
              health_reason = case when not @sound then @reason when health = 'damaged' then null else health_reason end
            where clip_id = @clip
            """,
            new { clip, sound, reason, now },
            transaction,
            cancellationToken: ct));
        await NotifyAsync(transaction, clip, ct);
    }

    /// <summary>Tells whoever listens on <c>clip_changed</c>, when the transaction commits.</summary>
    internal static Task NotifyAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select pg_notify('clip_changed', @clip::text)""", new { clip = clip.Value }, transaction, cancellationToken: ct));

    /// <summary>What follows from a filter, said once more so that the index of what waits, the few marks, or the clips of few cases are used instead of all.</summary>
    private static string Narrow(ClipFilter filter) => string.Join(
        Environment.NewLine,
        filter switch
        {
            { Filed.Count: > 0, Sidecars: false } when filter.Filed.All(state => state is FilingStates.Unlinked or FilingStates.Suggested) =>
                "and clip.filed = 'unlinked' and not clip.sidecar and clip.kind <> 'data'",
            { Filed: [FilingStates.NotEnforcement] } => "and clip.clip_id in (select not_enforcement.clip_id from not_enforcement)",
            _ => "",
        },
        filter.Case is null && filter.Plate is null ? "" : OfCases);

    private static DynamicParameters Parameters(Viewer viewer, ClipFilter filter)
    {
        var hash = filter.Text is { Length: >= 4 and <= 64 } text && text.All(char.IsAsciiHexDigit) ? text : null;
        return new DynamicParameters(new
        {
            viewer.SeesAll,
            viewer.SeesSamples,
            viewer.Officer,
            viewer.Units,
            Only = filter.Only?.Value,
            filter.Sidecars,
            filter.From,
            filter.Before,
            Kinds = filter.Kinds.Select(kind => kind.Word()).ToArray(),
            States = filter.States.ToArray(),
            filter.Recorder,
            Filed = filter.Filed.ToArray(),
            InCase = Like.Part(filter.Case),
            filter.Plate,
            filter.Unit,
            filter.ByOfficer,
            filter.Text,
            Like = Like.Part(filter.Text),
            HashFrom = hash is null ? null : Convert.FromHexString(hash.PadRight(64, '0')),
            HashTo = hash is null ? null : Convert.FromHexString(hash.PadRight(64, 'f')),
        });
    }
}

/// <summary>How far a clip is, and how well.</summary>
public sealed record ClipState
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Stage.</summary>
    public required ClipStage Stage { get; init; }

    /// <summary>Health.</summary>
    public required ClipHealth Health { get; init; }
}

/// <summary>One step forward of a clip. Null members leave the column as it is.</summary>
public sealed record StageMove
{
    /// <summary>Clip.</summary>
    public required ClipId Clip { get; init; }

    /// <summary>Stage it must be at.</summary>
    public required ClipStage From { get; init; }

    /// <summary>Stage it goes to.</summary>
    public required ClipStage To { get; init; }

    /// <summary>The event of this change.</summary>
    public required CustodyEvent Event { get; init; }

    /// <summary>What it turned out to be.</summary>
    public ClipKind? Kind { get; init; }

    /// <summary>Second digest.</summary>
    public Sm3Digest? Sm3 { get; init; }

    /// <summary>When the read-back succeeded.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>That read-back: no clip is stored without the row of it, whatever a crash cuts off.</summary>
    public VerificationRow? ReadBack { get; init; }

    /// <summary>Retention as read back from the store; never shortens.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Strength of that lock.</summary>
    public string? LockStrength { get; init; }

    /// <summary>Start of the recording.</summary>
    public DateTimeOffset? RecordedFrom { get; init; }

    /// <summary>End of the recording.</summary>
    public DateTimeOffset? RecordedTo { get; init; }

    /// <summary>What told the start.</summary>
    public string? RecordedSource { get; init; }

    /// <summary>What became of the preview.</summary>
    public string? PreviewState { get; init; }

    /// <summary>Reason code: the clip needs attention.</summary>
    public string? Attention { get; init; }
}
