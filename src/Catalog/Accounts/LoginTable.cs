using Dapper;

namespace YaoAn.Catalog;

/// <summary>SQL of sign-ins. A sign-in ends on the server, not only in the browser that asked for it.</summary>
public sealed class LoginTable(CatalogDatabase database)
{
    /// <summary>Longest name of a browser that is kept, in UTF-16 units.</summary>
    private const int LongestAgent = 300;

    /// <summary>Records a sign-in.</summary>
    /// <param name="login">The sign-in.</param>
    /// <param name="now">When, UTC.</param>
    /// <param name="ct">Cancels.</param>
    public async Task OpenAsync(NewLogin login, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into login (login_id, account_id, address, agent, opened_at, seen_at, proved_at)
            values (@LoginId, @Account, @Address, @agent, @now, @now, @now)
            """,
            new { login.LoginId, login.Account, login.Address, agent = login.Agent is null ? null : PlainText.Cut(login.Agent, LongestAgent), now },
            cancellationToken: ct));
    }

    /// <summary>Notes that its person did something.</summary>
    public async Task SeenAsync(string loginId, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update login set seen_at = @now where login_id = @loginId and ended_at is null
            """,
            new { loginId, now },
            cancellationToken: ct));
    }

    /// <summary>Notes that its person proved who he is; with the second factor where <paramref name="second"/> says so.</summary>
    public async Task ProvedAsync(string loginId, bool second, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update login set proved_at = @now, second_at = case when @second then @now else second_at end where login_id = @loginId and ended_at is null
            """,
            new { loginId, second, now },
            cancellationToken: ct));
    }

    /// <summary>Open sign-ins of an account that were used since a time, the last used first.</summary>
    public async Task<IReadOnlyList<LoginRow>> OpenOfAsync(AccountId account, DateTimeOffset usedSince, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LoginRow>(new CommandDefinition(
            """
            select login_id, address, agent, opened_at, coalesce(seen_at, opened_at) as seen_at
            from login
            where account_id = @account and ended_at is null and coalesce(seen_at, opened_at) > @usedSince
            order by coalesce(seen_at, opened_at) desc
            limit 100
            """,
            new { account, usedSince },
            cancellationToken: ct))).AsList();
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

    /// <summary>Ends all sign-ins of an account but one.</summary>
    /// <returns>The ended ones.</returns>
    public async Task<IReadOnlyList<string>> EndOthersAsync(AccountId account, string? but, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            """
            update login set ended_at = @now where account_id = @account and ended_at is null and login_id is distinct from @but returning login_id
            """,
            new { account, but, now },
            cancellationToken: ct))).AsList();
    }
}

/// <summary>A sign-in that begins.</summary>
/// <param name="LoginId">Its id, a secret.</param>
/// <param name="Account">Whose.</param>
/// <param name="Address">From where.</param>
/// <param name="Agent">Name of the browser, as it says.</param>
public sealed record NewLogin(string LoginId, AccountId Account, string? Address, string? Agent);

/// <summary>An open sign-in.</summary>
public sealed record LoginRow
{
    /// <summary>Its id, a secret: it never leaves the server.</summary>
    public required string LoginId { get; init; }

    /// <summary>From where.</summary>
    public string? Address { get; init; }

    /// <summary>Name of the browser, as it says.</summary>
    public string? Agent { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When its person last did something.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}
