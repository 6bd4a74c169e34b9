using Dapper;

namespace YaoAn.Catalog;

/// <summary>Right to work on a clip for a while.</summary>
/// <param name="Clip">Clip.</param>
/// <param name="Token">Fencing token: grows with each lease.</param>
/// <param name="Attempts">How often the present step has been begun, this time included.</param>
public sealed record WorkLease(ClipId Clip, long Token, int Attempts);

/// <summary>A clip that stands still, for the sweeper.</summary>
public sealed record IdleClip
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Its stage.</summary>
    public required ClipStage Stage { get; init; }

    /// <summary>See <see cref="ClipRow.Plays"/>; null before the probe.</summary>
    public string? Plays { get; init; }
}

/// <summary>A clip that is to be stored.</summary>
/// <param name="ClipId">Clip.</param>
/// <param name="Slot">Where its recorder was docked; 0 for what a browser sent.</param>
public sealed record ClipToStore(ClipId ClipId, int Slot);

/// <summary>
/// SQL of who works on what. Not Hangfire's distributed lock, which on PostgreSQL can be lost silently: a lease in our own table, with a
/// token that only grows, renewed while the step runs.
/// </summary>
public sealed class WorkTable(CatalogDatabase database)
{
    /// <summary>Takes the lease of a clip.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="length">How long it holds unless renewed.</param>
    /// <param name="now">Present time.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null where another worker holds it.</returns>
    public async Task<WorkLease?> TakeAsync(ClipId clip, TimeSpan length, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<WorkLease>(new CommandDefinition(
            """
            update clip_work set token = token + 1, attempts = attempts + 1, leased_until = @until
            where clip_id = @clip and (leased_until is null or leased_until < @now)
            returning clip_id as clip, token, attempts
            """,
            new { clip, until = now + length, now },
            cancellationToken: ct));
    }

    /// <summary>Holds the lease longer; false where it was lost.</summary>
    public async Task<bool> RenewAsync(WorkLease lease, DateTimeOffset until, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update clip_work set leased_until = @until where clip_id = @Clip and token = @Token
            """,
            new { lease.Clip, lease.Token, until },
            cancellationToken: ct)) == 1;
    }

    /// <summary>
    /// Gives the lease back after a step that went through: the next one starts with no attempts, and is the sweeper's from
    /// <paramref name="nextSweep"/> on.
    /// </summary>
    public Task DoneAsync(WorkLease lease, DateTimeOffset nextSweep, CancellationToken ct) =>
        EndAsync(lease, nextSweep, error: null, attempts: 0, ct);

    /// <summary>Gives the lease back after a failure, with the time of the next attempt.</summary>
    /// <param name="lease">Lease.</param>
    /// <param name="nextAttempt">Before this time the sweeper leaves the clip alone.</param>
    /// <param name="error">What failed, for a person.</param>
    /// <param name="isAttempt">False where the input is not to blame: then the count stays as it was.</param>
    /// <param name="ct">Cancels.</param>
    public Task FailedAsync(WorkLease lease, DateTimeOffset nextAttempt, string error, bool isAttempt, CancellationToken ct) =>
        EndAsync(lease, nextAttempt, error, isAttempt ? lease.Attempts : lease.Attempts - 1, ct);

    /// <summary>
    /// Stored clips whose next step is due and that nobody works on, oldest first. Each is put off by <paramref name="patience"/>, so that a wake
    /// that waits in a long queue isn't doubled at every sweep.
    /// </summary>
    public async Task<IReadOnlyList<IdleClip>> TakeIdleAsync(DateTimeOffset now, TimeSpan patience, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<IdleClip>(new CommandDefinition(
            """
            with idle as (
              select clip.clip_id, clip.stage, media.plays
              from clip join clip_work on clip_work.clip_id = clip.clip_id left join media on media.clip_id = clip.clip_id
              where clip.stage in ('stored', 'probed', 'previewed')
                and clip_work.next_attempt_at <= @now and (clip_work.leased_until is null or clip_work.leased_until < @now)
              order by clip.received_at
              limit @limit)
            update clip_work set next_attempt_at = @later
            from idle
            where clip_work.clip_id = idle.clip_id
            returning idle.clip_id, idle.stage, idle.plays
            """,
            new { now, later = now + patience, limit },
            cancellationToken: ct))).AsList();
    }

    /// <summary>
    /// The clip of a station that is to be stored next: of the first slot after <paramref name="slot"/> that has any, the one that has waited longest. Only what is
    /// due and nobody works on.
    /// </summary>
    /// <returns>Null where no slot after that one has any.</returns>
    public Task<ClipToStore?> NextToStoreAsync(string station, int slot, DateTimeOffset now, CancellationToken ct) =>
        NextToStoreAsync("clip.station = @station and coalesce(clip.slot, 0) > @slot", new { station, slot, now }, ct);

    /// <summary>The same of some clips, whatever their station.</summary>
    public Task<ClipToStore?> NextToStoreAsync(IReadOnlyCollection<ClipId> clips, DateTimeOffset now, CancellationToken ct) =>
        NextToStoreAsync("clip.clip_id = any (@clips)", new { clips = clips.Select(clip => clip.Value).ToArray(), now }, ct);

    private async Task<ClipToStore?> NextToStoreAsync(string which, object parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<ClipToStore>(new CommandDefinition(
            $"""
            select clip.clip_id, coalesce(clip.slot, 0) as slot
            from clip join clip_work on clip_work.clip_id = clip.clip_id
            where clip.stage = 'registered' and {which}
              and clip_work.next_attempt_at <= @now and (clip_work.leased_until is null or clip_work.leased_until < @now)
            order by coalesce(clip.slot, 0), clip.received_at, clip.clip_id
            limit 1
            """,
            parameters,
            cancellationToken: ct));
    }

    private async Task EndAsync(WorkLease lease, DateTimeOffset nextAttempt, string? error, int attempts, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update clip_work set leased_until = null, next_attempt_at = @nextAttempt, last_error = @error,
              attempts = @attempts
            where clip_id = @Clip and token = @Token
            """,
            new { lease.Clip, lease.Token, nextAttempt, error, attempts },
            cancellationToken: ct));
    }
}
