using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>The station's board on its kiosk: nobody signs in to look, and nothing on it needs the database.</summary>
[AllowAnonymous]
[StandsAlone]
[ResponseCache(NoStore = true)]
public sealed class DockModel : PageModel;
