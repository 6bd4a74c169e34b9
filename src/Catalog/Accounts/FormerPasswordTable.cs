using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of former passwords, by the hashes that Identity made of them.</summary>
public sealed class FormerPasswordTable(CatalogDatabase database)
{
    /// <summary>How many are kept beside the present one.</summary>
    public const int Kept = 4;

    /// <summary>Hashes of the last passwords, the present one first.</summary>
    public async Task<IReadOnlyList<string>> LastAsync(AccountId account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            """
            select password_hash
            from (
              select password_hash, 'infinity'::timestamptz as replaced_at from account where account_id = @account and password_hash is not null
              union all
              select password_hash, replaced_at from former_password where account_id = @account) hashes
            order by replaced_at desc
            limit @Kept + 1
            """,
            new { account, Kept },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Keeps the hash that was replaced in the same transaction, and notes when.</summary>
    public static Task KeepAsync(NpgsqlTransaction transaction, AccountId account, string? former, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update account set password_changed_at = @now where account_id = @account;
            insert into former_password (account_id, replaced_at, password_hash)
            select @account, @now, @former where @former::text is not null
            on conflict do nothing;
            delete from former_password where account_id = @account and replaced_at not in (
              select replaced_at from former_password where account_id = @account order by replaced_at desc limit @Kept);
            """,
            new { account, former, now, Kept },
            transaction,
            cancellationToken: ct));
}
