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

    /// <summary>All of them, the widest first.</summary>
    public static IReadOnlyList<string> Every { get; } = [All, Below, Unit, Own, Sample];
}
