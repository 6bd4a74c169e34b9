using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The page of a one-time link: it makes one account and signs it in. Opening the page changes nothing; only sending the form does.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
internal sealed class SetupModel(
    SetupLinkTable links, AccountMaker maker, SignIns signIns, AccessLog log, ClipTable clips, TimeProvider time, IStringLocalizer<AccessWords> words) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty]
    public string? UserName { get; set; }

    [BindProperty]
    public string? DisplayName { get; set; }

    /// <summary>Role of the link; null where it is no longer good.</summary>
    public string? Role { get; private set; }

    /// <summary>Key of AccessWords.</summary>
    public string? Fault { get; private set; }

    public bool IsSample => Role == SetupLinkTable.Sample;

    public async Task<IActionResult> OnGetAsync()
    {
        Role = await RoleAsync();
        return Role is null ? await GoneAsync() : Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? password, [FromForm] string? passwordAgain)
    {
        Role = await RoleAsync();
        if (Role is null)
            return await GoneAsync();
        if (IsSample)
            return await OpenSampleAsync();
        Fault = password != passwordAgain ? "PasswordsDiffer" : null;
        if (Fault is not null)
            return Page();
        var wanted = new NewAccount(UserName?.Trim() ?? "", DisplayName?.Trim() ?? "", password ?? "");
        switch (await maker.MakeByLinkAsync(wanted, RandomToken.DigestOf(Token)!.Value, HttpContext.RequestAborted))
        {
            case MakeOutcome.Made made:
                var signedIn = await signIns.OpenAsync(HttpContext, made.Account, made.UserName, AccessKinds.SetUp);
                return Redirect(AccessFeature.Home(People.Principal(signedIn, "", default)));
            case MakeOutcome.Refused refused:
                Fault = refused.Code;
                return Page();
            default:
                return await GoneAsync();
        }
    }

    private async Task<IActionResult> OpenSampleAsync()
    {
        var digest = RandomToken.DigestOf(Token)!.Value;
        // Its name is no one's number, and it has no password: only a link like this one opens it.
        var wanted = new NewAccount($"sample-{digest.ToString()[..8]}", words["SampleName"], Password: null, Scope: "sample");
        if (await maker.MakeByLinkAsync(wanted, digest, HttpContext.RequestAborted) is not MakeOutcome.Made made)
            return await GoneAsync();
        var signedIn = await signIns.OpenAsync(HttpContext, made.Account, made.UserName, AccessKinds.SetUp);
        var viewer = People.Principal(signedIn, "", default).Viewer();
        var page = await clips.ListAsync(
            viewer, new ClipFilter { Kinds = [ClipKind.Video] }, after: null, before: null, limit: 20, HttpContext.RequestAborted);
        var first = page.Rows.FirstOrDefault(clip => clip is { Plays: "original", PreviewState: "ready" }) ?? page.Rows.FirstOrDefault(clip => clip.Plays == "original");
        return Redirect(first is null ? "/clips" : $"/clips/{first.ClipId}?t=0&play=1");
    }

    private async Task<string?> RoleAsync() =>
        RandomToken.DigestOf(Token) is { } digest
            ? await links.RoleOfAsync(
                digest, time.GetUtcNow(), HttpContext.RequestAborted)
            : null;

    private async Task<IActionResult> GoneAsync()
    {
        Role = null;
        await log.RefusedAsync(HttpContext, "set-up-link", AccessKinds.SetUpRefused);
        var page = Page();
        page.StatusCode = StatusCodes.Status404NotFound;
        return page;
    }
}
