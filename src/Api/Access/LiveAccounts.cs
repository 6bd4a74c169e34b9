using System.Collections.Concurrent;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Who is behind a sign-in, as the database holds it: asked again after <see cref="GoodFor"/>, so that a disabled account, an ended
/// sign-in or a changed role counts within that time on every server.
/// </summary>
internal sealed class LiveAccounts(AccountTable accounts, Doors doors, TimeProvider time)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(4);

    private const int MostKept = 2000;

    private readonly ConcurrentDictionary<string, (SignedInAccount? Account, DateTimeOffset At)> _known = new(StringComparer.Ordinal);

    public async Task<SignedInAccount?> FindAsync(string loginId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(loginId, out var known) && now - known.At < GoodFor)
            return known.Account;
        var account = await accounts.OfLoginAsync(loginId, ct) is { } found ? doors.At(found) : null;
        if (_known.Count >= MostKept)
            _known.Clear();
        _known[loginId] = (account, now);
        return account;
    }

    public void Forget(string loginId) => _known.TryRemove(loginId, out _);
}
