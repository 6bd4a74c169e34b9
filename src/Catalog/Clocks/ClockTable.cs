using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of recorders' clocks. The corrected period of a clip is a function of its device time and the readings, kept beside the device's
/// period; it is made again whenever either changes, and neither is ever rewritten.
/// </summary>
public sealed class ClockTable(CatalogDatabase database)
{
    /// <summary>
    /// Writes a reading with its event, and corrects what it reaches, in one transaction. A second reading of the same clip by the same source
    /// takes the place of the first.
    /// </summary>
    /// <param name="reading">The reading.</param>
    /// <param name="by">The administrator of an entry; null otherwise.</param>
    /// <param name="note">What the administrator wrote.</param>
    /// <param name="cause">The event.</param>
    /// <param name="ct">Cancels before the commit.</param>
    public Task RecordAsync(ClockReading reading, CustodyActor? by, string? note, CustodyEvent cause, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            await RecorderLockTable.TakeAsync(transaction, reading.Recorder, ct);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into clock_reading (reading_id, recorder, clip_id, device_at, offset_ms, within_ms, source, time_source, account_id, account, note, read_at)
                values (@Id, @Recorder, @ClipId, @DeviceAt, @OffsetMs, @WithinMs, @Source, @TimeSource, @Account, @Name, @note, @At)
                on conflict (clip_id, source) where clip_id is not null do update set
                  recorder = excluded.recorder, device_at = excluded.device_at, offset_ms = excluded.offset_ms, within_ms = excluded.within_ms,
                  time_source = excluded.time_source, read_at = excluded.read_at
                """,
                new
                {
                    Id = cause.Id.Value,
                    reading.Recorder,
                    reading.ClipId,
                    reading.DeviceAt,
                    reading.OffsetMs,
                    reading.WithinMs,
                    reading.Source,
                    reading.TimeSource,
                    by?.Account,
                    by?.Name,
                    note,
                    cause.At,
                },
                transaction,
                cancellationToken: ct));
            await CustodyTable.AppendAsync(transaction, cause, ct);
            if (reading.Recorder is { } recorder)
                await StandAsync(transaction, recorder, ct);
            foreach (var clip in await CorrectAsync(transaction, reading, ct))
                await OwnerTable.OfClipAsync(transaction, clip, cause.Actor, cause.At, ct);
            return true;
        },
        ct);

    /// <summary>Readings of a recorder, newest first, at most 200.</summary>
    public async Task<IReadOnlyList<ClockReadingRow>> OfRecorderAsync(string recorder, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ClockReadingRow>(new CommandDefinition(
            """
            select reading_id, clip_id, device_at, offset_ms, within_ms, source, account, note, read_at
            from clock_reading
            where recorder = @recorder
            order by device_at desc, reading_id desc
            limit 200
            """,
            new { recorder },
            cancellationToken: ct))).AsList();
    }

    /// <summary>How a recorder's clock stands by its latest reading; null where it was never compared.</summary>
    public async Task<ClockStanding?> StandingAsync(string recorder, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<ClockStanding>(new CommandDefinition(
            """
            select device_at, offset_ms, within_ms, source, drift_ms_per_day, drift_within_ms from recorder_clock where recorder = lower(@recorder)
            """,
            new { recorder },
            cancellationToken: ct));
    }

    /// <summary>
    /// Works out anew how a recorder's clock stands. Of the readings of its last day the best source counts (satellites, then the station's code,
    /// then an entry); drift is told by readings of that same source of time alone.
    /// </summary>
    private static async Task StandAsync(NpgsqlTransaction transaction, string recorder, CancellationToken ct)
    {
        // A recorder that films all day gives hundreds of readings: the first and the last of each day tell the same.
        var readings = (await transaction.Connection!.QueryAsync<ClockReading>(new CommandDefinition(
            """
            with of_it as (
              select recorder, clip_id, device_at, offset_ms, within_ms, source, time_source,
                row_number() over (partition by date_trunc('day', true_at), source, time_source order by true_at) as first_of,
                row_number() over (partition by date_trunc('day', true_at), source, time_source order by true_at desc) as last_of
              from (select *, device_at - offset_ms * interval '1 millisecond' as true_at, max(device_at - offset_ms * interval '1 millisecond') over () as latest
                from clock_reading where lower(recorder) = lower(@recorder)) reading
              where true_at > latest - @Reach
            )
            select recorder, clip_id, device_at, offset_ms, within_ms, source, time_source from of_it where first_of = 1 or last_of = 1
            """,
            new { recorder, ClockDrift.Reach },
            transaction,
            cancellationToken: ct))).AsList();
        var latest = readings.Max(reading => reading.TrueAt);
        var best = readings.Where(reading => latest - reading.TrueAt <= TimeSpan.FromDays(1))
            .OrderBy(reading => ClockSources.Order(reading.Source)).ThenByDescending(reading => reading.TrueAt).First();
        var drift = ClockDrift.Of(readings.Where(reading => reading.TimeSource is null || best.TimeSource is null || reading.TimeSource == best.TimeSource));
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into recorder_clock (recorder, device_at, offset_ms, within_ms, source, drift_ms_per_day, drift_within_ms)
            values (lower(@recorder), @DeviceAt, @OffsetMs, @WithinMs, @Source, @drift, @within)
            on conflict (recorder) do update set
              device_at = excluded.device_at, offset_ms = excluded.offset_ms, within_ms = excluded.within_ms, source = excluded.source,
              drift_ms_per_day = excluded.drift_ms_per_day, drift_within_ms = excluded.drift_within_ms
            """,
            new { recorder, best.DeviceAt, best.OffsetMs, best.WithinMs, best.Source, drift = drift?.MsPerDay, within = drift?.WithinMs },
            transaction,
            cancellationToken: ct));
    }

    /// <summary>Corrects one clip, in the transaction in which its period became known.</summary>
    internal static async Task CorrectAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct)
    {
        var recorder = await transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            """select recorder from clip where clip_id = @clip""", new { clip }, transaction, cancellationToken: ct));
        await CorrectAsync(transaction, await DeviceTimesAsync(transaction, "clip_id = @clip", new { clip }, ct), recorder, ct);
    }

    private static async Task<IReadOnlyList<ClipId>> CorrectAsync(NpgsqlTransaction transaction, ClockReading reading, CancellationToken ct)
    {
        var reached = await DeviceTimesAsync(
            transaction,
            "clip_id = @ClipId or (recorder = @Recorder and recorded_from between @Earliest and @Latest)",
            new { reading.ClipId, reading.Recorder, Earliest = reading.DeviceAt - ClockCorrection.Reach, Latest = reading.DeviceAt + ClockCorrection.Reach },
            ct);
        return await CorrectAsync(transaction, reached, reading.Recorder, ct);
    }

    private static async Task<IReadOnlyList<ClipId>> CorrectAsync(NpgsqlTransaction transaction, IReadOnlyList<DeviceTime> clips, string? recorder, CancellationToken ct)
    {
        if (clips.Count == 0)
            return [];
        var readings = (await transaction.Connection!.QueryAsync<ClockReading>(new CommandDefinition(
            """
            select recorder, clip_id, device_at, offset_ms, within_ms, source, time_source
            from clock_reading
            where (recorder = @recorder and device_at between @Earliest and @Latest) or clip_id = any(@ids)
            """,
            new
            {
                recorder,
                Earliest = clips.Min(clip => clip.RecordedFrom) - ClockCorrection.Reach,
                Latest = clips.Max(clip => clip.RecordedFrom) + ClockCorrection.Reach,
                ids = clips.Select(clip => clip.ClipId.Value).ToArray(),
            },
            transaction,
            cancellationToken: ct))).AsList();
        var corrections = clips.Select(clip => ClockCorrection.For(clip.ClipId, clip.RecordedFrom, clip.RecordedSource, readings)).ToList();
        var changed = (await transaction.Connection!.QueryAsync<ClipId>(new CommandDefinition(
            """
            update clip set
              clock_offset_ms = correction.offset_ms, clock_within_ms = correction.within_ms, clock_by = correction.by,
              corrected_from = recorded_from - correction.offset_ms * interval '1 millisecond',
              corrected_to = recorded_to - correction.offset_ms * interval '1 millisecond'
            from unnest(@ids, @offsets, @withins, @sources) as correction (clip_id, offset_ms, within_ms, by)
            where clip.clip_id = correction.clip_id
              and (clock_offset_ms, clock_within_ms, clock_by, corrected_to) is distinct from
                (correction.offset_ms, correction.within_ms, correction.by, recorded_to - correction.offset_ms * interval '1 millisecond')
            returning clip.clip_id
            """,
            new
            {
                ids = clips.Select(clip => clip.ClipId.Value).ToArray(),
                offsets = corrections.Select(correction => correction?.OffsetMs).ToArray(),
                withins = corrections.Select(correction => correction?.WithinMs).ToArray(),
                sources = corrections.Select(correction => correction?.By).ToArray(),
            },
            transaction,
            cancellationToken: ct))).AsList();
        foreach (var clip in changed)
            await ClipTable.NotifyAsync(transaction, clip, ct);
        return changed;
    }

    private static async Task<IReadOnlyList<DeviceTime>> DeviceTimesAsync(NpgsqlTransaction transaction, string which, object parameters, CancellationToken ct) =>
        (await transaction.Connection!.QueryAsync<DeviceTime>(new CommandDefinition(
            $"""
            select clip_id, recorded_from, recorded_source from clip where recorded_from is not null and ({which}) order by clip_id
            """,
            parameters,
            transaction,
            cancellationToken: ct))).AsList();

    private sealed record DeviceTime
    {
        public required ClipId ClipId { get; init; }

        public required DateTimeOffset RecordedFrom { get; init; }

        public required string RecordedSource { get; init; }
    }
}

/// <summary>A reading as the list of a recorder shows it.</summary>
public sealed record ClockReadingRow
{
    /// <summary>Id.</summary>
    public required Guid ReadingId { get; init; }

    /// <summary>Clip that it was read from.</summary>
    public ClipId? ClipId { get; init; }

    /// <summary>When, by the recorder's clock.</summary>
    public required DateTimeOffset DeviceAt { get; init; }

    /// <summary>The recorder's clock less the true time, in ms.</summary>
    public required long OffsetMs { get; init; }

    /// <summary>At most this far from the truth, in ms.</summary>
    public required long WithinMs { get; init; }

    /// <summary>One of <see cref="ClockSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Who entered it.</summary>
    public string? Account { get; init; }

    /// <summary>What he wrote.</summary>
    public string? Note { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset ReadAt { get; init; }
}
