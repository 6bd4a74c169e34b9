using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The page of a one-time link: it makes one account and signs it in. Opening the page changes nothing; only sending the form does.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.SignIn)]
internal sealed class SetupModel(
    SetupLinkTable links, AccountMaker maker, SignIns signIns, AccessLog log, ClipTable clips, IOptions<SignInOptions> options, TimeProvider time,
    IStringLocalizer<AccessWords> words) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty]
    public string? UserName { get; set; }

    [BindProperty]
    public string? DisplayName { get; set; }

    /// <summary>The link; null where it is no longer good.</summary>
    public SetupLink? Link { get; private set; }

    public string? Role => Link?.Role;

    public int MinLength => options.Value.Profile.MinLength;

    /// <summary>Key of AccessWords.</summary>
    public string? Fault { get; private set; }

    public bool IsSample => Role == SetupLinkTable.Sample;

    public async Task<IActionResult> OnGetAsync()
    {
        Link = await FindAsync();
        (UserName, DisplayName) = (Link?.UserName, Link?.OfficerName);
        return Link is null ? await GoneAsync() : Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? password, [FromForm] string? passwordAgain)
    {
        Link = await FindAsync();
        if (Link is null)
            return await GoneAsync();
        if (IsSample)
            return await OpenSampleAsync();
        Fault = password != passwordAgain ? "PasswordsDiffer" : null;
        if (Fault is not null)
            return Page();
        // A link that a person made gives its scope together with its role, when that is granted.
        var scope = Link.AsksForRole ? AccountScopes.Own : AccountScopes.All;
        var wanted = new NewAccount(UserName?.Trim() ?? "", DisplayName?.Trim() ?? "", password ?? "", scope);
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

    private async Task<SetupLink?> FindAsync() =>
        RandomToken.DigestOf(Token) is { } digest ? await links.FindAsync(digest, time.GetUtcNow(), HttpContext.RequestAborted) : null;

    private async Task<IActionResult> GoneAsync()
    {
        Link = null;
        await log.RefusedAsync(HttpContext, "set-up-link", AccessKinds.SetUpRefused);
        var page = Page();
        page.StatusCode = StatusCodes.Status404NotFound;
        return page;
    }
}
