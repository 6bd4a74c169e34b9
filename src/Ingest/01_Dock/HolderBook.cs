using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Who has which recorder, for the tiles. Kept in the journal, so that names stand on the board while the database is away: nothing can be
/// issued then, so what was told last stays true.
/// </summary>
internal sealed class HolderBook(JournalTable journal, AllocationTable allocations, IOptions<StationOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(5);

    private volatile Dictionary<string, Holding>? _holders;
    private DateTimeOffset _askedAt;

    /// <summary>Who has a recorder, as the bureau's policy lets it stand on an open board; null for nobody.</summary>
    public (string Name, string Number)? Of(string? serial)
    {
        if (serial is null || options.Value.NamesOnBoard == BoardNames.None || !Known().TryGetValue(serial, out var holding))
            return null;
        return (options.Value.NamesOnBoard == BoardNames.Masked ? OfficerNames.Masked(holding.Name) : holding.Name, holding.Number);
    }

    /// <summary>Asks the catalog, every now and then.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (now - _askedAt < s_askAgain && now >= _askedAt)
            return;
        var told = await allocations.HoldingsAsync(ct);
        _askedAt = now;
        if (told.Count == Known().Count && told.All(holding => Known().TryGetValue(holding.Serial, out var known) && known == holding))
            return;
        journal.WriteHolders(told);
        _holders = BySerial(told);
    }

    private Dictionary<string, Holding> Known() => _holders ??= BySerial(journal.Holders());

    private static Dictionary<string, Holding> BySerial(IEnumerable<Holding> holders) => holders.ToDictionary(holding => holding.Serial, StringComparer.OrdinalIgnoreCase);
}

/// <summary>How officers' names stand on the open board.</summary>
internal enum BoardNames
{
    /// <summary>王建国.</summary>
    Full,

    /// <summary>王*国.</summary>
    Masked,

    /// <summary>Not at all; the recorder's serial alone.</summary>
    None,
}
