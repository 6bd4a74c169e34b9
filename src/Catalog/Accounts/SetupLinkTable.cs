using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of one-time set-up links. Tokens are known here by their SHA-256 only.</summary>
public sealed class SetupLinkTable(CatalogDatabase database)
{
    /// <summary>What a link for the sample is kept as in the place of a role.</summary>
    public const string Sample = "sample";

    /// <summary>Makes a link the only unused one of its role.</summary>
    public Task ReplaceAsync(Sha256Digest token, string role, DateTimeOffset now, DateTimeOffset expires, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                delete from setup_link where role = @role and used_at is null;
                insert into setup_link (token_sha256, role, created_at, expires_at) values (@token, @role, @now, @expires);
                """,
                new { token, role, now, expires },
                transaction,
                cancellationToken: ct)),
            ct);

    /// <summary>Withdraws the unused link of a role that got its account another way.</summary>
    public async Task WithdrawAsync(string role, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from setup_link where role = @role and used_at is null
            """,
            new { role },
            cancellationToken: ct));
    }

    /// <summary>The role of a link that can still be used, or null.</summary>
    public async Task<string?> RoleOfAsync(Sha256Digest token, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            """
            select role from setup_link where token_sha256 = @token and used_at is null and expires_at > @now
            """,
            new { token, now },
            cancellationToken: ct));
    }

    /// <summary>Uses a link up for an account that the same transaction has made. The row's lock lets only one of two at once win.</summary>
    /// <returns>The link's role, or null where it was used, replaced or too old: the caller must roll back.</returns>
    public static Task<string?> UseAsync(NpgsqlTransaction transaction, Sha256Digest token, AccountId account, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<string>(new CommandDefinition(
            """
            update setup_link set used_at = @now, account_id = @account
            where token_sha256 = @token and used_at is null and expires_at > @now
            returning role
            """,
            new { token, account, now },
            transaction,
            cancellationToken: ct));
}
