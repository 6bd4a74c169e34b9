using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>A page between a right password and the first right: where it goes on to.</summary>
internal abstract class DoorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>Key of AccessWords.</summary>
    public string? Fault { get; protected set; }

    public string? Back => Url.IsLocalUrl(ReturnUrl) && ReturnUrl != "/" ? ReturnUrl : null;

    /// <summary>To the next door, or where the person wanted to go.</summary>
    protected RedirectResult Onward() => Redirect(User.DoorOf() is { } door ? Doors.PathOf(door, Back) : Back ?? AccessFeature.Home(User));
}
