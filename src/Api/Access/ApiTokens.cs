using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Tokens of programs: <c>Authorization: Bearer …</c> on addresses of the API alone. A token may what it was given and its person still has; never
/// footage, and never what changes accounts.
/// </summary>
internal static class ApiTokens
{
    public const string Scheme = "bearer";

    /// <summary>So that secret scanners, and people, know one when they see it.</summary>
    public const string Prefix = "yaoan_";

    /// <summary>Rights that a token can have.</summary>
    public static readonly Right[] Grantable =
    [
        Right.SeeClips, Right.SeeCases, Right.EditCases, Right.SeeChecklist, Right.ManageChecklist, Right.Verify, Right.SeePeople, Right.ManagePeople, Right.SeeRecorders,
        Right.ManageRecorders, Right.SeeOverdue,
    ];

    /// <summary>A request that comes with a token: the cookie that may come along isn't looked at.</summary>
    public static bool IsMeant(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && request.Headers.Authorization is [{ Length: > 7 } value]
        && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase);

    /// <summary>The digest of the token of a request; null for what is none.</summary>
    public static Sha256Digest? DigestOf(HttpRequest request)
    {
        var text = request.Headers.Authorization.ToString()["Bearer ".Length..].Trim();
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? RandomToken.DigestOf(text[Prefix.Length..]) : null;
    }
}

/// <summary>Signs a request in by its token. Looked up each time: a revoked one is out at once.</summary>
internal sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccountTable accounts, TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!ApiTokens.IsMeant(Request) || ApiTokens.DigestOf(Request) is not { } digest)
            return AuthenticateResult.NoResult();
        var now = time.GetUtcNow();
        return await accounts.OfTokenAsync(digest, Context.Connection.RemoteIpAddress?.ToString(), now, Context.RequestAborted) is { } account
            ? AuthenticateResult.Success(new AuthenticationTicket(People.Principal(account, loginId: null, now), ApiTokens.Scheme))
            : AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
