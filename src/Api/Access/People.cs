using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The person behind a request, to and from claims.</summary>
internal static class People
{
    /// <summary>Claim: id of this sign-in. A new one each time; viewings are bound to it.</summary>
    public const string Login = "login";

    /// <summary>Claim: when the person last proved who he is, in seconds.</summary>
    public const string Proved = "proved";

    /// <summary>Claim: a right that a program's token was given; there is one of an empty name where it is a token's at all.</summary>
    public const string TokenRight = "token_right";

    private const string Token = "token";
    private const string Door = "door";
    private const string UserName = "user_name";
    private const string Scope = "scope";
    private const string Stamp = "stamp";
    private const string Opened = "opened";
    private const string OfficerClaim = "officer";
    private const string Units = "units";

    /// <summary>Claims of a sign-in. Name, roles and scope are read anew with each request's validation and only travel along.</summary>
    /// <param name="account">The account.</param>
    /// <param name="loginId">The sign-in; null for a program's token.</param>
    /// <param name="opened">When it began.</param>
    public static ClaimsPrincipal Principal(SignedInAccount account, string? loginId, DateTimeOffset opened)
    {
        var scheme = account.TokenRights is null ? CookieAuthenticationDefaults.AuthenticationScheme : ApiTokens.Scheme;
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, account.AccountId.ToString()));
        identity.AddClaim(new Claim(ClaimTypes.Name, account.DisplayName));
        identity.AddClaim(new Claim(UserName, account.UserName));
        if (loginId is not null)
        {
            identity.AddClaim(new Claim(Login, loginId));
            identity.AddClaim(new Claim(Proved, account.ProvedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }
        if (account.TokenRights is { } rights)
        {
            identity.AddClaim(new Claim(Token, account.TokenName ?? ""));
            identity.AddClaims(rights.Append("").Select(right => new Claim(TokenRight, right)));
        }
        identity.AddClaim(new Claim(Stamp, account.SecurityStamp));
        identity.AddClaim(new Claim(Opened, opened.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(Scope, account.Scope));
        if (account.Officer is { } officer)
            identity.AddClaim(new Claim(OfficerClaim, officer.ToString("N")));
        // One claim, since a bureau has dozens and they travel in a cookie.
        if (account.Units.Count > 0)
            identity.AddClaim(new Claim(Units, string.Join(',', account.Units.Select(unit => unit.ToString("N")))));
        if (account.Door is { } door)
            identity.AddClaim(new Claim(Door, door)); // No role, no right, until it is passed.
        else
            identity.AddClaims(account.Roles.Select(role => new Claim(ClaimTypes.Role, role)));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>On whose behalf clips are read. Only for endpoints behind a policy: an anonymous principal throws.</summary>
    public static Viewer Viewer(this ClaimsPrincipal person) => person.ViewerOf(Right.SeeClips);

    /// <summary>On whose behalf cases are read.</summary>
    public static Viewer CaseViewer(this ClaimsPrincipal person) => person.ViewerOf(Right.SeeCases);

    private static Viewer ViewerOf(this ClaimsPrincipal person, Right right)
    {
        var sees = person.Has(right);
        return new Viewer(
            person.Account() ?? throw new InvalidOperationException("Nobody is signed in."),
            person.NameForLog(),
            SeesAll: sees && person.FindFirstValue(Scope) == AccountScopes.All,
            SeesSamples: sees && person.FindFirstValue(Scope) is AccountScopes.All or AccountScopes.Sample,
            SeesFootage: person.Has(Right.SeeFootage))
        {
            Officer = sees ? person.Officer()?.Value : null,
            Units = sees ? [.. UnitsOf(person)] : [],
        };
    }

    /// <summary>Units whose people and recorders a person may know of; null for all. Who is in no unit has none.</summary>
    public static Guid[]? Reach(this ClaimsPrincipal person) =>
        person.FindFirstValue(Scope) == AccountScopes.All ? null : [.. UnitsOf(person)];

    /// <summary>Sees samples and nothing else.</summary>
    public static bool IsSampleOnly(this ClaimsPrincipal person) => person.FindFirstValue(Scope) == AccountScopes.Sample;

    public static AccountId? Account(this ClaimsPrincipal person) =>
        AccountId.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), null, out var account) ? account : null;

    /// <summary>The officer whose account it is; null for who is none.</summary>
    public static OfficerId? Officer(this ClaimsPrincipal person) =>
        Guid.TryParse(person.FindFirstValue(OfficerClaim), out var officer) ? new OfficerId(officer) : null;

    public static string? LoginId(this ClaimsPrincipal person) => person.FindFirstValue(Login);

    public static string? SecurityStamp(this ClaimsPrincipal person) => person.FindFirstValue(Stamp);

    public static DateTimeOffset? OpenedAt(this ClaimsPrincipal person) =>
        long.TryParse(person.FindFirstValue(Opened), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Name to sign in with.</summary>
    public static string NumberOf(this ClaimsPrincipal person) => person.FindFirstValue(UserName) ?? "";

    /// <summary>What this sign-in has to do before it has any right, one of <see cref="Doors"/>; null where nothing.</summary>
    public static string? DoorOf(this ClaimsPrincipal person) => person.FindFirstValue(Door);

    /// <summary>A program by its token.</summary>
    public static bool IsToken(this ClaimsPrincipal person) => person.HasClaim(TokenRight, "");

    private static IEnumerable<Guid> UnitsOf(ClaimsPrincipal person) =>
        (person.FindFirstValue(Units) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse);

    /// <summary>Name and number, and the token where a program acts, as the custody log keeps them.</summary>
    private static string NameForLog(this ClaimsPrincipal person)
    {
        var (display, number) = (person.FindFirstValue(ClaimTypes.Name), person.FindFirstValue(UserName));
        var name = display == number ? display ?? "" : $"{display} ({number})";
        return person.FindFirstValue(Token) is { } token ? $"{name} [{token}]" : name;
    }
}
