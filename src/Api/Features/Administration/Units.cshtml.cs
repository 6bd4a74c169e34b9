using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The tree of units, and beside it the officers of the chosen one with all below it.</summary>
[Authorize(Policy = nameof(Right.SeePeople))]
internal sealed class UnitsModel(UnitTable units, OfficerTable officers, UnitsSheet sheet, ListExports exports, TimeProvider time) : PageModel
{
    public const int PageSize = 50;

    public OfficersQuery Query { get; private set; } = new();

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    /// <summary>The chosen unit: the first root unless the address says otherwise.</summary>
    public UnitRow? Chosen { get; private set; }

    public KeyPage<OfficerRow> Officers { get; private set; } = new([], null, null, 0);

    public DateTimeOffset Now { get; private set; }

    public DateOnly Today => time.Today();

    public bool MayManage => User.Has(Right.ManagePeople);

    public async Task OnGetAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Query = OfficersQuery.Read(Request.Query, "/units");
        Units = await units.TreeAsync(Today, ct);
        Chosen = Units.FirstOrDefault(unit => string.Equals(unit.Code, Query.Unit, StringComparison.OrdinalIgnoreCase)) ?? (Units.Count > 0 ? Units[0] : null);
        if (Chosen is null)
            return;
        Query = Query with { Unit = Chosen.Code };
        Officers = await officers.ListAsync(Query.Filter(User.Reach()), Query.After, Query.Before, PageSize, Today, ct);
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct) =>
        await exports.ExportAsync(HttpContext, sheet, [.. (await units.TreeAsync(Today, ct)).Select(UnitsSheet.Row)], ct);

    /// <summary>Officers of a unit and of all below it: the tree stands in order, so that those follow it.</summary>
    public long OfficersAndBelow(UnitRow unit)
    {
        var at = Units.ToList().IndexOf(unit);
        return unit.Officers + Units.Skip(at + 1).TakeWhile(below => below.Depth > unit.Depth).Sum(below => below.Officers);
    }
}
