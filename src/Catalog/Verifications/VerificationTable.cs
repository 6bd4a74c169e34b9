using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>One re-reading of stored bytes.</summary>
public sealed record VerificationRow
{
    /// <summary>Id.</summary>
    public required VerificationId VerificationId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>One of <see cref="VerificationReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Account that asked for it, or null.</summary>
    public AccountId? RequestedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>running</c>, <c>match</c>, <c>mismatch</c>, <c>missing</c> or <c>unavailable</c>.</summary>
    public required string Result { get; init; }

    /// <summary>Bytes read.</summary>
    public long? FoundSize { get; init; }

    /// <summary>Digest of the bytes read.</summary>
    public Sha256Digest? FoundSha256 { get; init; }

    /// <summary>Second digest of the bytes read.</summary>
    public Sm3Digest? FoundSm3 { get; init; }

    /// <summary>What a person should know.</summary>
    public string? Detail { get; init; }
}

/// <summary>A verification with the clip it is about, as lists show it.</summary>
public sealed record VerificationListRow
{
    /// <summary>Id.</summary>
    public required VerificationId VerificationId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Its name, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Serial of its recorder.</summary>
    public string? Recorder { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Its digest in the catalog.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>One of <see cref="VerificationReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the account that asked for it, or null.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>See <see cref="VerificationRow.Result"/>.</summary>
    public required string Result { get; init; }

    /// <summary>Bytes read.</summary>
    public long? FoundSize { get; init; }

    /// <summary>Digest of the bytes read.</summary>
    public Sha256Digest? FoundSha256 { get; init; }

    /// <summary>What a person should know.</summary>
    public string? Detail { get; init; }
}

/// <summary>What made somebody read an original again.</summary>
public static class VerificationReasons
{
    /// <summary>04, right after the put; or the catalog was rebuilt from the store.</summary>
    public const string ReadBack = "read-back";

    /// <summary>A person, or a step that found nothing to read.</summary>
    public const string OnDemand = "on-demand";

    /// <summary>The nightly rota.</summary>
    public const string Rota = "rota";

    /// <summary>The daily census, which found it gone or of another size.</summary>
    public const string Census = "census";
}

/// <summary>SQL of verifications. A result, its event and the clip's health are one transaction.</summary>
public sealed class VerificationTable(CatalogDatabase database)
{
    private const string Columns =
        "verification_id, clip_id, reason, requested_by, requested_at, ended_at, result, found_size, found_sha256, found_sm3, detail";

    private const string ListColumns =
        """
        verification.verification_id, verification.clip_id, clip.display_name, clip.recorder, clip.size_bytes, clip.sha256, verification.reason,
        account.display_name as requested_by, verification.requested_at, verification.ended_at, verification.result, verification.found_size,
        verification.found_sha256, verification.detail
        """;

    private const string Visible = ClipTable.Visible;

    /// <summary>Asks for a verification, unless one of its clip runs already: a clip is re-read once at a time, however many ask.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="reason">One of <see cref="VerificationReasons"/>.</param>
    /// <param name="by">Account that asks, or null.</param>
    /// <param name="now">Present time.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The one that runs: the worker finds it by its id.</returns>
    public async Task<VerificationRow> RequestAsync(ClipId clip, string reason, AccountId? by, DateTimeOffset now, CancellationToken ct)
    {
        var request = new VerificationRow
        {
            VerificationId = VerificationId.New(now),
            ClipId = clip,
            Reason = reason,
            RequestedBy = by,
            RequestedAt = now,
            Result = "running",
        };
        await using var connection = await database.OpenAsync(ct);
        while (true)
        {
            // Between the two statements another one may end: then this request has its place after all.
            var running = await connection.QueryFirstOrDefaultAsync<VerificationRow>(new CommandDefinition(
                $"""
                insert into verification (verification_id, clip_id, reason, requested_by, requested_at)
                values (@VerificationId, @ClipId, @Reason, @RequestedBy, @RequestedAt)
                on conflict (clip_id) where result = 'running' do nothing
                returning {Columns}
                """,
                request,
                cancellationToken: ct))
                ?? await connection.QueryFirstOrDefaultAsync<VerificationRow>(new CommandDefinition(
                    $"""select {Columns} from verification where clip_id = @ClipId and result = 'running'""", request, cancellationToken: ct));
            if (running is not null)
                return running;
        }
    }

    /// <summary>
    /// Ends a verification with its custody event, and sets the clip's health: damaged on mismatch or missing, sound on a match.
    /// </summary>
    /// <returns>False where it had ended already; nothing was changed.</returns>
    public Task<bool> EndAsync(VerificationRow ended, CustodyEvent? custodyEvent, CancellationToken ct) =>
        database.InTransactionAsync(transaction => EndAsync(transaction, ended, custodyEvent, ct), ct);

