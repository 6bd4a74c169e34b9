using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Footage that nobody is named for, with why, until an administrator of devices resolves it; and changes that wait for a second person. It tells
/// names of files and of officers, and shows no picture.
/// </summary>
[Authorize(Policy = nameof(Right.ManageRecorders))]
internal sealed class UnattributedModel(AttributionTable attributions) : PageModel
{
    public const int Most = 200;

    /// <summary>One of <see cref="Unattributed"/>; null for all.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Reason { get; set; }

    /// <summary>What became of the last entry: <c>applied</c>, <c>waiting</c>, <c>unknown-officer</c>, <c>same-person</c>, <c>incomplete</c>, <c>gone</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Said { get; set; }

    public IReadOnlyList<UnattributedRow> Rows { get; private set; } = [];

    public IReadOnlyDictionary<string, long> Counts { get; private set; } = new Dictionary<string, long>();

    public IReadOnlyList<WaitingAttribution> Waiting { get; private set; } = [];

    public AccountId Me => User.Viewer().Account;

    public async Task OnGetAsync(CancellationToken ct)
    {
        (Rows, Counts, Waiting) = (await attributions.ListAsync(Reason, Most, ct), await attributions.CountsAsync(ct), await attributions.WaitingAsync(ct));
    }

    /// <summary>Names one officer for all files that were ticked.</summary>
    public async Task<IActionResult> OnPostNameAsync(Guid[] intake, string? officer, string? why, CancellationToken ct)
    {
        var (number, reason) = (Scanned.Officer(officer), PlainText.Cut(why?.Trim() ?? "", AttributionTable.LongestReason));
        if (intake.Length is 0 or > Most || string.IsNullOrEmpty(number) || reason.Length < 2)
            return Back("incomplete");
        var said = "applied";
        foreach (var one in intake)
        {
            switch (await attributions.EnterAsync(new IntakeId(one), number, reason, HttpContext.By("page"), ct))
            {
                case EntryOutcome.NotFound:
                    return Back("unknown-officer");
                case EntryOutcome.Waiting:
                    said = "waiting";
                    break;
                case EntryOutcome.Applied or EntryOutcome.SamePerson:
                    break;
            }
        }
        return Back(said);
    }

    /// <summary>A second person ends a change that waits.</summary>
    public async Task<IActionResult> OnPostEndAsync(Guid attribution, bool confirms, CancellationToken ct) =>
        Back(await attributions.EndAsync(attribution, confirms, HttpContext.By("page"), ct) switch
        {
            EntryOutcome.SamePerson => "same-person",
            EntryOutcome.NotFound => "gone",
            _ => confirms ? "applied" : "refused",
        });

    private RedirectToPageResult Back(string said) => RedirectToPage(new { Reason, Said = said });
}

/// <summary>Words of the page, in Resources/AttributionWords.resx.</summary>
internal sealed class AttributionWords;
