using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What one unit makes mandatory, whether rules may confirm links for it, and who said so when. The security administrator sets it.</summary>
[Authorize(Policy = nameof(Right.SeePolicies))]
internal sealed class UnitPolicyModel(UnitPolicyTable policies, ChecklistTable checklists, IStringLocalizer<FaultWords> faultWords) : EditModel(faultWords)
{
    private const string Own = "own";

    [BindProperty(SupportsGet = true)]
    public string Unit { get; set; } = "";

    /// <summary><c>own</c>, or anything else for the unit above.</summary>
    [BindProperty]
    public string? Whose { get; set; }

    [BindProperty]
    public string? Mandatory { get; set; }

    /// <summary><c>yes</c>, <c>no</c>, or anything else for the unit above.</summary>
    [BindProperty]
    public string? Auto { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    public UnitPolicyRow Policy { get; private set; } = null!;

    public IReadOnlyList<UnitPolicyChange> History { get; private set; } = [];

    public IReadOnlyList<ChecklistItem> Items { get; private set; } = [];

    public bool MaySet => User.Has(Right.SetPolicies);

    public bool IsOwn => Whose == Own;

    public async Task<IActionResult> OnGetAsync(string? said, CancellationToken ct)
    {
        if (!await ReadAsync(ct))
            return NotFound();
        Show();
        IsSaved = said == "saved";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!MaySet)
            return Forbid();
        var draft = new UnitPolicyDraft
        {
            Unit = Unit,
            Mandatory = IsOwn ? CodeList.Of(Mandatory) : null,
            AutoConfirm = Auto switch { "yes" => true, "no" => false, _ => null },
            Note = Note,
        };
        if (Take(await policies.SaveAsync(draft, Version, HttpContext.By("page"), ct)))
            return Redirect($"/policies/{Uri.EscapeDataString(Unit)}?said=saved");
        if (!await ReadAsync(ct))
            return NotFound();
        // Both versions: what stands there is in the line above the form and in its history, what was typed is in the form.
        if (IsStale)
            Version = Policy.Version;
        return Page();
    }

    private async Task<bool> ReadAsync(CancellationToken ct)
    {
        if (await policies.FindAsync(Unit, ct) is not { } policy)
            return false;
        Policy = policy;
        History = await policies.HistoryAsync(Unit, ct);
        Items = await checklists.ItemsAsync((await checklists.FindAsync(await checklists.CurrentNumberAsync(ct), ct))!.ChecklistId, ct);
        return true;
    }

    private void Show()
    {
        (Version, Whose, Mandatory) = (Policy.Version, Policy.OwnMandatory is null ? null : Own, CodeList.Text(Policy.OwnMandatory ?? Policy.Mandatory));
        Auto = Policy.OwnAutoConfirm switch { true => "yes", false => "no", null => null };
    }
}
