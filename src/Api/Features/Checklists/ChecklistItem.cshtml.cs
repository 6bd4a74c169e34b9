using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Enters or changes one item of the draft. Two people may work at different items at once; of one item the second is shown both versions.
/// </summary>
[Authorize(Policy = nameof(Right.ManageChecklist))]
internal sealed class ChecklistItemModel(ChecklistTable checklists, IStringLocalizer<CaseWords> caseWords, IStringLocalizer<FaultWords> faultWords) : EditModel(faultWords)
{
    private const int MostTries = 5;

    [BindProperty(SupportsGet = true, Name = "number")]
    public int List { get; set; }

    [BindProperty(SupportsGet = true, Name = "key")]
    public string Key { get; set; } = "";

    /// <summary>Digest of the item that the person saw.</summary>
    [BindProperty]
    public string? Seen { get; set; }

    [BindProperty]
    public ItemInput Input { get; set; } = new();

    /// <summary>The item as somebody who was faster left it.</summary>
    public ChecklistItem? Theirs { get; private set; }

    public bool IsNewItem => Key == "new";

    public string ListPath => ChecklistModel.PathOf(List);

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (await checklists.FindAsync(List, ct) is not { Published: false } draft)
            return NotFound();
        var item = IsNewItem ? null : await FindAsync(draft, Key, ct);
        if (item is null && !IsNewItem)
            return NotFound();
        if (item is not null)
            Input = ItemInput.Of(item, caseWords);
        Seen = DigestOf(item);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        var faults = new List<Fault>();
        var wish = Input.Item(IsNewItem ? Input.Code : Key, caseWords, (text, field) => NumberOf(text, field, faults));
        Faults = faults;
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await checklists.FindAsync(List, ct) is not { Published: false } draft)
                return Redirect($"{ListPath}?said=conflict");
            var now = await FindAsync(draft, wish.Code ?? "", ct);
            if (IsNewItem && now is not null)
                faults.Add(new Fault("code", "item-there", now.Code!));
            else if (DigestOf(now) != (Seen ?? ""))
            {
                (Theirs, IsStale, Seen) = (now, true, DigestOf(now));
                return Page();
            }
            if (faults.Count > 0)
                return Page();
            var result = await checklists.SaveItemAsync(List, wish, draft.Version, HttpContext.By("page"), ct);
            // Somebody saved another item meanwhile.
            if (result.Outcome == SaveOutcome.Stale)
                continue;
            return Take(result) ? Redirect($"{ListPath}?said=saved") : Page();
        }
        return Redirect($"{ListPath}?said=conflict");
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken ct)
    {
        var result = await checklists.RemoveItemAsync(List, Key, null, HttpContext.By("page"), ct);
        return Redirect($"{ListPath}?said={(result.Outcome == SaveOutcome.Stale ? "conflict" : "removed")}");
    }

    private async Task<ChecklistItem?> FindAsync(ChecklistRow draft, string code, CancellationToken ct) =>
        (await checklists.ItemsAsync(draft.ChecklistId, ct)).FirstOrDefault(item => item.Code == code.Trim());

    private static string DigestOf(ChecklistItem? item) =>
        item is null ? "" : Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(item)))[..16];
}

/// <summary>An item as its form has it.</summary>
internal sealed record ItemInput
{
    public string? Code { get; set; }

    public string? Action { get; set; } = "penalty";

    public string? Step { get; set; } = "investigation";

    public string? NameZh { get; set; }

    public string? NameEn { get; set; }

    public string? Mode { get; set; } = ItemModes.Full;

    public string? Methods { get; set; }

    public string? ToleranceS { get; set; } = "3";

    public string? StartsWhen { get; set; }

    public string? EndsWhen { get; set; }

    public string? RetentionDays { get; set; } = $"{ChecklistTable.FloorDays}";

    public string? Basis { get; set; }

    public static ItemInput Of(ChecklistItem item, IStringLocalizer<CaseWords> words) => new()
    {
        Code = item.Code,
        Action = item.Action,
        Step = item.Step,
        NameZh = item.NameZh,
        NameEn = item.NameEn,
        Mode = item.Mode,
        Methods = words.Methods(item.Methods!),
        ToleranceS = $"{item.ToleranceS}",
        StartsWhen = item.StartsWhen,
        EndsWhen = item.EndsWhen,
        RetentionDays = $"{item.RetentionDays}",
        Basis = item.Basis,
    };

    public ChecklistItem Item(string? code, IStringLocalizer<CaseWords> words, Func<string?, string, int?> number) => new()
    {
        Code = code,
        Action = Action,
        Step = Step,
        NameZh = NameZh,
        NameEn = NameEn,
        Mode = Mode,
        Methods = MethodWords.Read(words, Methods),
        ToleranceS = number(ToleranceS, "toleranceS"),
        StartsWhen = StartsWhen,
        EndsWhen = EndsWhen,
        RetentionDays = number(RetentionDays, "retentionDays"),
        Basis = Basis,
    };
}
