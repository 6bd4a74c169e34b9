using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace YaoAn.Api;

/// <summary>Signing in. Every failure says the same, so that nobody learns which names exist.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
internal sealed class SignInModel(SignIns signIns) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    [BindProperty]
    public string? UserName { get; set; }

    public bool Wrong { get; private set; }

    public IActionResult OnGet() =>
        User.Identity?.IsAuthenticated is true ? Redirect(Where(User)) : Page();

    public async Task<IActionResult> OnPostAsync([FromForm] string? password)
    {
        var (name, typed) = (UserName?.Trim() ?? "", password ?? "");
        if (name.Length is > 0 and <= SignIns.MaxTyped && typed.Length is > 0 and <= SignIns.MaxTyped
            && await signIns.TryAsync(HttpContext, name, typed) is { } account)
            return Redirect(Where(People.Principal(account, "", default)));
        Wrong = true;
        return Page();
    }

    private string Where(ClaimsPrincipal person)
    {
        var back = Url.IsLocalUrl(ReturnUrl) && ReturnUrl != "/" ? ReturnUrl : null;
        return person.DoorOf() is { } door ? Doors.PathOf(door, back) : back ?? AccessFeature.Home(person);
    }
}
