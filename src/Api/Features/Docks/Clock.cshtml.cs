using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>The station's clock for cameras to film. Nobody signs in to look.</summary>
[AllowAnonymous]
[StandsAlone]
[ResponseCache(NoStore = true)]
public sealed class ClockModel : PageModel;
