using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Recorders: which there are, who has them, and the desk where they go out and come back.</summary>
[Authorize(Policy = nameof(Right.SeeRecorders))]
internal sealed class RecordersModel(
    RecorderTable recorders, UnitTable units, AllocationTable allocations, RecordersSheet sheet, ListExports exports,
    IStringLocalizer<FaultWords> faultWords, TimeProvider time) : DeskModel(allocations, faultWords)
{
    public const int PageSize = 50;

    public RecordersQuery Query { get; private set; } = new();

    public KeyPage<RecorderRow> Recorders { get; private set; } = new([], null, null, 0);

    public RecorderCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0, 0);

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    /// <summary>What was just done at the desk.</summary>
    public RecorderRow? Subject { get; private set; }

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Query = RecordersQuery.Read(Request.Query);
        Recorders = await recorders.ListAsync(Query.Filter(User.Reach()), Query.After, Query.Before, PageSize, Now, ct);
        Counts = await recorders.CountsAsync(Query.Unit, User.Reach(), Now, ct);
        Units = (await units.TreeAsync(time.Today(), ct)).Within(User.Reach());
        Subject = Query is { Said: not null, Serial: { } serial } ? await recorders.FindAsync(serial, User.Reach(), ct) : null;
    }

    public async Task<IActionResult> OnGetExportAsync(CancellationToken ct)
    {
        var page = await recorders.ListAsync(RecordersQuery.Read(Request.Query).Filter(User.Reach()), null, null, ListExports.MostRows, time.GetUtcNow(), ct);
        return await exports.ExportAsync(HttpContext, sheet, [.. page.Rows.Select(RecordersSheet.Row)], ct);
    }

    protected override string DeskPath => Query.FirstPage().Path;

    protected override IActionResult Done(string said, string serial) =>
        Redirect((RecordersQuery.Read(Request.Query).FirstPage() with { Said = said, Serial = serial }).Path);

    protected override async Task<IActionResult> AgainAsync(CancellationToken ct)
    {
        await OnGetAsync(ct);
        return Page();
    }
}
