using Dapper;

namespace YaoAn.Catalog;

/// <summary>A token of a program, without the token.</summary>
public sealed record ApiTokenRow
{
    /// <summary>Id.</summary>
    public required Guid TokenId { get; init; }

    /// <summary>What its person called it.</summary>
    public required string Name { get; init; }

    /// <summary>Rights that it was given.</summary>
    public required string[] Rights { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Until when it is good.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>From where.</summary>
    public string? LastAddress { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>SQL of tokens. A token itself is known here by its SHA-256 only.</summary>
public sealed class ApiTokenTable(CatalogDatabase database)
{
    /// <summary>Longest life.</summary>
    public const int MostDays = 365;

    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 60;

    /// <summary>Makes a token, with its event.</summary>
    public Task MakeAsync(ApiTokenRow token, AccountId account, Sha256Digest digest, CustodyEvent entry, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                insert into api_token (token_id, account_id, name, token_sha256, rights, made_at, expires_at)
                values (@TokenId, @account, @Name, @digest, @Rights, @MadeAt, @ExpiresAt)
                """,
                new { token.TokenId, account, token.Name, digest, token.Rights, token.MadeAt, token.ExpiresAt },
                transaction,
                cancellationToken: ct));
            return await CustodyTable.AppendAsync(transaction, entry, ct);
        },
        ct);

    /// <summary>Tokens of an account, the newest first; those that ended stay on the list.</summary>
    public async Task<IReadOnlyList<ApiTokenRow>> OfAsync(AccountId account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ApiTokenRow>(new CommandDefinition(
            """
            select token_id, name, rights, made_at, expires_at, last_used_at, last_address, revoked_at
            from api_token where account_id = @account
            order by revoked_at is not null, made_at desc
            limit 100
            """,
            new { account },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Revokes a token of an account, with its event; false where there is none that could be.</summary>
    public Task<bool> RevokeAsync(Guid token, AccountId account, CustodyEvent entry, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            var revoked = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update api_token set revoked_at = @At where token_id = @token and account_id = @account and revoked_at is null
                """,
                new { token, account, entry.At },
                transaction,
                cancellationToken: ct));
            return revoked == 1 && await CustodyTable.AppendAsync(transaction, entry, ct);
        },
        ct);
}
