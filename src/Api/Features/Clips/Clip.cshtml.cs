using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One clip: watch it, see where it came from, check that it is unchanged. Opening the page opens one viewing.</summary>
[Authorize(Policy = nameof(Right.SeeClips))]
internal sealed class ClipModel(ClipFactsReader reader, Viewings viewings, SpoolClient spool, TimeProvider time) : PageModel
{
    public ClipFacts View { get; private set; } = null!;

    public LibraryQuery List { get; private set; } = new();

    /// <summary>Null where no bytes leave: the role sees no footage, or nothing can be shown.</summary>
    public OpenViewing? Viewing { get; private set; }

    public ClipId? Newer { get; private set; }

    public ClipId? Older { get; private set; }

    /// <summary>Name and time over the picture: a photograph of the screen tells who made it.</summary>
    public string Watermark => $"{User.Identity?.Name} {ChinaTime.Minute(time.GetUtcNow())}";

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken ct)
    {
        // A browser that fetches ahead shows nobody anything, and no viewing may stand in the log for it: it asks again when it does.
        if (Request.Headers["Sec-Purpose"].Any(purpose => purpose?.Contains("prefetch", StringComparison.Ordinal) is true))
            return StatusCode(StatusCodes.Status204NoContent);
        if (!await LoadAsync(id, ct))
            return NotFound();
        if (HttpMethods.IsHead(Request.Method))
            return new OkResult();
        if (View.Clip.Stage == ClipStage.Registered && View.SeesFootage)
            _ = spool.ExpectAsync(View.Clip.ClipId);
        List = LibraryQuery.Read(Request.Query);
        (Newer, Older) = await reader.NeighboursAsync(User, List, View.Clip, ct);
        if (View.Showing is Showing.Video or Showing.Sound or Showing.Photo)
        {
            Viewing = new OpenViewing(await viewings.OpenPlayAsync(HttpContext, View.Clip, ct));
            // This viewing too is in the log that the page shows.
            View = View with { Custody = await reader.CustodyAsync(User.Viewer(), View.Clip.ClipId, ct) };
        }
        return Page();
    }

    /// <summary>The parts that change while the page is open, without a new viewing.</summary>
    public async Task<IActionResult> OnGetFactsAsync(string id, CancellationToken ct) =>
        await LoadAsync(id, ct) ? Partial("_Facts", View) : NotFound();

    private async Task<bool> LoadAsync(string id, CancellationToken ct)
    {
        if (!ClipId.TryParse(id, null, out var clip) || await reader.FindAsync(User, clip, ct) is not { } view)
            return false;
        View = view;
        return true;
    }
}
