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
    SecondFactorTable second,
    SecondFactors factors,
    AccessLog log,
    LiveAccounts live,
    TimeProvider time)
{
    /// <summary>Longest text that is tried as a password.</summary>
    public const int MaxTyped = 256;

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
        // With a second factor the tries of both count together, until both were right.
        if (await second.SecretAsync(new AccountId(account.Id), http.RequestAborted) is null)
            await accounts.ForgiveAsync(new AccountId(account.Id), http.RequestAborted);
        return await OpenAsync(http, new AccountId(account.Id), account.UserName!, AccessKinds.SignedIn);
    }

    /// <summary>Gives the second factor in the present sign-in; false where the code is wrong, used, or the account locked.</summary>
    public async Task<bool> GiveSecondAsync(HttpContext http, string? code)
    {
        var (account, login) = (http.User.Account()!.Value, http.User.LoginId()!);
        if (!await factors.TakeAsync(account, code, http.RequestAborted))
        {
            await log.WriteAsync(http, AccessKinds.SecondFailed, account, http.User.NumberOf());
            return false;
        }
        await ProvedAsync(http, login, withSecond: true);
        return true;
    }

    /// <summary>Proves again who sits there: by the second factor where there is one, else by the password.</summary>
    public async Task<bool> ProveAsync(HttpContext http, string? typed)
    {
        var account = http.User.Account()!.Value;
        if (await second.SecretAsync(account, http.RequestAborted) is not null)
            return await GiveSecondAsync(http, typed);
        if (!await IsPasswordAsync(account, typed, http.RequestAborted))
        {
            await log.WriteAsync(http, AccessKinds.SignInFailed, account, http.User.NumberOf());
            return false;
        }
        await ProvedAsync(http, http.User.LoginId()!, withSecond: false);
        return true;
    }

    /// <summary>Notes that the second factor was just set, by which it was given too.</summary>
    public Task SecondSetAsync(HttpContext http) => ProvedAsync(http, http.User.LoginId()!, withSecond: true);

    /// <summary>Whether it is the account's password; the try is counted.</summary>
    public async Task<bool> IsPasswordAsync(AccountId id, string? typed, CancellationToken ct)
    {
        if (typed is not { Length: > 0 and <= MaxTyped } || await users.FindByIdAsync(id.ToString()) is not { PasswordHash: { } hash } account
            || await accounts.TakeTryAsync(id, time.GetUtcNow(), ct) != SignInTry.Taken || hasher.VerifyHashedPassword(account, hash, typed) == PasswordVerificationResult.Failed)
            return false;
        await accounts.ForgiveAsync(id, ct);
        return true;
    }

    /// <summary>Writes the cookie anew after the password changed: the other sign-ins are over, this one goes on.</summary>
    public async Task RenewAsync(HttpContext http)
    {
        var (login, opened) = (http.User.LoginId()!, http.User.OpenedAt()!.Value);
        live.Forget(login);
        var account = await live.FindAsync(login, http.RequestAborted) ?? throw new InvalidOperationException("The sign-in ended meanwhile.");
        http.User = People.Principal(account, login, opened);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, http.User);
    }

    private async Task ProvedAsync(HttpContext http, string login, bool withSecond)
    {
        await logins.ProvedAsync(login, withSecond, time.GetUtcNow(), http.RequestAborted);
        await log.WriteAsync(http, AccessKinds.Proved, http.User.Account(), http.User.NumberOf());
        await RenewAsync(http);
    }

    /// <summary>Opens a sign-in for an account that has proved itself another way, such as a set-up link.</summary>
    public async Task<SignedInAccount> OpenAsync(HttpContext http, AccountId account, string userName, string kind)
    {
        var (login, now) = (RandomToken.New(), time.GetUtcNow());
        var from = new NewLogin(login, account, http.Connection.RemoteIpAddress?.ToString(), http.Request.Headers.UserAgent.ToString());
        await logins.OpenAsync(from, now, http.RequestAborted);
        // No line in the log, no sign-in.
        await log.WriteAsync(http, kind, account, userName);
        var signedIn = await live.FindAsync(login, http.RequestAborted)
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
