using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Signing in and out, each with its line in the access log.</summary>
internal sealed class SignIns(
    UserManager<Account> users,
    IPasswordHasher<Account> hasher,
    AccountTable accounts,
    LoginTable logins,
    AccessLog log,
    LiveAccounts live,
    TimeProvider time)
{
    private static readonly Account Nobody = new() { DisplayName = "", CreatedAt = default };
    private static string? s_nobodysHash;

    /// <summary>
    /// Signs in by name and password. An unknown name, a wrong password, a locked and a disabled account get the same answer in about the
    /// same time; only the access log tells them apart.
    /// </summary>
    public async Task<SignedInAccount?> TryAsync(HttpContext http, string name, string password)
    {
        // What no database can hold is nobody's name; the log shows what was typed.
        var account = AccountNames.Fault(name) is null ? await users.FindByNameAsync(name) : null;
        var taken = account is not null && await accounts.TakeTryAsync(new AccountId(account.Id), time.GetUtcNow(), http.RequestAborted) == SignInTry.Taken;
        var hash = account?.PasswordHash ?? (s_nobodysHash ??= hasher.HashPassword(Nobody, RandomToken.New()));
        var right = hasher.VerifyHashedPassword(account ?? Nobody, hash, password) != PasswordVerificationResult.Failed;
        if (account?.PasswordHash is null || !taken || !right)
        {
            var kind = account is not null && !taken ? AccessKinds.LockedOut : AccessKinds.SignInFailed;
            await log.WriteAsync(http, kind, account is null ? null : new AccountId(account.Id), name);
            return null;
        }
        await accounts.ForgiveAsync(new AccountId(account.Id), http.RequestAborted);
        return await OpenAsync(http, new AccountId(account.Id), account.UserName!, AccessKinds.SignedIn);
    }

    /// <summary>Opens a sign-in for an account that has proved itself another way, such as a set-up link.</summary>
    public async Task<SignedInAccount> OpenAsync(HttpContext http, AccountId account, string userName, string kind)
    {
        var (login, now) = (RandomToken.New(), time.GetUtcNow());
        await logins.OpenAsync(login, account, http.Connection.RemoteIpAddress?.ToString(), now, http.RequestAborted);
        // No line in the log, no sign-in.
        await log.WriteAsync(http, kind, account, userName);
        var signedIn = await accounts.OfLoginAsync(login, http.RequestAborted)
            ?? throw new InvalidOperationException("The account was disabled while it signed in.");
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, People.Principal(signedIn, login, now));
        return signedIn;
    }

    /// <summary>Ends the present sign-in here and in the browser.</summary>
    public async Task EndAsync(HttpContext http)
    {
        // The browser's cookie first: it goes even when the database can't be told.
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (http.User.LoginId() is { } login)
        {
            await logins.EndAsync(login, time.GetUtcNow(), http.RequestAborted);
            live.Forget(login);
            await log.WriteAsync(http, AccessKinds.SignedOut, http.User.Account(), http.User.Identity?.Name);
        }
    }
}
