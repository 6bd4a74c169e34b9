using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Words of units' policies, in Resources/PolicyWords.resx.</summary>
internal sealed class PolicyWords;

/// <summary>What each unit wants of its cases and of suggested links, in the order of the tree.</summary>
[Authorize(Policy = nameof(Right.SeePolicies))]
internal sealed class PoliciesModel(UnitPolicyTable policies, TimeProvider time) : PageModel
{
    public IReadOnlyList<UnitPolicyRow> Units { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public async Task OnGetAsync(CancellationToken ct)
    {
        Now = time.GetUtcNow();
        Units = await policies.ListAsync(time.Today(), ct);
    }
}
