using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of second factors: the secret (encrypted by the caller), the last step that was used, and recovery codes by their digests.</summary>
public sealed class SecondFactorTable(CatalogDatabase database)
{
    /// <summary>The encrypted secret of an account, or null.</summary>
    public async Task<string?> SecretAsync(AccountId account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            """
            select totp_secret from account where account_id = @account
            """,
            new { account },
            cancellationToken: ct));
    }

    /// <summary>Sets or replaces the factor and its recovery codes, with the event.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="secret">The encrypted secret.</param>
    /// <param name="step">Step of the code that proved it: used from now on.</param>
    /// <param name="codes">Digests of the recovery codes.</param>
    /// <param name="entry">Its event.</param>
    /// <param name="ct">Cancels.</param>
    public Task SetAsync(AccountId account, string secret, long step, IReadOnlyList<Sha256Digest> codes, CustodyEvent entry, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction =>
            {
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    """
                    update account set totp_secret = @secret, totp_since = @At, totp_step = @step where account_id = @account;
                    delete from recovery_code where account_id = @account;
                    insert into recovery_code (account_id, code_sha256) select @account, code from unnest(@codes) code;
                    """,
                    new { account, secret, step, entry.At, codes = codes.Select(code => code.Bytes.ToArray()).ToArray() },
                    transaction,
                    cancellationToken: ct));
                return await CustodyTable.AppendAsync(transaction, entry, ct);
            },
            ct);

    /// <summary>Takes the factor away, in the caller's transaction: the next sign-in sets a new one where the role needs one.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, AccountId account, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update account set totp_secret = null, totp_since = null, totp_step = null where account_id = @account;
            delete from recovery_code where account_id = @account;
            """,
            new { account },
            transaction,
            cancellationToken: ct));

    /// <summary>Uses a step up; false where it, or a later one, was used before: a code that was looked over the shoulder is worth nothing.</summary>
    public async Task<bool> UseStepAsync(AccountId account, long step, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update account set totp_step = @step where account_id = @account and totp_secret is not null and (totp_step is null or totp_step < @step)
            """,
            new { account, step },
            cancellationToken: ct)) == 1;
    }

    /// <summary>Uses a recovery code up; false where there is none that is unused.</summary>
    public async Task<bool> UseCodeAsync(AccountId account, Sha256Digest code, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update recovery_code set used_at = @now where account_id = @account and code_sha256 = @code and used_at is null
            """,
            new { account, code, now },
            cancellationToken: ct)) == 1;
    }

    /// <summary>How many recovery codes are left.</summary>
    public async Task<int> CodesLeftAsync(AccountId account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            select count(*) from recovery_code where account_id = @account and used_at is null
            """,
            new { account },
            cancellationToken: ct));
    }
}
