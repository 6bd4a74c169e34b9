using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What a request has to know about the person behind it, as the database holds it now.</summary>
/// <param name="AccountId">Id.</param>
/// <param name="UserName">Name to sign in with (工号).</param>
/// <param name="DisplayName">Name on screen.</param>
/// <param name="Scope">Which clips it may know of, see <see cref="AccountScopes"/>.</param>
/// <param name="Officer">The officer that it belongs to.</param>
/// <param name="Units">Units whose clips it may know of.</param>
/// <param name="SecurityStamp">Changes with the password; a cookie with another one is no good.</param>
/// <param name="Roles">Roles, see <see cref="AccountRoles"/>.</param>
public sealed record SignedInAccount(
    AccountId AccountId, string UserName, string DisplayName, string Scope, Guid? Officer, IReadOnlyList<Guid> Units, string SecurityStamp, IReadOnlyList<string> Roles);

/// <summary>What became of a try to sign in, before its password was looked at.</summary>
public enum SignInTry
{
    /// <summary>One of the few tries was taken: check the password now, then call <see cref="AccountTable.ForgiveAsync"/> if it was right.</summary>
    Taken,

    /// <summary>The account is locked or disabled; nothing was counted.</summary>
    Refused,
}

/// <summary>SQL of accounts beside what ASP.NET Core Identity's own store reads and writes: tries, roles, and who is signed in.</summary>
public sealed class AccountTable(CatalogDatabase database)
{
    /// <summary>Failures within <see cref="FailureWindow"/> that lock an account.</summary>
    public const int FailuresUntilLocked = 5;

    /// <summary>Failures longer ago than this don't count.</summary>
    public static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(15);

    /// <summary>How long a locked account stays locked.</summary>
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(20);

    /// <summary>
    /// Takes a try before the password is checked, in one statement: a hundred guesses at once still get <see cref="FailuresUntilLocked"/> tries.
    /// The last try locks; a right password lifts that again.
    /// </summary>
    public async Task<SignInTry> TakeTryAsync(AccountId account, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            """
            update account set
              access_failed_count = case when last_failed_at > @since then access_failed_count + 1 else 1 end,
              lockout_end = case when last_failed_at > @since and access_failed_count + 1 >= @FailuresUntilLocked then @until else lockout_end end,
              last_failed_at = @now
            where account_id = @account and disabled_at is null and (lockout_end is null or lockout_end <= @now)
            """,
            new { account, now, since = now - FailureWindow, until = now + LockedFor, FailuresUntilLocked },
            cancellationToken: ct)) == 1
            ? SignInTry.Taken
            : SignInTry.Refused;
    }

    /// <summary>Forgets failures after a right password.</summary>
    public async Task ForgiveAsync(AccountId account, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update account set access_failed_count = 0, last_failed_at = null, lockout_end = null
            where account_id = @account
            """,
            new { account },
            cancellationToken: ct));
    }

    /// <summary>Gives a role in the caller's transaction.</summary>
    /// <exception cref="PostgresException">Two of the three exclusive roles (<c>account_role_one_of_three</c>).</exception>
    public static Task AddRoleAsync(NpgsqlTransaction transaction, AccountId account, string role, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into account_role (account_id, role) values (@account, @role)
            """,
            new { account, role },
            transaction,
            cancellationToken: ct));

    /// <summary>Those of the roles that no account with scope 'all' has.</summary>
    public async Task<IReadOnlyList<string>> RolesWithoutAccountAsync(IReadOnlyList<string> roles, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            """
            select wanted.role
            from unnest(@roles) with ordinality as wanted (role, place)
            where not exists (
              select from account_role r join account a on a.account_id = r.account_id
              where r.role = wanted.role and a.scope = 'all' and a.disabled_at is null)
            order by wanted.place
            """,
            new { roles = roles.ToArray() },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The account behind an open sign-in, or null: ended, disabled or unknown.</summary>
    public async Task<SignedInAccount?> OfLoginAsync(string loginId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<LoginRow>(new CommandDefinition(
            """
            select a.account_id, a.user_name, a.display_name, a.scope, a.security_stamp,
              (select o.officer_id from officer o where o.account_id = a.account_id) as officer,
              case a.scope
                when 'below' then array(select unit_and_below(a.unit_id))
                when 'unit' then array[a.unit_id]
                else '{}'::uuid[] end as units,
              array(select r.role from account_role r where r.account_id = a.account_id order by r.role) as roles
            from login l join account a on a.account_id = l.account_id
            where l.login_id = @loginId and l.ended_at is null and a.disabled_at is null
            """,
            new { loginId },
            cancellationToken: ct));
        return row is null
            ? null
            : new SignedInAccount(row.AccountId, row.UserName, row.DisplayName, row.Scope, row.Officer, row.Units, row.SecurityStamp, row.Roles);
    }

    private sealed class LoginRow
    {
        public required AccountId AccountId { get; init; }

        public required string UserName { get; init; }

        public required string DisplayName { get; init; }

        public required string Scope { get; init; }

        public Guid? Officer { get; init; }

        public required Guid[] Units { get; init; }

        public required string SecurityStamp { get; init; }

        public required string[] Roles { get; init; }
    }
}
