using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace YaoAn.Api;

/// <summary>The second step of signing in: a code of the authenticator, or a recovery code.</summary>
[Authorize(Policy = Rights.AtTheDoor)]
[EnableRateLimiting(RateLimits.Door)]
internal sealed class SecondModel(SignIns signIns) : DoorModel
{
    /// <summary>A recovery code is asked for.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Recovery { get; set; }

    public string OtherWay => Doors.PathOf(Doors.Second, Back) is var path && Recovery ? path : path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "recovery=true";

    public IActionResult OnGet() => User.DoorOf() == Doors.Second ? Page() : Onward();

    public async Task<IActionResult> OnPostAsync([FromForm] string? code)
    {
        if (User.DoorOf() != Doors.Second || await signIns.GiveSecondAsync(HttpContext, code))
            return Onward();
        Fault = "CodeWrong";
        return Page();
    }
}
