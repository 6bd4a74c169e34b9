using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace YaoAn.Api;

/// <summary>Setting a second factor: at the first sign-in of who needs one, or by one's own wish. The recovery codes are shown this once.</summary>
[Authorize(Policy = Rights.AtTheDoor)]
[EnableRateLimiting(RateLimits.Door)]
internal sealed class EnrolModel(SecondFactors factors, SignIns signIns, IStringLocalizer<AccessWords> words, TimeProvider time) : DoorModel
{
    public string Secret { get; private set; } = "";

    /// <summary>The secret for the way back.</summary>
    public string Sealed { get; private set; } = "";

    /// <summary>Null until it is set.</summary>
    public IReadOnlyList<string>? Recovery { get; private set; }

    public bool IsNeeded => User.DoorOf() == Doors.Enrol;

    public string SecretInGroups => string.Join(' ', Secret.Chunk(4).Select(part => new string(part)));

    public string Uri => SecondFactors.UriOf(Secret, words["System"], User.NumberOf());

    public string Onto => Back ?? AccessFeature.Home(User);

    public IActionResult OnGet()
    {
        if (Elsewhere() is { } elsewhere)
            return elsewhere;
        (Secret, Sealed) = factors.Offer(User.Account()!.Value);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] string? offer, [FromForm] string? code, CancellationToken ct)
    {
        if (Elsewhere() is { } elsewhere)
            return elsewhere;
        if (factors.Offered(User.Account()!.Value, offer) is not { } secret)
            return Redirect(Doors.PathOf(Doors.Enrol, Back));
        (Secret, Sealed) = (secret, offer!);
        Recovery = await factors.SetAsync(User.Account()!.Value, secret, code, HttpContext.By("page"), ct);
        if (Recovery is null)
            Fault = "CodeWrong";
        else
            await signIns.SecondSetAsync(HttpContext);
        return Page();
    }

    /// <summary>Who only knows the password of an account that has a factor can't put another one in its place; who sits at an open browser neither.</summary>
    private RedirectResult? Elsewhere() => User.DoorOf() switch
    {
        Doors.Enrol => null,
        null when User.IsFresh(time) => null,
        null => Redirect(Proofs.PathOf("/sign-in/enrol")),
        _ => Onward(),
    };
}
