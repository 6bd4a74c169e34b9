using System.Globalization;
using Dapper;

namespace YaoAn.Catalog;

/// <summary>An event about a case, as the custody log keeps it.</summary>
/// <param name="Cursor">Goes into 'after' of the next request.</param>
/// <param name="Body">The event's final bytes: UTF-8 JSON.</param>
public sealed record CaseFeedRow(string Cursor, byte[] Body);

/// <summary>
/// SQL of the feed of events about cases, for other systems. Its order is that of transactions that are all finished (below the snapshot's xmin), so that
/// whoever goes on from a cursor misses nothing that was committed late, and gets nothing twice.
/// </summary>
public sealed class CaseFeedTable(CatalogDatabase database)
{
    /// <summary>Events after a cursor, the oldest first, of cases that the viewer may know of now.</summary>
    /// <param name="viewer">For whom.</param>
    /// <param name="after">Cursor of the last event that was received; null from the beginning.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null where the cursor is none.</returns>
    public async Task<IReadOnlyList<CaseFeedRow>?> AfterAsync(Viewer viewer, string? after, int limit, CancellationToken ct)
    {
        var place = Parse(after);
        if (place is null && after is not null)
            return null;
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(string Txid, EventId Event, byte[] Body)>(new CommandDefinition(
            $"""
            select custody_event.txid::text, custody_event.event_id, custody_event.body
            from custody_event join case_file on case_file.case_id = custody_event.case_id
            where custody_event.case_id is not null and {CaseTable.Visible}
              and (custody_event.txid, custody_event.event_id) > (@txid::text::xid8, @id)
              and custody_event.txid < pg_snapshot_xmin(pg_current_snapshot())
            order by custody_event.txid, custody_event.event_id
            limit @limit
            """,
            new
            {
                txid = (place?.Txid ?? 0).ToString(CultureInfo.InvariantCulture),
                id = place?.Event ?? Guid.Empty,
                limit,
                viewer.SeesAll,
                viewer.Units,
                viewer.Officer,
            },
            cancellationToken: ct))).Select(row => new CaseFeedRow($"{row.Txid}_{row.Event}", row.Body)).ToList();
    }

    private static (ulong Txid, Guid Event)? Parse(string? cursor)
    {
        var parts = (cursor ?? "").Split('_');
        return parts.Length == 2 && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var txid) && EventId.TryParse(parts[1], null, out var id)
            ? (txid, id.Value)
            : null;
    }
}
