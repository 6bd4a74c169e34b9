using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a person may do. Each is the name of an authorization policy.</summary>
internal enum Right
{
    /// <summary>Lists, metadata, provenance and custody of clips.</summary>
    SeeClips,

    /// <summary>Bytes and pictures of clips.</summary>
    SeeFootage,

    /// <summary>Cases, their activities and what covers them, in one's own scope.</summary>
    SeeCases,

    /// <summary>Enter and change cases, hand them in, ask for waivers.</summary>
    EditCases,

    /// <summary>Decide about cases that were handed in, and about waivers that somebody else asked for.</summary>
    ReviewCases,

    /// <summary>Link clips with cases, mark them, say that they have nothing to do with enforcement.</summary>
    LinkClips,

    /// <summary>The checklist in all its versions.</summary>
    SeeChecklist,

    /// <summary>Draft, edit and publish the checklist.</summary>
    ManageChecklist,

    /// <summary>What units want of their cases and of suggested links.</summary>
    SeePolicies,

    /// <summary>Set it.</summary>
    SetPolicies,

    /// <summary>Start a re-read of stored bytes.</summary>
    Verify,

    /// <summary>Send files in by the browser.</summary>
    Upload,

    /// <summary>The state of the system and what to do about it.</summary>
    SeeHealth,

    /// <summary>Units and officers.</summary>
    SeePeople,

    /// <summary>Enter and change units and officers.</summary>
    ManagePeople,

    /// <summary>Recorders, and who has them.</summary>
    SeeRecorders,

    /// <summary>Enter and change recorders and their clocks, issue them and take them back.</summary>
    ManageRecorders,

    /// <summary>Accounts, their roles and how they stand.</summary>
    SeeAccounts,

    /// <summary>Make, disable, unlock accounts; never their roles.</summary>
    ManageAccounts,

    /// <summary>Roles and scopes of others.</summary>
    GrantRoles,

    /// <summary>What is overdue in the units of one's scope: recorders, recordings handed in late, equipment.</summary>
    SeeOverdue,
}

/// <summary>The one table of rights. A role that isn't here has none; seeing footage never follows from an administrator's role.</summary>
internal static class Rights
{
    /// <summary>Policy of endpoints that anybody signed in may use on their own account, such as signing out.</summary>
    public const string SignedIn = "SignedIn";

    /// <summary>Policy of the few pages that anybody with a right password may open before his rights begin: the doors.</summary>
    public const string AtTheDoor = "AtTheDoor";

    /// <summary>Policy of uploads under a pass of the upload page.</summary>
    public const string Uploading = "Uploading";

    private static readonly Dictionary<string, Right[]> OfRole = new(StringComparer.Ordinal)
    {
        [AccountRoles.Officer] = [Right.SeeClips, Right.SeeFootage, Right.LinkClips, Right.SeeCases, Right.EditCases, Right.SeeChecklist, Right.Verify, Right.Upload],
        [AccountRoles.Reviewer] =
            [Right.SeeClips, Right.SeeFootage, Right.LinkClips, Right.SeeCases, Right.EditCases, Right.ReviewCases, Right.SeeChecklist, Right.Verify, Right.Upload, Right.SeeOverdue],
        [AccountRoles.Auditor] =
            [Right.SeeClips, Right.SeeCases, Right.SeeChecklist, Right.SeePolicies, Right.Verify, Right.SeeHealth, Right.SeePeople, Right.SeeRecorders, Right.SeeAccounts, Right.SeeOverdue],
        [AccountRoles.DeviceAdministrator] =
            [Right.SeeHealth, Right.SeePeople, Right.ManagePeople, Right.SeeRecorders, Right.ManageRecorders, Right.SeeOverdue, Right.SeeChecklist, Right.ManageChecklist],
        [AccountRoles.SystemAdministrator] = [Right.SeeHealth, Right.SeeAccounts, Right.ManageAccounts],
        [AccountRoles.SecurityAdministrator] = [Right.SeeHealth, Right.SeeAccounts, Right.GrantRoles, Right.SeePolicies, Right.SetPolicies],
        // The footage of assigned cases comes with those; until then none follows from it.
        [AccountRoles.Leader] = [Right.SeeOverdue],
    };

    public static bool Has(this ClaimsPrincipal person, Right right) =>
        // Whoever sees samples alone would send in what he may not see; and people and their recorders are no samples.
        (right is Right.SeeClips or Right.SeeFootage or Right.Verify or Right.SeeHealth || !person.IsSampleOnly())
        // A token has at most what it was given.
        && (!person.IsToken() || (ApiTokens.Grantable.Contains(right) && person.HasClaim(People.TokenRight, right.ToString())))
        && person.FindAll(ClaimTypes.Role).Any(role => OfRole.TryGetValue(role.Value, out var rights) && rights.Contains(right));

    /// <summary>Policies by the name of their right; whatever names none needs a sign-in.</summary>
    public static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var right in Enum.GetValues<Right>())
        {
            options.AddPolicy(
                right.ToString(),
                policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.Has(right)));
        }
        options.AddPolicy(Uploading, policy => policy.AddAuthenticationSchemes(UploadPasses.Scheme)
            .RequireAuthenticatedUser().RequireAssertion(context => context.User.Has(Right.Upload)));
        options.AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser().RequireAssertion(IsAPersonWithin));
        options.AddPolicy(AtTheDoor, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => !context.User.IsToken()));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(IsAPersonWithin).Build();
    }

    private static bool IsAPersonWithin(AuthorizationHandlerContext context) => context.User.DoorOf() is null && !context.User.IsToken();
}
