using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Why a link is suggested, in words.</summary>
internal static class Reasons
{
    public static string Say(IStringLocalizer words, LinkReason reason) => words[$"Why_{reason.Code}", [.. reason.Arguments]];

    /// <summary>It speaks against the link, or a person has to look.</summary>
    public static bool Doubts(LinkReason reason) => reason.Code is LinkReasons.Holder or LinkReasons.Named or LinkReasons.UnitOnly or LinkReasons.Near
        or LinkReasons.ClockUnknown or LinkReasons.ClockShifted or LinkReasons.ClockReset or LinkReasons.Elsewhere or LinkReasons.ShownAlready or LinkReasons.StepOrder
        or LinkReasons.Rival or LinkReasons.Planned;
}
