using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Accounts. A system administrator makes links that ask for a role, a security administrator grants it, an auditor reads: no one of them can do
/// what two have to do.
/// </summary>
[Authorize(Policy = nameof(Right.SeeAccounts))]
internal sealed class AccountsModel(
    AccountAdministrationTable accounts, SetupLinkTable links, UnitTable units, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : EditModel(faultWords)
{
    public const int PageSize = 50;

    /// <summary>How long a link can be used.</summary>
    public static readonly TimeSpan LinkGoodFor = TimeSpan.FromDays(7);

    public static readonly string[] AllStates = ["all", "active", "locked", "disabled"];

    public static readonly string[] AllSaid = ["granted", "refused", "withdrawn", "gone"];

    public AccountsQuery Query { get; private set; } = new();

    public KeyPage<AccountRow> Accounts { get; private set; } = new([], null, null, 0);

    /// <summary>Links that are open, and wishes that wait for being granted.</summary>
    public IReadOnlyList<SetupLink> Links { get; private set; } = [];

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    /// <summary>A link that was just made, to be handed over this once.</summary>
    public string? NewLink { get; private set; }

    public string? Said { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public string? Scope { get; set; }

    [BindProperty]
    public string? Unit { get; set; }

    [BindProperty]
    public string? Officer { get; set; }

    public bool MayManage => User.Has(Right.ManageAccounts);

    public bool MayGrant => User.Has(Right.GrantRoles);

    public async Task OnGetAsync(string? said, CancellationToken ct)
    {
        Said = AllSaid.FirstOrDefault(known => known == said);
        await ReadAsync(ct);
    }

    /// <summary>Makes a link that asks for a role; it is on the page that answers, and nowhere afterwards.</summary>
    public async Task<IActionResult> OnPostLinkAsync(CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        var token = RandomToken.New();
        var role = Role ?? "";
        var wish = new LinkWish(role, string.IsNullOrEmpty(Scope) ? AccountScopes.UsualOf(role) : Scope, Unit, Scanned.Officer(Officer));
        Faults = await links.MakeAsync(RandomToken.DigestOf(token)!.Value, wish, Now + LinkGoodFor, HttpContext.By("page"), ct);
        if (Faults.Count == 0)
        {
            NewLink = $"{Request.Scheme}://{Request.Host}/setup?token={token}";
            (Role, Scope, Unit, Officer) = (null, null, null, null);
        }
        await ReadAsync(ct);
        return Page();
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string? link, CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        return Back(Sha256Digest.TryParse(link, null, out var digest) && await links.WithdrawAsync(digest, HttpContext.By("page"), ct) ? "withdrawn" : "gone");
    }

    public async Task<IActionResult> OnPostGrantAsync(string? link, CancellationToken ct)
    {
        if (!MayGrant)
            return Forbid();
        if (!User.IsFresh(time))
            return Redirect(Proofs.PathOf("/accounts"));
        if (!Sha256Digest.TryParse(link, null, out var digest) || await links.GrantAsync(digest, HttpContext.By("page"), ct) is not { } faults)
            return Back("gone");
        if (faults.Count == 0)
            return Back("granted");
        Faults = faults;
        await ReadAsync(ct);
        return Page();
    }

    public async Task<IActionResult> OnPostRefuseAsync(string? link, CancellationToken ct)
    {
        if (!MayGrant)
            return Forbid();
        return Back(Sha256Digest.TryParse(link, null, out var digest) && await links.RefuseAsync(digest, HttpContext.By("page"), ct) ? "refused" : "gone");
    }

    private RedirectResult Back(string said) => Redirect($"/accounts?said={said}");

    private async Task ReadAsync(CancellationToken ct)
    {
        Query = AccountsQuery.Read(Request.Query);
        Accounts = await accounts.ListAsync(Query.Filter(), Query.After, Query.Before, PageSize, Now, ct);
        Links = await links.OpenAsync(Now, ct);
        Units = await units.TreeAsync(time.Today(), ct);
    }
}

/// <summary>Words of accounts, in Resources/AccountWords.resx.</summary>
internal sealed class AccountWords;
