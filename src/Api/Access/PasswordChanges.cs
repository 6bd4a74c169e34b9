using System.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A person's own change of the password: hash, what is remembered of the former one, and the event are one transaction.</summary>
internal sealed class PasswordChanges(
    AccountContext context, UserManager<Account> users, IPasswordHasher<Account> hasher, FormerPasswordTable former, SignIns signIns, LoginTable logins,
    IOptions<SignInOptions> options)
{
    /// <summary>Changes it; the other sign-ins of the account are over, the present one goes on.</summary>
    /// <returns>A key of AccessWords, or null where it is done.</returns>
    public async Task<string?> ChangeAsync(HttpContext http, string? present, string? next, string? again, ChangeBy by)
    {
        var (id, ct) = (http.User.Account()!.Value, http.RequestAborted);
        if (next != again)
            return "PasswordsDiffer";
        if (!await signIns.IsPasswordAsync(id, present, ct))
            return "PasswordWrong";
        var account = await users.FindByIdAsync(id.ToString()) ?? throw new InvalidOperationException("The account is gone.");
        var last = (await former.LastAsync(id, ct)).Take(options.Value.Profile.Remembered);
        if (last.Any(hash => hasher.VerifyHashedPassword(account, hash, next ?? "") != PasswordVerificationResult.Failed))
            return "PasswordUsed";
        await using var unit = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var transaction = (NpgsqlTransaction)unit.GetDbTransaction();
        var replaced = account.PasswordHash;
        // It writes another security stamp: cookies of other sign-ins are no good from then on.
        var changed = await users.ChangePasswordAsync(account, present!, next!);
        if (!changed.Succeeded)
            return changed.Errors.First().Code;
        await FormerPasswordTable.KeepAsync(transaction, id, replaced, by.Now, ct);
        await CustodyTable.AppendAsync(transaction, by.Happened(CustodyKinds.AccountPassword, new KeyValuePair<string, object?>("account", id.ToString())), ct);
        await unit.CommitAsync(ct);
        await logins.EndOthersAsync(id, http.User.LoginId(), by.Now, ct);
        await signIns.RenewAsync(http);
        return null;
    }
}
