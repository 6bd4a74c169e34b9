using System.Text.Json;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;

namespace YaoAn.Api;

/// <summary>Hands a page's words to its scripts, which hold none of their own.</summary>
internal static class PageWords
{
    /// <summary>A data block for js/words.js. Not executed, so that it needs no nonce; the encoder leaves no '&lt;' in it.</summary>
    /// <param name="words">Where two of them have a word of the same name, the first counts.</param>
    public static IHtmlContent Script(params IStringLocalizer[] words) =>
        new HtmlString($"<script type=\"application/json\" id=\"words\">{JsonSerializer.Serialize(
            words.SelectMany(some => some.GetAllStrings(includeParentCultures: true)).DistinctBy(word => word.Name).ToDictionary(word => word.Name, word => word.Value))}</script>");
}
