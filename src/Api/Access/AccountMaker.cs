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
        (transaction, account) => UseAsync(transaction, token, account, ct),
        CustodyActor.Worker("set-up link"),
        ct);

    /// <summary>Makes an account that the configuration asks for.</summary>
    public Task<MakeOutcome> MakeAsync(NewAccount wanted, string role, CancellationToken ct) => MakeAsync(
        wanted,
        async (transaction, account) =>
        {
            await AccountTable.AddRoleAsync(transaction, account, role, by: null, time.GetUtcNow(), ct);
            return new UsedLink { Role = role, Scope = wanted.Scope };
        },
        CustodyActor.Worker("configuration"),
        ct);

    /// <summary>
    /// What the link gives. One of a start gives its role; one of a person gives it where another person granted it, else the account waits
    /// without any. Its officer becomes the account's in either case.
    /// </summary>
    private async Task<UsedLink?> UseAsync(NpgsqlTransaction transaction, Sha256Digest token, AccountId account, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await SetupLinkTable.UseAsync(transaction, token, account, now, ct) is not { } link)
            return null;
        if (link.MadeBy is null)
            await AccountTable.AddRoleAsync(transaction, account, RoleOf(link), by: null, now, ct);
        else if (link.GivesRole)
            await AccountTable.GrantAsync(transaction, account, link, now, ct);
        if (link.OfficerId is { } officer)
            await AccountTable.BelongAsync(transaction, account, officer, ct);
        return link;
    }

    private async Task<MakeOutcome> MakeAsync(
        NewAccount wanted, Func<NpgsqlTransaction, AccountId, Task<UsedLink?>> give, CustodyActor actor, CancellationToken ct)
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
        if (await give(transaction, id) is not { } link)
            return new MakeOutcome.LinkGone();
        if (wanted.Password is not null)
            await FormerPasswordTable.KeepAsync(transaction, id, former: null, now, ct);
        await CustodyTable.AppendAsync(transaction, Event(account, link, actor, now), ct);
        await unit.CommitAsync(ct);
        return new MakeOutcome.Made(id, wanted.UserName);
    }

    private static string RoleOf(UsedLink link) => link.Role == SetupLinkTable.Sample ? AccountRoles.Reviewer : link.Role;

    private static CustodyEvent Event(Account account, UsedLink link, CustodyActor actor, DateTimeOffset now) => new()
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
            new(link.GivesRole ? "role" : "asksFor", RoleOf(link)),
            new("scope", link.MadeBy is null ? account.Scope : link.Scope),
            new("officer", link.OfficerId?.ToString()),
        ],
    };
}
