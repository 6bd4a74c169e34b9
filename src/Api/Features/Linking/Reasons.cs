using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Why a link is suggested, in words.</summary>
internal static class Reasons
{
    public static string Say(IStringLocalizer words, LinkReason reason) => words[$"Why_{reason.Code}", [.. reason.Arguments]];

    /// <summary>It speaks against the link, or a person has to look.</summary>
    public static bool Doubts(LinkReason reason) => reason.Code is
        "holder" or "named" or "unit-only" or "near" or "clock-unknown" or "clock-shifted" or "clock-reset" or "elsewhere" or "shown-already" or "step-order" or "rival" or "planned";
}
