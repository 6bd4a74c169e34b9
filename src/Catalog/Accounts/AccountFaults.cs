using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What the database refuses of roles, as faults that a page shows.</summary>
public static class AccountFaults
{
    /// <summary>The fault of a constraint, or null for another error.</summary>
    public static Fault? Of(PostgresException e) => e.ConstraintName switch
    {
        "account_role_one_of_three" => new Fault("roles", "two-offices"),
        "account_role_not_by_himself" or "setup_link_two_persons" => new Fault("roles", "not-yourself"),
        "account_office_kept" => new Fault("roles", "last-office"),
        _ => null,
    };
}
