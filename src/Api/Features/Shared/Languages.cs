using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.WebUtilities;

namespace YaoAn.Api;

/// <summary>Simplified Chinese, the language of the neutral resources, and English.</summary>
internal static class Languages
{
    public const string Chinese = "zh-Hans";
    public const string English = "en";

    public static readonly string[] All = [Chinese, English];

    /// <summary>The value of an html element's lang attribute.</summary>
    public static string HtmlLang => CultureInfo.CurrentUICulture.Name == English ? English : "zh-CN";

    public static string Other => CultureInfo.CurrentUICulture.Name == English ? Chinese : English;

    /// <summary>The address of the same page in the other language. One slash leads it: two would name another host.</summary>
    public static string Switch(HttpRequest request) =>
        QueryHelpers.AddQueryString($"/{request.Path.Value?.TrimStart('/', '\\')}", request.Query.Where(one => one.Key != "culture").Append(new("culture", Other)));

    /// <summary>A language asked for by ?culture= is kept in a cookie, so that the links of the page needn't carry it.</summary>
    public static Task RememberAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IRequestCultureFeature>() is { Provider: QueryStringRequestCultureProvider } chosen)
        {
            context.Response.Cookies.Append(
                CookieRequestCultureProvider.DefaultCookieName,
                CookieRequestCultureProvider.MakeCookieValue(chosen.RequestCulture),
                new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true });
        }
        return next(context);
    }
}
