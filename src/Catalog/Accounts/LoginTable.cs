using Dapper;

namespace YaoAn.Catalog;

/// <summary>SQL of sign-ins. A sign-in ends on the server, not only in the browser that asked for it.</summary>
public sealed class LoginTable(CatalogDatabase database)
{
    /// <summary>Records a sign-in.</summary>
    public async Task OpenAsync(string loginId, AccountId account, string? address, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into login (login_id, account_id, address, opened_at) values (@loginId, @account, @address, @now)
            """,
            new { loginId, account, address, now },
            cancellationToken: ct));
    }

    /// <summary>Ends a sign-in; every copy of its cookie is worthless from then on.</summary>
    public async Task EndAsync(string loginId, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update login set ended_at = @now where login_id = @loginId and ended_at is null
            """,
            new { loginId, now },
            cancellationToken: ct));
    }
}
