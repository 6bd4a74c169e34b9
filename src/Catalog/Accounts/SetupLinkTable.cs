using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of one-time set-up links. Tokens are known here by their SHA-256 only.</summary>
public sealed class SetupLinkTable(CatalogDatabase database)
{
    /// <summary>What a link for the sample is kept as in the place of a role.</summary>
    public const string Sample = "sample";

    private const string Columns =
        """
        link.token_sha256, link.role, link.scope, unit.name as unit_name, officer.number as officer, officer.name as officer_name, link.user_name,
        maker.user_name as made_by, link.created_at, link.expires_at, link.used_at, made.user_name as account, link.granted_at
        """;

    private const string Joined =
        """
        setup_link link
          left join unit on unit.unit_id = link.unit_id
          left join officer on officer.officer_id = link.officer_id
          left join account maker on maker.account_id = link.made_by
          left join account made on made.account_id = link.account_id
        """;

    /// <summary>Makes a link the only unused one of its role among those that the program makes at its start.</summary>
    public Task ReplaceAsync(Sha256Digest token, string role, DateTimeOffset now, DateTimeOffset expires, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                delete from setup_link where role = @role and used_at is null and made_by is null;
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
            delete from setup_link where role = @role and used_at is null and made_by is null
            """,
            new { role },
            cancellationToken: ct));
    }

    /// <summary>A link that can still be used, or null.</summary>
    public async Task<SetupLink?> FindAsync(Sha256Digest token, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<SetupLink>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where link.token_sha256 = @token and link.used_at is null and link.refused_at is null and link.expires_at > @now
            """,
            new { token, now },
            cancellationToken: ct));
    }

    /// <summary>Links of people that aren't used yet, and those whose role waits for being granted; the oldest first.</summary>
    public async Task<IReadOnlyList<SetupLink>> OpenAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<SetupLink>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where link.made_by is not null and link.refused_at is null
              and ((link.used_at is null and link.expires_at > @now) or (link.used_at is not null and link.granted_at is null))
            order by link.granted_at is not null, link.created_at
            limit 200
            """,
            new { now },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Makes a link that asks for a role, with its event. It gives none: that takes <see cref="GrantAsync"/> by another person.</summary>
    /// <param name="token">Digest of its token.</param>
    /// <param name="wish">What it asks for.</param>
    /// <param name="expires">Until when it can be used.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>What can't be taken; nothing was written then.</returns>
    public async Task<IReadOnlyList<Fault>> MakeAsync(Sha256Digest token, LinkWish wish, DateTimeOffset expires, ChangeBy by, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var check = new DraftCheck();
        if (!AccountRoles.All.Contains(wish.Role))
            check.Add("role", "unknown-role");
        if (!AccountScopes.Granted.Contains(wish.Scope))
            check.Add("scope", "unknown-scope");
        var unit = string.IsNullOrWhiteSpace(wish.Unit) ? null : await UnitTable.FindAsync(transaction, wish.Unit.Trim(), by.Today, ct);
        if (unit is null && !string.IsNullOrWhiteSpace(wish.Unit))
            check.Add("unit", "unknown-unit", wish.Unit);
        else if (unit is null && wish.Scope is AccountScopes.Unit or AccountScopes.Below)
            check.Add("unit", "scope-needs-unit");
        var officer = string.IsNullOrWhiteSpace(wish.Officer) ? null : await OfficerTable.FindAsync(transaction, wish.Officer.Trim(), ct);
        if (officer is null && !string.IsNullOrWhiteSpace(wish.Officer))
            check.Add("officer", "unknown-officer", wish.Officer);
        else if (officer?.Account is { } taken)
            check.Add("officer", "officer-has-account", taken);
        else if (officer is null && wish.Role == AccountRoles.Officer)
            check.Add("officer", "officer-needed");
        if (!check.IsGood)
            return check.Faults;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into setup_link (token_sha256, role, scope, unit_id, officer_id, user_name, made_by, created_at, expires_at)
            values (@token, @Role, @Scope, @unit, @officer, @userName, @madeBy, @Now, @expires)
            """,
            new { token, wish.Role, wish.Scope, unit = unit?.UnitId, officer = officer?.OfficerId, userName = officer?.Number, madeBy = by.Actor.Account, by.Now, expires },
            transaction,
            cancellationToken: ct));
        var facts = new KeyValuePair<string, object?>[]
        {
            new("link", token.ToString()), new("role", wish.Role), new("scope", wish.Scope), new("unit", unit?.Code), new("officer", officer?.Number), new("expires", expires),
        };
        await CustodyTable.AppendAsync(transaction, by.Happened(CustodyKinds.AccountLinkMade, facts), ct);
        await transaction.CommitAsync(ct);
        return [];
    }

    /// <summary>Withdraws a link of a person that wasn't used; false where there is none.</summary>
    public Task<bool> WithdrawAsync(Sha256Digest token, ChangeBy by, CancellationToken ct) => EndAsync(
        """
        update setup_link set refused_at = @Now
        where token_sha256 = @token and made_by is not null and used_at is null and granted_at is null and refused_at is null
        """,
        token,
        CustodyKinds.AccountLinkWithdrawn,
        by,
        ct);

    /// <summary>Refuses the role that a link asks for. An account that was made by it stays without.</summary>
    public Task<bool> RefuseAsync(Sha256Digest token, ChangeBy by, CancellationToken ct) => EndAsync(
        """
        update setup_link set refused_at = @Now where token_sha256 = @token and made_by is not null and granted_at is null and refused_at is null
        """,
        token,
        CustodyKinds.AccountLinkRefused,
        by,
        ct);

    /// <summary>Grants the role that a link asks for; an account that it made has it from now on, one that it makes later gets it then.</summary>
    /// <returns>What can't be, or null where there is no such wish any more; empty: granted.</returns>
    public async Task<IReadOnlyList<Fault>?> GrantAsync(Sha256Digest token, ChangeBy by, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var link = await connection.QuerySingleOrDefaultAsync<UsedLink>(new CommandDefinition(
                """
                update setup_link set granted_by = @Account, granted_at = @Now
                where token_sha256 = @token and made_by is not null and granted_at is null and refused_at is null
                returning role, scope, unit_id, officer_id, made_by, granted_by, account_id
                """,
                new { token, by.Now, by.Actor.Account },
                transaction,
                cancellationToken: ct));
            if (link is null)
                return null;
            if (link.AccountId is { } account)
                await AccountTable.GrantAsync(transaction, account, link, by.Now, ct);
            await CustodyTable.AppendAsync(
                transaction,
                by.Happened(
                    CustodyKinds.AccountLinkGranted,
                    new("link", token.ToString()), new("role", link.Role), new("scope", link.Scope), new("account", link.AccountId)),
                ct);
            await transaction.CommitAsync(ct);
            return [];
        }
        catch (PostgresException e) when (AccountFaults.Of(e) is { } fault)
        {
            return [fault];
        }
    }

    /// <summary>Uses a link up for an account that the same transaction has made. The row's lock lets only one of two at once win.</summary>
    /// <returns>What it gives, or null where it was used, replaced or too old: the caller must roll back.</returns>
    public static Task<UsedLink?> UseAsync(NpgsqlTransaction transaction, Sha256Digest token, AccountId account, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<UsedLink>(new CommandDefinition(
            """
            update setup_link set used_at = @now, account_id = @account
            where token_sha256 = @token and used_at is null and refused_at is null and expires_at > @now
            returning role, scope, unit_id, officer_id, made_by, granted_by, account_id
            """,
            new { token, account, now },
            transaction,
            cancellationToken: ct));

    private Task<bool> EndAsync(string sql, Sha256Digest token, string kind, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, new { token, by.Now }, transaction, cancellationToken: ct)) == 1
            && await CustodyTable.AppendAsync(transaction, by.Happened(kind, new KeyValuePair<string, object?>("link", token.ToString())), ct),
        ct);
}

