using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>The station's board on its kiosk: nobody signs in to look, and nothing on it needs the database until a badge is scanned.</summary>
[AllowAnonymous]
[StandsAlone]
[ResponseCache(NoStore = true)]
public sealed class DockModel : PageModel
{
    /// <summary>Badges count at this address.</summary>
    public bool IsKiosk { get; private set; }

    /// <summary>Decides what the page offers.</summary>
    public void OnGet() => IsKiosk = HttpContext.RequestServices.GetRequiredService<KioskGate>().IsKiosk(HttpContext);
}
