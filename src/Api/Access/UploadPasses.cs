using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>
/// Passes of the upload page. A pass stands for a sign-in as long as that lasts at most, and opens uploads alone: an upload of hours so
/// outlives the idle limit of the cookie, and nothing that its script does keeps the cookie alive. It travels in a header that no other
/// site's page can set, so that it needs no antiforgery token beside it.
/// </summary>
internal sealed class UploadPasses(IDataProtectionProvider protection, LiveAccounts live, IOptions<SignInOptions> options, TimeProvider time)
{
    public const string Header = "Upload-Pass";

    /// <summary>Scheme of endpoints that open by a pass.</summary>
    public const string Scheme = "upload-pass";

    private readonly IDataProtector _protector = protection.CreateProtector("YaoAn.UploadPass.1");

    /// <summary>A pass for the person's present sign-in.</summary>
    public string Issue(ClaimsPrincipal person) =>
        _protector.Protect($"{person.LoginId()}\n{person.OpenedAt()!.Value.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}\n{person.SecurityStamp()}");

    /// <summary>Whom a pass stands for now; null once the sign-in has ended, or for what is no pass.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database can't be asked.</exception>
    public async Task<ClaimsPrincipal?> OpenAsync(string pass, CancellationToken ct)
    {
        if (Read(pass) is not [var login, var unix, var stamp])
            return null;
        var opened = DateTimeOffset.FromUnixTimeSeconds(long.Parse(unix, CultureInfo.InvariantCulture));
        if (time.GetUtcNow() - opened >= options.Value.EndsAfter)
            return null;
        return await live.FindAsync(login, ct) is { } account && account.SecurityStamp == stamp ? People.Principal(account, login, opened) : null;
    }

    private string[]? Read(string pass)
    {
        try
        {
            return _protector.Unprotect(pass).Split('\n');
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>Signs a request in by its pass.</summary>
internal sealed class UploadPassHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, UploadPasses passes)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[UploadPasses.Header] is not [{ Length: > 0 } pass])
            return AuthenticateResult.NoResult();
        return await passes.OpenAsync(pass, Context.RequestAborted) is { } person
            ? AuthenticateResult.Success(new AuthenticationTicket(person, UploadPasses.Scheme))
            : AuthenticateResult.NoResult();
    }
}

/// <summary>An address that opens by a pass of the upload page: a cookie that came along is neither asked nor kept alive by it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OpensByPassAttribute : Attribute;
