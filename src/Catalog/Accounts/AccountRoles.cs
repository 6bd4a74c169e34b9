namespace YaoAn.Catalog;

/// <summary>The roles of people as they stand in the database and in claims.</summary>
public static class AccountRoles
{
    /// <summary>执法人员: enforces and records.</summary>
    public const string Officer = "officer";

    /// <summary>审核人员: watches, links and returns clips.</summary>
    public const string Reviewer = "reviewer";

    /// <summary>审计人员: reads metadata and logs, verifies, changes nothing.</summary>
    public const string Auditor = "auditor";

    /// <summary>设备管理员: recorders, docks, checklist.</summary>
    public const string DeviceAdministrator = "device_administrator";

    /// <summary>系统管理员: accounts, health, backup.</summary>
    public const string SystemAdministrator = "system_administrator";

    /// <summary>安全管理员: roles and retention.</summary>
    public const string SecurityAdministrator = "security_administrator";

    /// <summary>单位负责人: statistics.</summary>
    public const string Leader = "leader";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Officer, Reviewer, Leader, DeviceAdministrator, SystemAdministrator, SecurityAdministrator, Auditor];

    /// <summary>Roles of whose three one person holds one at most, and whose last holder can't go.</summary>
    public static IReadOnlyList<string> Offices { get; } = [SystemAdministrator, SecurityAdministrator, Auditor];

    /// <summary>Roles that sign in with a second factor.</summary>
    public static IReadOnlyList<string> WithSecondFactor { get; } = [SystemAdministrator, SecurityAdministrator, DeviceAdministrator, Auditor];

    /// <summary>Roles that a first start makes a set-up link for, as long as no account has them.</summary>
    public static IReadOnlyList<string> FirstOnes { get; } = [SystemAdministrator, SecurityAdministrator, Auditor, Reviewer, Officer];
}
