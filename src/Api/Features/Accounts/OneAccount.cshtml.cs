using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One account: how it stands, and what each of the three offices may do with it.</summary>
[Authorize(Policy = nameof(Right.SeeAccounts))]
internal sealed class OneAccountModel(
    AccountAdministrationTable accounts, UnitTable units, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : EditModel(faultWords)
{
    /// <summary>What a system administrator can do, by the name of its button.</summary>
    private static readonly Dictionary<string, Func<AccountAdministrationTable, AccountId, ChangeBy, CancellationToken, Task<AccountOutcome>>> s_deeds = new(StringComparer.Ordinal)
    {
        ["disable"] = (table, account, by, ct) => table.DisableAsync(account, by, ct),
        ["enable"] = (table, account, by, ct) => table.EnableAsync(account, by, ct),
        ["unlock"] = (table, account, by, ct) => table.UnlockAsync(account, by, ct),
        ["sign-out"] = (table, account, by, ct) => table.SignOutAsync(account, by, ct),
        ["reset-second"] = (table, account, by, ct) => table.ResetSecondAsync(account, by, ct),
    };

    public AccountRow Account { get; private set; } = null!;

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    /// <summary>What became of the last deed: its name, or an outcome in lower case.</summary>
    public string? Said { get; private set; }

    [BindProperty]
    public string[] Roles { get; set; } = [];

    [BindProperty]
    public string? Scope { get; set; }

    [BindProperty]
    public string? Unit { get; set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public bool IsMine => Account.AccountId == User.Account();

    public bool MayManage => User.Has(Right.ManageAccounts) && !IsMine;

    public bool MayGrant => User.Has(Right.GrantRoles) && !IsMine && Account.Scope != AccountScopes.Sample;

    /// <summary>Roles can be changed now; else the page offers to prove who one is.</summary>
    public bool IsFresh => User.IsFresh(time);

    public string ProofPath => Proofs.PathOf(Path);

    private string Path => $"/accounts/{Uri.EscapeDataString(Account.UserName)}";

    public async Task<IActionResult> OnGetAsync(string name, string? said, CancellationToken ct)
    {
        if (!await FindAsync(name, ct))
            return NotFound();
        Said = said is not null && (s_deeds.ContainsKey(said) || said is "unchanged" or "lastoffice" or "notyourself" or "saved") ? said : null;
        (Roles, Scope, Unit) = (Account.Roles, Account.Scope, Account.Unit);
        return Page();
    }

    public async Task<IActionResult> OnPostDoAsync(string name, string? deed, CancellationToken ct)
    {
        if (!User.Has(Right.ManageAccounts))
            return Forbid();
        if (deed is null || !s_deeds.TryGetValue(deed, out var act) || !await FindAsync(name, ct))
            return NotFound();
        var outcome = await act(accounts, Account.AccountId, HttpContext.By("page"), ct);
        return outcome == AccountOutcome.NotFound ? NotFound()
            : Redirect($"{Path}?said={(outcome == AccountOutcome.Done ? deed : outcome.ToString().ToLowerInvariant())}");
    }

    public async Task<IActionResult> OnPostRolesAsync(string name, CancellationToken ct)
    {
        if (!User.Has(Right.GrantRoles))
            return Forbid();
        if (!await FindAsync(name, ct))
            return NotFound();
        if (!IsFresh)
            return Redirect(ProofPath);
        if (Take(await accounts.SetRolesAsync(Account.AccountId, Roles, Scope ?? "", Unit, HttpContext.By("page"), ct)))
            return Redirect($"{Path}?said=saved");
        return Page();
    }

    private async Task<bool> FindAsync(string name, CancellationToken ct)
    {
        if (await accounts.FindAsync(name, ct) is not { } account)
            return false;
        Account = account;
        Units = await units.TreeAsync(time.Today(), ct);
        return true;
    }
}
