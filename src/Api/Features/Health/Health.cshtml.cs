using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>Each part of the system, what is wrong with it, and what to do.</summary>
[Authorize(Policy = nameof(Right.SeeHealth))]
internal sealed class HealthModel(Diagnosis diagnosis) : PageModel
{
    public Findings Findings { get; private set; } = new(default, []);

    public async Task OnGetAsync() => Findings = await diagnosis.LookAsync(HttpContext.RequestAborted);
}
