using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Asks somebody who is signed in once more who he is, before what an open browser must not be enough for.</summary>
[Authorize(Policy = Rights.SignedIn)]
[EnableRateLimiting(RateLimits.Door)]
internal sealed class AgainModel(SignIns signIns, SecondFactorTable factors) : DoorModel
{
    /// <summary>A code is asked for, not the password.</summary>
    public bool ByCode { get; private set; }

    public async Task OnGetAsync(CancellationToken ct) => ByCode = await factors.SecretAsync(User.Account()!.Value, ct) is not null;

    public async Task<IActionResult> OnPostAsync([FromForm] string? proof, CancellationToken ct)
    {
        if (await signIns.ProveAsync(HttpContext, proof))
            return Onward();
        ByCode = await factors.SecretAsync(User.Account()!.Value, ct) is not null;
        Fault = ByCode ? "CodeWrong" : "PasswordWrong";
        return Page();
    }
}
