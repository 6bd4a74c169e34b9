using Dapper;

namespace YaoAn.Catalog;

/// <summary>An opened viewing: the right to receive bytes of some clips in one login.</summary>
/// <param name="TokenSha256">Digest of the token; the token itself is never stored.</param>
/// <param name="AccountId">Who.</param>
/// <param name="LoginId">Sign-in that it is bound to.</param>
/// <param name="Kind"><c>play</c>, <c>posters</c> or <c>download</c>.</param>
/// <param name="ClipIds">Clips it covers.</param>
/// <param name="OpenedAt">When.</param>
public sealed record ViewingRow(
    Sha256Digest TokenSha256, AccountId AccountId, string LoginId, string Kind, IReadOnlyList<ClipId> ClipIds, DateTimeOffset OpenedAt);

/// <summary>SQL of viewings. A viewing exists only together with its custody event (one transaction).</summary>
public sealed class ViewingTable(CatalogDatabase database)
{
    /// <summary>Opens a viewing and writes its event.</summary>
    public Task OpenAsync(ViewingRow viewing, CustodyEvent custodyEvent, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            await CustodyTable.AppendAsync(transaction, custodyEvent, ct);
            return await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into viewing (token_sha256, account_id, login_id, kind, clip_ids, opened_at, last_used_at)
                values (@TokenSha256, @AccountId, @LoginId, @Kind, @Clips, @OpenedAt, @OpenedAt)
                """,
                new
                {
                    viewing.TokenSha256,
                    viewing.AccountId,
                    viewing.LoginId,
                    viewing.Kind,
                    Clips = viewing.ClipIds.Select(clip => clip.Value).ToArray(),
                    viewing.OpenedAt,
                },
                transaction,
                cancellationToken: ct));
        },
        ct);

    /// <summary>
    /// Whether a token of one of these <paramref name="kinds"/> opens a clip's bytes for this account in this login, and was used within
    /// <paramref name="idle"/>; marks it as used, at most once a minute.
    /// </summary>
    public async Task<bool> UseAsync(
        Sha256Digest token, AccountId account, string login, ClipId clip, IReadOnlyCollection<string> kinds, TimeSpan idle, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var last = await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
            """
            select last_used_at from viewing
            where token_sha256 = @token and account_id = @account and login_id = @login and @clip = any(clip_ids) and kind = any(@kinds)
              and last_used_at > @since
            """,
            new { token, account, login, clip = clip.Value, kinds = kinds.ToArray(), since = now - idle },
            cancellationToken: ct));
        if (last is null)
            return false;
        if (now - last > TimeSpan.FromMinutes(1))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """update viewing set last_used_at = @now where token_sha256 = @token""", new { token, now }, cancellationToken: ct));
        }
        return true;
    }

    /// <summary>Forgets viewings that nobody used since a time; their events stay.</summary>
    public async Task ForgetAsync(DateTimeOffset unusedSince, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """delete from viewing where last_used_at < @unusedSince""", new { unusedSince }, cancellationToken: ct));
    }
}
