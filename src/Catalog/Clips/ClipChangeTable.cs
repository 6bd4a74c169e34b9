using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>Hears of changes of clips as their transactions commit.</summary>
public sealed class ClipChangeTable(CatalogDatabase database)
{
    /// <summary>How often a silent connection is tried, so that one that died quietly is noticed.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Listens until cancelled. The first element is null: what changed before is unknown, so a reader reads anew; the ids of changed clips follow.
    /// </summary>
    /// <exception cref="NpgsqlException">The connection was lost; begin again.</exception>
    public async IAsyncEnumerable<ClipId?> ListenAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var heard = Channel.CreateUnbounded<ClipId?>();
        connection.Notification += (_, notice) =>
        {
            if (ClipId.TryParse(notice.Payload, null, out var clip))
                heard.Writer.TryWrite(clip);
        };
        await using (var listen = new NpgsqlCommand("""listen clip_changed""", connection))
            await listen.ExecuteNonQueryAsync(ct);
        yield return null;
        while (true)
        {
            while (heard.Reader.TryRead(out var clip))
                yield return clip;
            if (await connection.WaitAsync(Silence, ct))
                continue;
            await using var still = new NpgsqlCommand("""select 1""", connection);
            await still.ExecuteNonQueryAsync(ct);
        }
    }
}
