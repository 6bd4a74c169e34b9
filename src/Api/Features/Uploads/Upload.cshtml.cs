using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace YaoAn.Api;

/// <summary>Sends files of phones, cameras and CCTV exports to the station. What each row says comes from the station; the script only sends.</summary>
[Authorize(Policy = nameof(Right.Upload))]
internal sealed class UploadModel(UploadPasses passes) : PageModel
{
    public string Pass { get; private set; } = "";

    public void OnGet() => Pass = passes.Issue(User);

    /// <summary>A fresh pass: asked for when a person chooses files or goes on after a new sign-in, which keeps the sign-in alive like any other act.</summary>
    public JsonResult OnPostPass() => new(new { pass = passes.Issue(User) });
}

/// <summary>Words of the page, in Resources/UploadWords.resx.</summary>
internal sealed class UploadWords;
