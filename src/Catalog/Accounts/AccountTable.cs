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
    AccountId AccountId, string UserName, string DisplayName, string Scope, Guid? Officer, IReadOnlyList<Guid> Units, string SecurityStamp, IReadOnlyList<string> Roles)
{
    /// <summary>When the person last proved who he is in this sign-in: by the password, or by the second factor.</summary>
    public DateTimeOffset ProvedAt { get; init; }

    /// <summary>When the person last did something in it, to the minute.</summary>
    public DateTimeOffset SeenAt { get; init; }

    /// <summary>Whether the second factor was given in it.</summary>
    public bool HasSecond { get; init; }

    /// <summary>Whether the account has a second factor.</summary>
    public bool HasTotp { get; init; }

    /// <summary>When the password was set; null for an account without one.</summary>
    public DateTimeOffset? PasswordChangedAt { get; init; }

    /// <summary>What has to be done before this sign-in has any right, see Api's <c>Doors</c>; null where nothing has.</summary>
    public string? Door { get; init; }

    /// <summary>Rights that a program's token has at most; null in a person's sign-in.</summary>
    public IReadOnlyList<string>? TokenRights { get; init; }

    /// <summary>Name of the token.</summary>
    public string? TokenName { get; init; }
}

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

    /// <summary>Of an account <c>a</c>.</summary>
    private const string Columns =
        """
        a.account_id, a.user_name, a.display_name, a.scope, a.security_stamp, a.password_changed_at, a.totp_secret is not null as has_totp,
        (select o.officer_id from officer o where o.account_id = a.account_id) as officer,
        case a.scope
          when 'below' then array(select unit_and_below(a.unit_id))
          when 'unit' then array[a.unit_id]
          else '{}'::uuid[] end as units,
        array(select r.role from account_role r where r.account_id = a.account_id order by r.role) as roles
        """;

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
    /// <param name="transaction">Transaction.</param>
    /// <param name="account">To whom.</param>
    /// <param name="role">Role.</param>
    /// <param name="by">Who grants it; null for the first accounts of an installation.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="PostgresException">
    /// Two of the three exclusive roles (<c>account_role_one_of_three</c>), or somebody to himself (<c>account_role_not_by_himself</c>).
    /// </exception>
    public static Task AddRoleAsync(NpgsqlTransaction transaction, AccountId account, string role, AccountId? by, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into account_role (account_id, role, granted_by, granted_at) values (@account, @role, @by, @now)
            """,
            new { account, role, by, now },
            transaction,
            cancellationToken: ct));

    /// <summary>Makes an account that of an officer who has none, in the caller's transaction.</summary>
    public static Task BelongAsync(NpgsqlTransaction transaction, AccountId account, OfficerId officer, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update officer set account_id = @account, version = version + 1 where officer_id = @officer and account_id is null
            """,
            new { account, officer },
            transaction,
            cancellationToken: ct));

    /// <summary>Gives an account what its link asks for, in the caller's transaction.</summary>
    /// <exception cref="PostgresException">As in <see cref="AddRoleAsync"/>.</exception>
    public static async Task GrantAsync(NpgsqlTransaction transaction, AccountId account, UsedLink link, DateTimeOffset now, CancellationToken ct)
    {
        await PlaceAsync(transaction, account, link.Scope, link.UnitId, ct);
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into account_role (account_id, role, granted_by, granted_at) values (@account, @Role, @GrantedBy, @now) on conflict do nothing
            """,
            new { account, link.Role, link.GrantedBy, now },
            transaction,
            cancellationToken: ct));
    }

    /// <summary>Sets which clips an account may know of.</summary>
    public static Task PlaceAsync(NpgsqlTransaction transaction, AccountId account, string scope, UnitId? unit, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update account set scope = @scope, unit_id = @unit where account_id = @account
            """,
            new { account, scope, unit },
            transaction,
            cancellationToken: ct));

    /// <summary>Those of the roles that no account has but one for the sample.</summary>
    public async Task<IReadOnlyList<string>> RolesWithoutAccountAsync(IReadOnlyList<string> roles, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            """
            select wanted.role
            from unnest(@roles) with ordinality as wanted (role, place)
            where not exists (
              select from account_role r join account a on a.account_id = r.account_id
              where r.role = wanted.role and a.scope <> 'sample' and a.disabled_at is null)
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
            $"""
            select {Columns}, coalesce(l.proved_at, l.opened_at) as proved_at, coalesce(l.seen_at, l.opened_at) as seen_at, l.second_at is not null as has_second
            from login l join account a on a.account_id = l.account_id
            where l.login_id = @loginId and l.ended_at is null and a.disabled_at is null
            """,
            new { loginId },
            cancellationToken: ct));
        return row?.ToAccount();
    }

    /// <summary>The account behind a program's token that is still good, or null. Marks it as used, at most once a minute.</summary>
    public async Task<SignedInAccount?> OfTokenAsync(Sha256Digest token, string? address, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var row = await connection.QuerySingleOrDefaultAsync<LoginRow>(new CommandDefinition(
            $"""
            with used as (
              update api_token set last_used_at = @now, last_address = @address
              where token_sha256 = @token and revoked_at is null and expires_at > @now
                and (last_used_at is null or last_used_at < @now - interval '1 minute' or last_address is distinct from @address)
            )
            select {Columns}, true as has_second, t.rights as token_rights, t.name as token_name
            from api_token t join account a on a.account_id = t.account_id
            where t.token_sha256 = @token and t.revoked_at is null and t.expires_at > @now and a.disabled_at is null
            """,
            new { token, address, now },
            cancellationToken: ct));
        return row?.ToAccount();
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

        public DateTimeOffset? PasswordChangedAt { get; init; }

        public bool HasTotp { get; init; }

        public DateTimeOffset ProvedAt { get; init; }

        public DateTimeOffset SeenAt { get; init; }

        public bool HasSecond { get; init; }

        public string[]? TokenRights { get; init; }

        public string? TokenName { get; init; }

        public SignedInAccount ToAccount() => new(AccountId, UserName, DisplayName, Scope, Officer, Units, SecurityStamp, Roles)
        {
            PasswordChangedAt = PasswordChangedAt,
            HasTotp = HasTotp,
            ProvedAt = ProvedAt,
            SeenAt = SeenAt,
            HasSecond = HasSecond,
            TokenRights = TokenRights,
            TokenName = TokenName,
        };
    }
}
