namespace YaoAn.Api;

/// <summary>
/// An address that must answer while the database is away or hangs, and that is the same for everybody: whose cookie came along isn't
/// looked up. It never replaces <c>[AllowAnonymous]</c>; without that, nobody gets in.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StandsAloneAttribute : Attribute;
