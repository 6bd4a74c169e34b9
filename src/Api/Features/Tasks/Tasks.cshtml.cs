using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Every clip and file that isn't green, with its cause and what to do, the oldest first.</summary>
[Authorize(Policy = nameof(Right.SeeClips))]
internal sealed class TasksModel(TaskTable tasks, TimeProvider time) : PageModel
{
    public const int Most = 200;

    public IReadOnlyList<TaskRow> Tasks { get; private set; } = [];

    public long Count { get; private set; }

    /// <summary>How many were just asked to go on; null on a plain visit.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Retried { get; set; }

    public bool MayRetry => User.Has(Right.Verify) && Tasks.Any(task => task.Waits);

    public async Task OnGetAsync(CancellationToken ct) =>
        (Tasks, Count) = await tasks.ListAsync(User.Viewer(), time.GetUtcNow(), Most, ct);

    public async Task<IActionResult> OnPostRetryAsync(CancellationToken ct)
    {
        if (!User.Has(Right.Verify))
            return Forbid();
        return RedirectToPage(new { retried = await tasks.RetryAsync(User.Viewer(), time.GetUtcNow(), ct) });
    }
}

/// <summary>Words of the page, in Resources/TaskWords.resx.</summary>
internal sealed class TaskWords;
