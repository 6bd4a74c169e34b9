using System.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using YaoAn.Catalog;
using EventId = YaoAn.Catalog.EventId;

namespace YaoAn.Api;

/// <summary>An account to make.</summary>
/// <param name="UserName">Name to sign in with.</param>
/// <param name="DisplayName">Name on screen.</param>
/// <param name="Password">Password; null for an account that only a link opens.</param>
/// <param name="Scope"><c>all</c> or <c>sample</c>.</param>
internal sealed record NewAccount(string UserName, string DisplayName, string? Password, string Scope = "all");

/// <summary>What became of it.</summary>
internal abstract record MakeOutcome
{
    /// <summary>The account, its role, its custody event and the used link are written.</summary>
    public sealed record Made(AccountId Account, string UserName) : MakeOutcome;

    /// <summary>Nothing was written, the link is still good. Code is a key of AccessWords.</summary>
    public sealed record Refused(string Code) : MakeOutcome;

    /// <summary>Nothing was written: the link was used, replaced or is too old.</summary>
    public sealed record LinkGone : MakeOutcome;
}

/// <summary>Makes accounts: account, role, custody event and the use of the link are one transaction.</summary>
internal sealed class AccountMaker(AccountContext context, UserManager<Account> users, TimeProvider time)
{
    /// <summary>Makes the account of a set-up link, with the link's role.</summary>
    public Task<MakeOutcome> MakeByLinkAsync(NewAccount wanted, Sha256Digest token, CancellationToken ct) => MakeAsync(
        wanted,
        (transaction, account) => SetupLinkTable.UseAsync(transaction, token, account, time.GetUtcNow(), ct),
        CustodyActor.Worker("set-up link"),
        ct);

    /// <summary>Makes an account that the configuration asks for.</summary>
    public Task<MakeOutcome> MakeAsync(NewAccount wanted, string role, CancellationToken ct) =>
        MakeAsync(wanted, (_, _) => Task.FromResult<string?>(role), CustodyActor.Worker("configuration"), ct);

    private async Task<MakeOutcome> MakeAsync(
        NewAccount wanted, Func<NpgsqlTransaction, AccountId, Task<string?>> roleOf, CustodyActor actor, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var account = new Account
        {
            Id = AccountId.New(now).Value,
            UserName = wanted.UserName,
            DisplayName = wanted.DisplayName,
            Scope = wanted.Scope,
            CreatedAt = now,
        };
        var id = new AccountId(account.Id);
        await using var unit = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var transaction = (NpgsqlTransaction)unit.GetDbTransaction();
        try
        {
            var made = wanted.Password is null ? await users.CreateAsync(account) : await users.CreateAsync(account, wanted.Password);
            if (!made.Succeeded)
                return new MakeOutcome.Refused(made.Errors.First().Code);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "account_name_key" })
        {
            return new MakeOutcome.Refused("NameTaken");
        }
        if (await roleOf(transaction, id) is not { } linkRole)
            return new MakeOutcome.LinkGone();
        var role = linkRole == SetupLinkTable.Sample ? AccountRoles.Reviewer : linkRole;
        await AccountTable.AddRoleAsync(transaction, id, role, ct);
        await CustodyTable.AppendAsync(transaction, Event(account, role, actor, now), ct);
        await unit.CommitAsync(ct);
        return new MakeOutcome.Made(id, wanted.UserName);
    }

    private static CustodyEvent Event(Account account, string role, CustodyActor actor, DateTimeOffset now) => new()
    {
        Id = EventId.New(now),
        At = now,
        Kind = CustodyKinds.AccountCreated,
        Actor = actor,
        Once = $"account/{account.Id}",
        Facts =
        [
            new("account", account.Id.ToString()),
            new("name", account.UserName),
            new("displayName", account.DisplayName),
            new("role", role),
            new("scope", account.Scope),
        ],
    };
}
