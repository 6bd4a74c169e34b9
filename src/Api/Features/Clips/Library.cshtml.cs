using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The library: filters, order and place all stand in the URL; new clips come in while it is open.</summary>
[Authorize(Policy = nameof(Right.SeeClips))]
internal sealed class LibraryModel(ClipTable clips, FilingTable filings, UnitTable units, Viewings viewings, TimeProvider time, IStringLocalizer<LibraryWords> words) : PageModel
{
    public const int PageSize = 24;

    public LibraryQuery Query { get; private set; } = new();

    public IReadOnlyList<ClipCard> Cards { get; private set; } = [];

    public ClipTotals Totals { get; private set; } = new(0, 0);

    public IReadOnlyList<string> Recorders { get; private set; } = [];

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public bool Chooses => User.Has(Right.LinkClips);

    public LibraryQuery? Newer { get; private set; }

    public LibraryQuery? Older { get; private set; }

    public string TotalsInWords =>
        // Counted no further than that, so that their size isn't known either.
        Totals.Count > ClipTotals.CountedTo ? words["TotalsMore", Amounts.Count(ClipTotals.CountedTo)] : words["Totals", Amounts.Count(Totals.Count), Amounts.Bytes(Totals.SizeBytes)];

    /// <summary>The conditions in words, each with the address of the list without it.</summary>
    public IEnumerable<Chip> Chips
    {
        get
        {
            var first = Query.FirstPage();
            if (Query.From is not null || Query.To is not null)
                yield return new Chip(words["Date"], $"{DayOf(Query.From)} {words["DateTo"]} {DayOf(Query.To)}", (first with { From = null, To = null }).Path);
            if (Query.Kinds.Count > 0)
                yield return new Chip(words["Kind"], Listed(Query.Kinds.Select(kind => $"Kind_{kind.Word()}")), (first with { Kinds = [] }).Path);
            if (Query.States.Count > 0)
                yield return new Chip(words["Integrity"], Listed(Query.States.Select(state => $"Filter_{state}")), (first with { States = [] }).Path);
            if (Query.Recorder is { } recorder)
                yield return new Chip(words["Recorder"], recorder, (first with { Recorder = null }).Path);
            if (Query.Filed.Count > 0)
                yield return new Chip(words["Filed"], Listed(Query.Filed.Select(state => $"Filed_{state}")), (first with { Filed = [] }).Path);
            if (Query.Case is { } number)
                yield return new Chip(words["Case"], number, (first with { Case = null }).Path);
            if (Query.Plate is { } plate)
                yield return new Chip(words["Plate"], plate, (first with { Plate = null }).Path);
            if (Query.Unit is { } unit)
                yield return new Chip(words["Unit"], Units.FirstOrDefault(one => string.Equals(one.Code, unit, StringComparison.OrdinalIgnoreCase))?.Name ?? unit, (first with { Unit = null }).Path);
            if (Query.Officer is { } officer)
                yield return new Chip(words["Officer"], officer, (first with { Officer = null }).Path);
            if (Query.Text is { } text)
                yield return new Chip(words["Text"], text, (first with { Text = null }).Path);
            if (Query.Sidecars)
                yield return new Chip(words["Sidecars"], words["Yes"], (first with { Sidecars = false }).Path);
        }
    }

    public async Task OnGetAsync(CancellationToken ct)
    {
        Query = LibraryQuery.Read(Request.Query);
        var viewer = User.Viewer();
        var (listing, counting, naming) = (
            clips.ListAsync(viewer, Query.Filter(), Query.After, Query.Before, PageSize, ct), clips.TotalsAsync(viewer, Query.Filter(), ct), clips.RecordersAsync(viewer, ct));
        await Task.WhenAll(listing, counting, naming);
        var page = await listing;
        // Back past the newest: show the first page as it is now.
        if (page.Rows.Count == 0 && !Query.IsFirstPage)
        {
            Query = Query.FirstPage();
            page = await clips.ListAsync(viewer, Query.Filter(), null, null, PageSize, ct);
        }
        (Totals, Recorders) = (await counting, await naming);
        // Whoever sees the clips of one unit, or his own, has nothing to choose from.
        Units = viewer.SeesAll || viewer.Units.Length > 1
            ? [.. (await units.TreeAsync(time.Today(), ct)).Where(unit => viewer.SeesAll || viewer.Units.Contains(unit.UnitId.Value))] : [];
        Newer = page.Previous is { } newer ? Query.FirstPage() with { Before = newer } : null;
        Older = page.Next is { } older ? Query.FirstPage() with { After = older } : null;
        Cards = await CardsAsync(viewer, page.Rows, fresh: false, ct);
    }

    /// <summary>How much the conditions match now, in words.</summary>
    public async Task<IActionResult> OnGetTotalsAsync(CancellationToken ct)
    {
        Query = LibraryQuery.Read(Request.Query);
        Totals = await clips.TotalsAsync(User.Viewer(), Query.Filter(), ct);
        return Content(TotalsInWords);
    }

    /// <summary>One card, for a page that was told of a change; nothing where the clip doesn't belong to this list.</summary>
    public async Task<IActionResult> OnGetCardAsync(ClipId clip, bool fresh, CancellationToken ct)
    {
        Query = LibraryQuery.Read(Request.Query);
        var viewer = User.Viewer();
        var page = await clips.ListAsync(viewer, Query.Filter(clip), null, null, 1, ct);
        if (page.Rows.Count == 0)
            return StatusCode(StatusCodes.Status204NoContent);
        var cards = await CardsAsync(viewer, page.Rows, fresh, ct);
        return Partial("_Card", cards[0]);
    }

    private async Task<IReadOnlyList<ClipCard>> CardsAsync(Viewer viewer, IReadOnlyList<ClipRow> rows, bool fresh, CancellationToken ct)
    {
        var pictured = viewer.SeesFootage ? rows.Where(HasPoster).Select(row => row.ClipId).ToList() : [];
        var viewing = pictured.Count > 0 ? new OpenViewing(await viewings.OpenPostersAsync(HttpContext, pictured, ct)) : null;
        var conditions = Query.FirstPage().ToString();
        var filed = await filings.OfClipsAsync(viewer, [.. rows.Select(row => row.ClipId)], ct);
        return
        [
            .. rows.Select(row => new ClipCard(
                row,
                $"/clips/{row.ClipId}{conditions}",
                viewing is not null && HasPoster(row) ? viewing.Derived(row.ClipId, DerivedNames.Poster) : null,
                fresh)
            {
                Filing = filed.GetValueOrDefault(row.ClipId),
                Chooses = Chooses,
            }),
        ];
    }

    private string Listed(IEnumerable<string> keys) => string.Join(words["ListMark"], keys.Select(key => words[key].Value));

    private static string DayOf(DateOnly? day) => day?.ToString(LibraryQuery.DayForm, CultureInfo.InvariantCulture) ?? "…";

    private static bool HasPoster(ClipRow row) => row.PreviewState == "ready" && row.Kind is ClipKind.Video or ClipKind.Photo;
}
