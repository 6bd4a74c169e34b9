using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of what administrators do with accounts. Each change and its custody event are one transaction; nobody does one to himself.</summary>
public sealed class AccountAdministrationTable(CatalogDatabase database)
{
    private const string Columns =
        """
        a.account_id, a.user_name, a.display_name, a.scope, unit.code as unit, unit.name as unit_name, officer.number as officer, officer.name as officer_name,
        a.created_at, a.disabled_at, a.lockout_end, a.totp_since, a.password_changed_at,
        array(select role from account_role where account_role.account_id = a.account_id order by role) as roles,
        (select max(coalesce(login.seen_at, login.opened_at)) from login where login.account_id = a.account_id) as seen_at
        """;

    private const string Joined =
        """
        account a left join unit on unit.unit_id = a.unit_id left join officer on officer.account_id = a.account_id
        """;

    private const string Matches =
        """
        (@Like::text is null or a.user_name ilike @Like or a.display_name ilike @Like or officer.number ilike @Like)
        and (@Role::text is null or exists (select from account_role where account_role.account_id = a.account_id and account_role.role = @Role))
        and (@State::text is null or @State = case
          when a.disabled_at is not null then 'disabled' when a.lockout_end > @now then 'locked' else 'active' end)
        """;

    /// <summary>One page, by name. <paramref name="after"/> goes on from a name, <paramref name="before"/> back from one.</summary>
    public async Task<KeyPage<AccountRow>> ListAsync(AccountFilter filter, string? after, string? before, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var (place, order) = (after, before) switch
        {
            (not null, _) => ("and a.normalized_user_name > upper(@Key)", "asc"),
            (_, not null) => ("and a.normalized_user_name < upper(@Key)", "desc"),
            _ => ("", "asc"),
        };
        var parameters = new { Like = Like.Part(filter.Text), filter.Role, filter.State, now, Key = after ?? before, limit = limit + 1 };
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<AccountRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where {Matches} {place} order by a.normalized_user_name {order} limit @limit
            """,
            parameters,
            cancellationToken: ct))).AsList();
        var count = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            select count(*) from {Joined} where {Matches}
            """,
            parameters,
            cancellationToken: ct));
        return KeyPage<AccountRow>.Of(rows, after, before, limit, count, row => row.UserName);
    }

    /// <summary>An account by its name, or null.</summary>
    public async Task<AccountRow?> FindAsync(string userName, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where a.normalized_user_name = upper(@userName)
            """,
            new { userName },
            cancellationToken: ct));
    }

    /// <summary>An account can't sign in any more, its sign-ins end, and its tokens open nothing while it lasts.</summary>
    public Task<AccountOutcome> DisableAsync(AccountId account, ChangeBy by, CancellationToken ct) => ChangeAsync(
        account,
        """
        with disabled as (update account set disabled_at = @Now where account_id = @account and disabled_at is null returning account_id)
        update login set ended_at = @Now from disabled where login.account_id = disabled.account_id and ended_at is null
        """,
        before => before.DisabledAt is null,
        CustodyKinds.AccountDisabled,
        by,
        ct);

    /// <summary>A disabled account can sign in again.</summary>
    public Task<AccountOutcome> EnableAsync(AccountId account, ChangeBy by, CancellationToken ct) => ChangeAsync(
        account,
        """
        update account set disabled_at = null where account_id = @account and disabled_at is not null
        """,
        before => before.DisabledAt is not null,
        CustodyKinds.AccountEnabled,
        by,
        ct);

    /// <summary>Lifts the lock of too many wrong passwords.</summary>
    public Task<AccountOutcome> UnlockAsync(AccountId account, ChangeBy by, CancellationToken ct) => ChangeAsync(
        account,
        """
        update account set lockout_end = null, access_failed_count = 0, last_failed_at = null where account_id = @account and lockout_end > @Now
        """,
        before => before.IsLocked(by.Now),
        CustodyKinds.AccountUnlocked,
        by,
        ct);

    /// <summary>Ends all sign-ins of an account.</summary>
    public Task<AccountOutcome> SignOutAsync(AccountId account, ChangeBy by, CancellationToken ct) => ChangeAsync(
        account,
        """
        update login set ended_at = @Now where account_id = @account and ended_at is null
        """,
        _ => true,
        CustodyKinds.AccountSignedOut,
        by,
        ct);

    /// <summary>Takes the second factor away and ends all sign-ins: for who lost the telephone and the recovery codes.</summary>
    public Task<AccountOutcome> ResetSecondAsync(AccountId account, ChangeBy by, CancellationToken ct) => ChangeAsync(
        account,
        """
        update account set totp_secret = null, totp_since = null, totp_step = null where account_id = @account;
        delete from recovery_code where account_id = @account;
        update login set ended_at = @Now where account_id = @account and ended_at is null
        """,
        before => before.TotpSince is not null,
        CustodyKinds.AccountSecondReset,
        by,
        ct);

    /// <summary>Sets the roles of an account and which clips it may know of. The database holds what one person may hold, and who grants it.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="roles">All of them.</param>
    /// <param name="scope">One of <see cref="AccountScopes.Granted"/>.</param>
    /// <param name="unit">Code of the unit; needed for <c>unit</c> and <c>below</c>.</param>
    /// <param name="by">Who.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> SetRolesAsync(
        AccountId account, IReadOnlyCollection<string> roles, string scope, string? unit, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SetRolesAsync(transaction, account, roles, scope, unit, by, ct), ct);

    private static async Task<SaveResult> SetRolesAsync(
        NpgsqlTransaction transaction, AccountId account, IReadOnlyCollection<string> roles, string scope, string? unit, ChangeBy by, CancellationToken ct)
    {
        var check = new DraftCheck();
        if (by.Actor.Account == account)
            check.Add("roles", "not-yourself");
        if (roles.Any(role => !AccountRoles.All.Contains(role)))
            check.Add("roles", "unknown-role");
        if (roles.Count(AccountRoles.Offices.Contains) > 1)
            check.Add("roles", "two-offices");
        if (!AccountScopes.Granted.Contains(scope))
            check.Add("scope", "unknown-scope");
        var place = string.IsNullOrWhiteSpace(unit) ? null : await UnitTable.FindAsync(transaction, unit.Trim(), by.Today, ct);
        if (place is null && !string.IsNullOrWhiteSpace(unit))
            check.Add("unit", "unknown-unit", unit);
        else if (place is null && scope is AccountScopes.Unit or AccountScopes.Below)
            check.Add("unit", "scope-needs-unit");
        if (!check.IsGood)
            return SaveResult.Refused(check.Faults);
        var before = await LockAsync(transaction, account, ct);
        if (before is null)
            return SaveResult.Refused([new Fault("roles", "unknown-account", account.ToString())]);
        if (before.Roles.ToHashSet().SetEquals(roles) && before.Scope == scope && before.Unit == place?.Code)
            return SaveResult.Of(SaveOutcome.Unchanged, 1);
        try
        {
            await transaction.SaveAsync("roles", ct);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                delete from account_role where account_id = @account and role <> all(@roles);
                insert into account_role (account_id, role, granted_by, granted_at)
                select @account, role, @By, @Now from unnest(@roles) role
                on conflict on constraint account_role_pkey do nothing;
                """,
                new { account, roles = roles.ToArray(), By = by.Actor.Account, by.Now },
                transaction,
                cancellationToken: ct));
        }
        catch (PostgresException e) when (AccountFaults.Of(e) is { } fault)
        {
            await transaction.RollbackAsync("roles", ct);
            return SaveResult.Refused([fault]);
        }
        await AccountTable.PlaceAsync(transaction, account, scope, place?.UnitId, ct);
        await CustodyTable.AppendAsync(
            transaction,
            by.Happened(
                CustodyKinds.AccountRoles,
                new("account", account.ToString()), new("name", before.UserName), new("roles", roles.Order(StringComparer.Ordinal).ToArray()), new("scope", scope),
                new("unit", place?.Code), new("was.roles", before.Roles), new("was.scope", before.Scope), new("was.unit", before.Unit)),
            ct);
        return SaveResult.Of(SaveOutcome.Changed, 1);
    }

    /// <summary>The account, held until the transaction ends.</summary>
    private static async Task<AccountRow?> LockAsync(NpgsqlTransaction transaction, AccountId account, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select from account where account_id = @account for update""", new { account }, transaction, cancellationToken: ct));
        return await transaction.Connection!.QuerySingleOrDefaultAsync<AccountRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where a.account_id = @account
            """,
            new { account },
            transaction,
            cancellationToken: ct));
    }

    private async Task<AccountOutcome> ChangeAsync(AccountId account, string sql, Func<AccountRow, bool> isNeeded, string kind, ChangeBy by, CancellationToken ct)
    {
        if (by.Actor.Account == account)
            return AccountOutcome.NotYourself;
        try
        {
            return await database.InTransactionAsync(
                async transaction =>
                {
                    if (await LockAsync(transaction, account, ct) is not { } before)
                        return AccountOutcome.NotFound;
                    if (!isNeeded(before))
                        return AccountOutcome.Unchanged;
                    await transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, new { account, by.Now }, transaction, cancellationToken: ct));
                    await CustodyTable.AppendAsync(transaction, by.Happened(kind, new("account", account.ToString()), new("name", before.UserName)), ct);
                    return AccountOutcome.Done;
                },
                ct);
        }
        catch (PostgresException e) when (e.ConstraintName == "account_office_kept")
        {
            return AccountOutcome.LastOffice;
        }
    }
}
