using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Officers: who they are, in which unit, and whether they serve.</summary>
[Authorize(Policy = nameof(Right.SeePeople))]
internal sealed class OfficersModel(OfficerTable officers, UnitTable units, OfficersSheet sheet, ListExports exports, TimeProvider time) : PageModel
{
    public const int PageSize = 50;

    public OfficersQuery Query { get; private set; } = new();

    public KeyPage<OfficerRow> Officers { get; private set; } = new([], null, null, 0);

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public DateOnly Today => time.Today();

    public bool MayManage => User.Has(Right.ManagePeople);

    public async Task OnGetAsync(CancellationToken ct)
    {
        Query = OfficersQuery.Read(Request.Query);
        Now = time.GetUtcNow();
        Officers = await officers.ListAsync(Query.Filter(User.Reach()), Query.After, Query.Before, PageSize, Today, ct);
        Units = (await units.TreeAsync(Today, ct)).Within(User.Reach());
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct)
    {
        var page = await officers.ListAsync(OfficersQuery.Read(Request.Query).Filter(User.Reach()), null, null, ListExports.MostRows, Today, ct);
        return await exports.ExportAsync(HttpContext, sheet, [.. page.Rows.Select(OfficersSheet.Row)], ct);
    }
}
