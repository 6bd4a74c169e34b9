using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Enters or changes one unit.</summary>
[Authorize(Policy = nameof(Right.ManagePeople))]
internal sealed class UnitModel(UnitTable units, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : EditModel(faultWords)
{
    [BindProperty]
    public string? Code { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Kind { get; set; }

    [BindProperty]
    public string? Parent { get; set; }

    [BindProperty]
    public string? OfficersPerRecorder { get; set; }

    [BindProperty]
    public string? ClosedOn { get; set; }

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string key, string? parent, string? said, CancellationToken ct)
    {
        Units = await units.TreeAsync(time.Today(), ct);
        if (key == "new")
        {
            (Parent, Kind) = (parent, parent is null ? UnitKinds.Bureau : UnitKinds.Squad);
            return Page();
        }
        if (await units.FindAsync(key, time.Today(), ct) is not { } unit)
            return NotFound();
        (Version, Code, Name, Kind, Parent) = (unit.Version, unit.Code, unit.Name, unit.Kind, unit.Parent);
        (OfficersPerRecorder, ClosedOn) = ($"{unit.OfficersPerRecorder}", unit.ClosedOn?.ToString("yyyy-MM-dd"));
        IsSaved = said == "saved";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string key, CancellationToken ct)
    {
        var faults = new List<Fault>();
        var draft = new UnitDraft
        {
            // An address names one unit, whatever the form says.
            Code = key == "new" ? Code : key,
            Name = Name,
            Kind = Kind,
            Parent = Parent,
            OfficersPerRecorder = NumberOf(OfficersPerRecorder, "officersPerRecorder", faults),
            ClosedOn = DayOf(ClosedOn, "closedOn", faults),
        };
        if (faults.Count == 0 && Take(await units.SaveAsync(draft, key == "new" ? 0 : Version, HttpContext.By("page"), ct)))
            return Redirect($"/units/{Uri.EscapeDataString(draft.Code!.Trim())}?said=saved");
        Faults = [.. faults, .. Faults];
        Units = await units.TreeAsync(time.Today(), ct);
        return Page();
    }
}