    /// <summary>The same in the caller's transaction.</summary>
    internal static async Task<bool> EndAsync(NpgsqlTransaction transaction, VerificationRow ended, CustodyEvent? custodyEvent, CancellationToken ct)
    {
        var written = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into verification (verification_id, clip_id, reason, requested_by, requested_at, ended_at, result, found_size,
              found_sha256, found_sm3, detail)
            values (@VerificationId, @ClipId, @Reason, @RequestedBy, @RequestedAt, @EndedAt, @Result, @FoundSize,
              @FoundSha256, @FoundSm3, @Detail)
            on conflict (verification_id) do update set
              ended_at = excluded.ended_at, result = excluded.result, found_size = excluded.found_size,
              found_sha256 = excluded.found_sha256, found_sm3 = excluded.found_sm3, detail = excluded.detail
            where verification.result = 'running'
            """,
            ended,
            transaction,
            cancellationToken: ct));
        if (written == 0)
            return false;
        if (custodyEvent is not null)
            await CustodyTable.AppendAsync(transaction, custodyEvent, ct);
        if (ended.Result is "match" or "mismatch" or "missing")
            await ClipTable.SetVerifiedAsync(transaction, ended.ClipId, ended.Result == "match", ended.Result, ended.EndedAt!.Value, ct);
        else
            await ClipTable.NotifyAsync(transaction, ended.ClipId, ct);
        return true;
    }

    /// <summary>A verification, or null.</summary>
    public async Task<VerificationRow?> FindAsync(VerificationId verification, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<VerificationRow>(new CommandDefinition(
            $"""select {Columns} from verification where verification_id = @verification""", new { verification }, cancellationToken: ct));
    }

    /// <summary>The verifications of a clip, newest first, at most 100.</summary>
    public async Task<IReadOnlyList<VerificationRow>> OfClipAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<VerificationRow>(new CommandDefinition(
            $"""select {Columns} from verification where clip_id = @clip order by requested_at desc limit 100""",
            new { clip },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Of each clip that is damaged now, the verification that found it last; the newest first, at most so many, and how many such clips there are.</summary>
    public async Task<(IReadOnlyList<VerificationListRow> Newest, long Count)> FailuresAsync(Viewer viewer, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var newest = (await connection.QueryAsync<VerificationListRow>(new CommandDefinition(
            $"""
            select {ListColumns}
            from clip cross join lateral (
                select * from verification
                where verification.clip_id = clip.clip_id and verification.result in ('mismatch', 'missing')
                order by ended_at desc limit 1) verification
              left join account on account.account_id = verification.requested_by
            where clip.health = 'damaged' and {Visible}
            order by verification.ended_at desc
            limit @most
            """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, most },
            cancellationToken: ct))).AsList();
        var count = newest.Count < most ? newest.Count : await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""select count(*) from clip where health = 'damaged' and {Visible}""", new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units }, cancellationToken: ct));
        return (newest, count);
    }

    /// <summary>The verifications that run, then those that ended last; without 04's read-backs, which are as many as clips.</summary>
    /// <param name="viewer">Sees them.</param>
    /// <param name="results">Only these results; all if empty.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<VerificationListRow>> RecentAsync(Viewer viewer, IReadOnlyCollection<string> results, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<VerificationListRow>(new CommandDefinition(
            $"""
            select {ListColumns}
            from verification join clip on clip.clip_id = verification.clip_id left join account on account.account_id = verification.requested_by
            where verification.reason <> 'read-back' and (cardinality(@results) = 0 or verification.result = any(@results)) and {Visible}
            order by verification.ended_at desc nulls first, verification.requested_at desc
            limit @most
            """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, results = results.ToArray(), most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Takes, or holds on to, the right to carry out a verification until a time; false where it ended or another worker has it.</summary>
    /// <param name="verification">Verification.</param>
    /// <param name="until">End of the lease unless renewed.</param>
    /// <param name="isRenewal">The caller holds it already.</param>
    /// <param name="now">Present time.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<bool> LeaseAsync(VerificationId verification, DateTimeOffset until, bool isRenewal, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update verification set leased_until = @until
            where verification_id = @verification and result = 'running' and (@isRenewal or leased_until is null or leased_until < @now)
            """,
            new { verification, until, isRenewal, now },
            cancellationToken: ct)) == 1;
    }

    /// <summary>Verifications that were asked for before <paramref name="before"/>, still run, and that nobody works on, for the sweeper.</summary>
    public async Task<IReadOnlyList<VerificationId>> IdleAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<VerificationId>(new CommandDefinition(
            """
            select verification_id from verification
            where result = 'running' and requested_at < @before and (leased_until is null or leased_until < @now)
            order by requested_at
            limit 100
            """,
            new { before, now },
            cancellationToken: ct))).AsList();
    }
}
