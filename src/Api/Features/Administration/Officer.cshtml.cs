using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One officer: the facts, and where he or she was when. Whoever may manage people changes them here.</summary>
[Authorize(Policy = nameof(Right.SeePeople))]
internal sealed class OfficerModel(
    OfficerTable officers, UnitTable units, AllocationTable allocations, IStringLocalizer<FaultWords> faultWords, TimeProvider time) : EditModel(faultWords)
{
    public const int MostAllocations = 20;

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Certificate { get; set; }

    [BindProperty]
    public string? Unit { get; set; }

    [BindProperty]
    public string? MovedOn { get; set; }

    [BindProperty]
    public string? Position { get; set; }

    [BindProperty]
    public string? Region { get; set; }

    [BindProperty]
    public string? Since { get; set; }

    [BindProperty]
    public string? LeftOn { get; set; }

    [BindProperty]
    public string? Account { get; set; }

    public OfficerRow? Officer { get; private set; }

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public IReadOnlyList<Membership> Memberships { get; private set; } = [];

    /// <summary>Recorders that the officer has or had, the latest first; none for who may not see recorders.</summary>
    public IReadOnlyList<AllocationRow> Allocations { get; private set; } = [];

    public bool MayManage => User.Has(Right.ManagePeople);

    public async Task<IActionResult> OnGetAsync(string key, string? unit, string? said, CancellationToken ct)
    {
        if (key == "new")
        {
            if (!MayManage)
                return Forbid();
            Unit = unit;
        }
        else if (await officers.FindAsync(key, User.Reach(), ct) is { } officer)
        {
            (Version, Number, Name, Certificate, Unit) = (officer.Version, officer.Number, officer.Name, officer.Certificate, officer.Unit);
            (Position, Region, Since, LeftOn, Account) = (officer.Position, officer.Region, Text(officer.Since), Text(officer.LeftOn), officer.Account);
        }
        else
        {
            return NotFound();
        }
        IsSaved = said == "saved";
        await ReadAsync(key, ct);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string key, CancellationToken ct)
    {
        if (!MayManage)
            return Forbid();
        var faults = new List<Fault>();
        var draft = new OfficerDraft
        {
            // An address names one officer, whatever the form says.
            Number = key == "new" ? Number : key,
            Name = Name,
            Certificate = Certificate,
            Unit = Unit,
            MovedOn = DayOf(MovedOn, "movedOn", faults),
            Position = Position,
            Region = Region,
            Since = DayOf(Since, "since", faults),
            LeftOn = DayOf(LeftOn, "leftOn", faults),
            Account = Account,
        };
        if (faults.Count == 0 && Take(await officers.SaveAsync(draft, key == "new" ? 0 : Version, HttpContext.By("page"), ct)))
            return Redirect($"/officers/{Uri.EscapeDataString(draft.Number!.Trim())}?said=saved");
        Faults = [.. faults, .. Faults];
        await ReadAsync(key, ct);
        return Page();
    }

    private async Task ReadAsync(string key, CancellationToken ct)
    {
        Units = (await units.TreeAsync(time.Today(), ct)).Within(User.Reach());
        Officer = key == "new" ? null : await officers.FindAsync(key, User.Reach(), ct);
        if (Officer is not null)
            Memberships = await officers.MembershipsAsync(Officer.OfficerId, ct);
        if (Officer is not null && User.Has(Right.SeeRecorders))
            Allocations = await allocations.OfOfficerAsync(Officer.OfficerId, MostAllocations, ct);
    }

    private static string? Text(DateOnly? day) => day?.ToString("yyyy-MM-dd");
}
