using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Why values can't be taken and what to do, in Resources/FaultWords.resx; keys are the codes of faults.</summary>
internal sealed class FaultWords;

internal static class FaultSentences
{
    public static string Sentence(this IStringLocalizer<FaultWords> words, Fault fault) => words[fault.Code, [.. fault.Arguments]];
}
