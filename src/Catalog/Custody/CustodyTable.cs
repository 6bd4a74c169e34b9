using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>The custody log as stored.</summary>
/// <param name="EventId">Id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">One of <see cref="CustodyKinds"/>.</param>
/// <param name="ClipId">The clip, or null.</param>
/// <param name="AccountId">The account that acted, or null.</param>
/// <param name="Body">The event's final bytes; null where it is about a case that the viewer may not know of.</param>
/// <param name="Digest">SHA-256 of those bytes, whoever asks: the log of a clip has no hole.</param>
public sealed record CustodyRow(EventId EventId, DateTimeOffset At, string Kind, ClipId? ClipId, AccountId? AccountId, byte[]? Body, Sha256Digest Digest);

/// <summary>SQL of the custody log: insert and read, nothing else. The database refuses the application any change or deletion.</summary>
public sealed class CustodyTable(CatalogDatabase database)
{
    private const string Columns =
        $"""
        event_id, at, kind, clip_id, account_id,
        case when custody_event.case_id is null or exists (select from case_file where case_file.case_id = custody_event.case_id and {CaseTable.Visible}) then body end as body,
        sha256(body) as digest
        """;

    /// <summary>Writes an event in the caller's transaction.</summary>
    /// <returns>False where an event with the same idempotency key stands already.</returns>
    public static async Task<bool> AppendAsync(NpgsqlTransaction transaction, CustodyEvent custodyEvent, CancellationToken ct) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into custody_event (event_id, at, kind, clip_id, case_id, account_id, once, body)
            values (@Id, @At, @Kind, @Clip, @Case, @Account, @Once, @Body)
            on conflict on constraint custody_event_once_key do nothing
            """,
            new
            {
                custodyEvent.Id,
                custodyEvent.At,
                custodyEvent.Kind,
                custodyEvent.Clip,
                custodyEvent.Case,
                custodyEvent.Actor.Account,
                custodyEvent.Once,
                Body = custodyEvent.ToBytes(),
            },
            transaction,
            cancellationToken: ct)) == 1;

    /// <summary>Writes an event in a transaction of its own.</summary>
    /// <returns>False where an event with the same idempotency key stands already.</returns>
    public Task<bool> AppendAsync(CustodyEvent custodyEvent, CancellationToken ct) =>
        database.InTransactionAsync(transaction => AppendAsync(transaction, custodyEvent, ct), ct);

    /// <summary>The newest events of a clip that the viewer was found to see, newest first, and how many it has in all.</summary>
    public async Task<(IReadOnlyList<CustodyRow> Newest, long Count)> NewestOfClipAsync(Viewer viewer, ClipId clip, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var newest = (await connection.QueryAsync<CustodyRow>(new CommandDefinition(
            $"""
            select {Columns}
            from custody_event
            where clip_id = @clip
            order by at desc, event_id desc
            limit @most
            """,
            new { clip, most, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
        var count = newest.Count < most
            ? newest.Count
            : await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                "select count(*) from custody_event where clip_id = @clip", new { clip }, cancellationToken: ct));
        return (newest, count);
    }

    /// <summary>The events of a clip that the viewer was found to see, oldest first.</summary>
    public async Task<IReadOnlyList<CustodyRow>> OfClipAsync(Viewer viewer, ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<CustodyRow>(new CommandDefinition(
            $"""
            select {Columns}
            from custody_event
            where clip_id = @clip
            order by at, event_id
            """,
            new { clip, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
    }
}