/// <summary>What a link is to ask for.</summary>
/// <param name="Role">Role.</param>
/// <param name="Scope">Scope, one of <see cref="AccountScopes.Granted"/>.</param>
/// <param name="Unit">Code of the unit.</param>
/// <param name="Officer">Number of the officer that the account is for.</param>
public sealed record LinkWish(string Role, string Scope, string? Unit, string? Officer);

/// <summary>A link that is open or waits.</summary>
public sealed record SetupLink
{
    /// <summary>Digest of its token; it names the link, and opens nothing.</summary>
    public required Sha256Digest TokenSha256 { get; init; }

    /// <summary>Role, or <see cref="SetupLinkTable.Sample"/>.</summary>
    public required string Role { get; init; }

    /// <summary>Scope that it asks for.</summary>
    public required string Scope { get; init; }

    /// <summary>Name of the unit.</summary>
    public string? UnitName { get; init; }

    /// <summary>Number of the officer.</summary>
    public string? Officer { get; init; }

    /// <summary>Name of the officer.</summary>
    public string? OfficerName { get; init; }

    /// <summary>Name to sign in with that it proposes.</summary>
    public string? UserName { get; init; }

    /// <summary>Who made it; null for those of a start.</summary>
    public string? MadeBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it can be used.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Name of the account that it made.</summary>
    public string? Account { get; init; }

    /// <summary>When the role was granted.</summary>
    public DateTimeOffset? GrantedAt { get; init; }

    /// <summary>Whether a person made it, so that its role has to be granted by another.</summary>
    public bool AsksForRole => MadeBy is not null;
}

/// <summary>What a link gives to the account that it made.</summary>
public sealed record UsedLink
{
    /// <summary>Role, or <see cref="SetupLinkTable.Sample"/>.</summary>
    public required string Role { get; init; }

    /// <summary>Scope.</summary>
    public required string Scope { get; init; }

    /// <summary>Unit.</summary>
    public UnitId? UnitId { get; init; }

    /// <summary>Officer.</summary>
    public OfficerId? OfficerId { get; init; }

    /// <summary>Who made the link; null for those of a start.</summary>
    public AccountId? MadeBy { get; init; }

    /// <summary>Who granted the role.</summary>
    public AccountId? GrantedBy { get; init; }

    /// <summary>The account that was made.</summary>
    public AccountId? AccountId { get; init; }

    /// <summary>A link of a start gives its role at once, one of a person when it was granted.</summary>
    public bool GivesRole => MadeBy is null || GrantedBy is not null;
}
