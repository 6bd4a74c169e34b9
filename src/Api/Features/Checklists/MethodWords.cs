using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Method expressions as people write them: 录像和照片 或 监控.</summary>
internal static class MethodWords
{
    /// <summary>The expression with words of any language put into those of <see cref="MethodExpression"/>; whatever isn't one stays for it to refuse.</summary>
    public static string? Read(IStringLocalizer<CaseWords> words, string? text)
    {
        if (text is null || MethodExpression.TryParse(text) is not null)
            return text;
        var known = Enum.GetValues<Methods>().Where(method => method != Methods.None).Select(method => ($"Method_{method}", method.ToString().ToLowerInvariant()))
            .Append(("Or", "or")).Append(("AndMethod", "and"))
            .SelectMany(word => words.InAllLanguages(word.Item1).Select(said => (Said: said.Trim(), Word: word.Item2)))
            .OrderByDescending(word => word.Said.Length);
        foreach (var (said, word) in known)
            text = text.Replace(said, $" {word} ", StringComparison.OrdinalIgnoreCase);
        return text.Trim();
    }
}
