using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace YaoAn.Api;

/// <summary>Another password: where the profile asks for one, or by one's own wish.</summary>
[Authorize(Policy = Rights.AtTheDoor)]
[EnableRateLimiting(RateLimits.Door)]
internal sealed class NewPasswordModel(PasswordChanges changes, IOptions<SignInOptions> options) : DoorModel
{
    public bool IsNeeded => User.DoorOf() == Doors.Password;

    public PasswordProfile Profile => options.Value.Profile;

    public IActionResult OnGet() => User.DoorOf() is null or Doors.Password ? Page() : Onward();

    public async Task<IActionResult> OnPostAsync([FromForm] string? present, [FromForm] string? password, [FromForm] string? passwordAgain)
    {
        if (User.DoorOf() is not (null or Doors.Password))
            return Onward();
        Fault = await changes.ChangeAsync(HttpContext, present, password, passwordAgain, HttpContext.By("page"));
        return Fault is null ? Redirect(Back ?? (User.DoorOf() is null ? "/me?said=password" : AccessFeature.Home(User))) : Page();
    }
}
