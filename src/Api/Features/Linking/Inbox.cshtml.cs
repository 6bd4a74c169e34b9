using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Clips that are linked with nothing yet: one group after another, each by one key. Scope, place and the open group stand in the URL.</summary>
[Authorize(Policy = nameof(Right.LinkClips))]
internal sealed class InboxModel(InboxReader reader, CaseTable cases) : PageModel
{
    private const int MostClips = 200, MostCases = 8;

    public InboxView View { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken ct) => View = await reader.ReadAsync(HttpContext, InboxQuery.Read(Request.Query, User.Viewer()), ct);

    /// <summary>The groups of one more page, for a queue that runs out.</summary>
    public async Task<IActionResult> OnGetMoreAsync(CancellationToken ct)
    {
        await OnGetAsync(ct);
        return Partial("_Groups", View);
    }

    /// <summary>Some clips as they stand now; nothing where they wait no longer.</summary>
    public async Task<IActionResult> OnGetGroupAsync(ClipId[] clip, CancellationToken ct)
    {
        if (clip.Length is 0 or > MostClips)
            return BadRequest();
        var cards = await reader.FindAsync(HttpContext, clip, ct);
        return cards.Count == 0 ? StatusCode(StatusCodes.Status204NoContent) : Partial("_Cards", cards);
    }

    /// <summary>Cases whose number, title, plate or party fits a text, the latest opened first.</summary>
    public async Task<IActionResult> OnGetCasesAsync(string? q, CancellationToken ct) => Partial(
        "_Cases",
        (await cases.ListAsync(User.Viewer(), new CaseFilter { Text = Changing.Word(q) }, null, null, MostCases, ct)).Rows);

    /// <summary>All items of a case, the likely ones first.</summary>
    public async Task<IActionResult> OnGetItemsAsync(CaseId id, DateTimeOffset? at, CancellationToken ct) =>
        await cases.FindAsync(User.Viewer(), id, ct) is null ? NotFound() : Partial("_Items", await reader.OfCaseAsync(User.Viewer(), id, at, ct));
}
