using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A sheet of badges, 3 by 8 on A4, of the officers that a list shows: what is scanned at the desk and at a station's kiosk.</summary>
[Authorize(Policy = nameof(Right.SeePeople))]
internal sealed class BadgesModel(OfficerTable officers, TimeProvider time) : PageModel
{
    public const int MostBadges = 480;

    public IReadOnlyList<OfficerRow> Officers { get; private set; } = [];

    /// <summary>Places of the first sheet that were used before.</summary>
    public int Skip { get; private set; }

    public OfficersQuery Query { get; private set; } = new();

    public async Task OnGetAsync(string? skip, CancellationToken ct)
    {
        Query = OfficersQuery.Read(Request.Query, "/officers/badges").FirstPage();
        Skip = LabelSheets.SkipOf(skip);
        Officers = (await officers.ListAsync(Query.Filter(User.Reach()), null, null, MostBadges, time.Today(), ct)).Rows;
    }
}
