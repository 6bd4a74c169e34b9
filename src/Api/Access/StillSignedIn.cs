using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>An answer can outlive the right to it: long ones ask again while they go on.</summary>
internal sealed class StillSignedIn(LiveAccounts live, IOptions<SignInOptions> options, TimeProvider time)
{
    /// <summary>How often a long answer asks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>False once the sign-in has ended, or the person may see less or other things than when the answer began.</summary>
    /// <exception cref="Npgsql.NpgsqlException">The database can't be asked.</exception>
    public async Task<bool> IsAsync(HttpContext http, Viewer viewer, CancellationToken ct)
    {
        if (http.User.LoginId() is not { } login || http.User.OpenedAt() is not { } opened || time.GetUtcNow() - opened >= options.Value.EndsAfter)
            return false;
        return await live.FindAsync(login, ct) is { } account
            && account.SecurityStamp == http.User.SecurityStamp()
            && People.Principal(account, login, opened).Viewer() == viewer;
    }

    /// <summary>True once the cookie that began the answer is too old: a page that is used has a newer one by then and asks with that.</summary>
    public async Task<bool> IsIdleAsync(HttpContext http) =>
        (await http.AuthenticateAsync()).Properties?.ExpiresUtc is { } until && time.GetUtcNow() >= until;
}
