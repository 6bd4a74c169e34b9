namespace YaoAn.Catalog;

/// <summary>Which clips an account may know of, beside those of its own officer.</summary>
public static class AccountScopes
{
    /// <summary>All.</summary>
    public const string All = "all";

    /// <summary>Those of its unit and of all units below.</summary>
    public const string Below = "below";

    /// <summary>Those of its unit.</summary>
    public const string Unit = "unit";

    /// <summary>Its officer's own.</summary>
    public const string Own = "own";

    /// <summary>Samples.</summary>
    public const string Sample = "sample";

    /// <summary>Those that a security administrator grants; the sample has links of its own.</summary>
    public static IReadOnlyList<string> Granted { get; } = [Own, Unit, Below, All];

    /// <summary>What a role usually has: an officer his own, a reviewer and a leader the unit and below. Others see no clips, or all of them.</summary>
    public static string UsualOf(string role) => role switch
    {
        AccountRoles.Officer => Own,
        AccountRoles.Reviewer or AccountRoles.Leader => Below,
        _ => All,
    };

    /// <summary>All of them, the widest first.</summary>
    public static IReadOnlyList<string> Every { get; } = [All, Below, Unit, Own, Sample];
}
