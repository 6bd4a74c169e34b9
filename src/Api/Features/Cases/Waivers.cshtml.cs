using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Waivers that wait for a decision, the longest waiting first. It is taken on the case's own page, beside what is missing of it.</summary>
[Authorize(Policy = nameof(Right.ReviewCases))]
internal sealed class WaiversModel(WaiverTable waivers, TimeProvider time) : PageModel
{
    public const int MostShown = 200;

    public IReadOnlyList<WaiverRow> Waiting { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public AccountId Me => User.CaseViewer().Account;

    public async Task OnGetAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Waiting = await waivers.WaitingAsync(User.CaseViewer(), MostShown, ct);
    }
}
