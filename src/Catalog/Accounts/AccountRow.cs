namespace YaoAn.Catalog;

/// <summary>An account as administrators and auditors see it.</summary>
public sealed record AccountRow
{
    /// <summary>Id.</summary>
    public required AccountId AccountId { get; init; }

    /// <summary>Name to sign in with.</summary>
    public required string UserName { get; init; }

    /// <summary>Name on screen.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Roles.</summary>
    public required string[] Roles { get; init; }

    /// <summary>See <see cref="AccountScopes"/>.</summary>
    public required string Scope { get; init; }

    /// <summary>Code of the unit of its scope.</summary>
    public string? Unit { get; init; }

    /// <summary>Name of it.</summary>
    public string? UnitName { get; init; }

    /// <summary>Number of its officer.</summary>
    public string? Officer { get; init; }

    /// <summary>Name of its officer.</summary>
    public string? OfficerName { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it can't sign in.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Until when it is locked, or was.</summary>
    public DateTimeOffset? LockoutEnd { get; init; }

    /// <summary>Since when it has a second factor.</summary>
    public DateTimeOffset? TotpSince { get; init; }

    /// <summary>When its password was set.</summary>
    public DateTimeOffset? PasswordChangedAt { get; init; }

    /// <summary>When its person last did something.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Whether it is locked now.</summary>
    public bool IsLocked(DateTimeOffset now) => LockoutEnd > now;
}

/// <summary>Which accounts.</summary>
public sealed record AccountFilter
{
    /// <summary>Part of a name or number.</summary>
    public string? Text { get; init; }

    /// <summary>One of <see cref="AccountRoles.All"/>.</summary>
    public string? Role { get; init; }

    /// <summary><c>active</c>, <c>disabled</c> or <c>locked</c>; null for all.</summary>
    public string? State { get; init; }
}

/// <summary>What became of a change of an account.</summary>
public enum AccountOutcome
{
    /// <summary>It is done, with its event.</summary>
    Done,

    /// <summary>It stood so already; nothing was written.</summary>
    Unchanged,

    /// <summary>There is no such account.</summary>
    NotFound,

    /// <summary>It is the last one of its office.</summary>
    LastOffice,

    /// <summary>Nobody does this to himself.</summary>
    NotYourself,
}
