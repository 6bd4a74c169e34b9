using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace YaoAn.Catalog;

/// <summary>What a dock session brought, without a name of a file, a case or a picture: it is printed where anybody may read it.</summary>
public sealed record Receipt
{
    /// <summary>Session.</summary>
    public required SessionId SessionId { get; init; }

    /// <summary>Station.</summary>
    public required string Station { get; init; }

    /// <summary>Slot.</summary>
    public int? Slot { get; init; }

    /// <summary>Serial of the recorder; null where nothing told it.</summary>
    public string? Recorder { get; init; }

    /// <summary>When it was put in.</summary>
    public required DateTimeOffset AttachedAt { get; init; }

    /// <summary>When it was taken out; null while it is in.</summary>
    public DateTimeOffset? DetachedAt { get; init; }

    /// <summary>Files that were seen and not taken in.</summary>
    public long Skipped { get; init; }

    /// <summary>Files that were not safe when it was taken out.</summary>
    public int Missing { get; init; }

    /// <summary>What came in, in the order of coming in.</summary>
    public IReadOnlyList<ReceiptItem> Items { get; init; } = [];

    /// <summary>One digest of all that came in: SHA-256 over a line <c>digest, two spaces, length in bytes, newline</c> for each, sorted; anybody can work it out again.</summary>
    public Sha256Digest Digest => Sha256Digest.From(SHA256.HashData(Encoding.ASCII.GetBytes(
        string.Concat(Items.Select(item => $"{item.Sha256}  {item.SizeBytes}\n").Order(StringComparer.Ordinal)))));
}

/// <summary>A file that came in.</summary>
public sealed record ReceiptItem
{
    /// <summary>Its digest.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Its length.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was safe on the station.</summary>
    public required DateTimeOffset SpooledAt { get; init; }

    /// <summary>Stored and read back, and not found damaged since.</summary>
    public required bool Stored { get; init; }
}

/// <summary>SQL of receipts.</summary>
public sealed class ReceiptTable(CatalogDatabase database)
{
    /// <summary>Most items of one receipt.</summary>
    public const int MostItems = 2000;

    /// <summary>A session at a slot that goes on, or was ended after <paramref name="since"/>; null for any other.</summary>
    public async Task<Receipt?> FindAsync(SessionId session, DateTimeOffset since, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var receipt = await connection.QuerySingleOrDefaultAsync<Receipt>(new CommandDefinition(
            """
            select session_id, station, slot, recorder, attached_at, detached_at, missing,
              (select count(*) from skipped_file where skipped_file.session_id = dock_session.session_id and skipped_file.reason <> 'ignored') as skipped
            from dock_session
            where session_id = @session and source = 'dock' and (detached_at is null or detached_at >= @since)
            """,
            new { session, since },
            cancellationToken: ct));
        if (receipt is null)
            return null;
        return receipt with
        {
            Items = (await connection.QueryAsync<ReceiptItem>(new CommandDefinition(
                """
                select clip.sha256, clip.size_bytes, provenance.spooled_at, clip.stage <> 'registered' and clip.health <> 'damaged' as stored
                from provenance join clip on clip.clip_id = provenance.clip_id
                where provenance.session_id = @session
                order by provenance.spooled_at, provenance.intake_id
                limit @MostItems
                """,
                new { session, MostItems },
                cancellationToken: ct))).AsList(),
        };
    }
}
