using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;

namespace YaoAn.Api;

/// <summary>What every page needs: Razor Pages rooted at /Features, and the two languages.</summary>
internal static class PageServices
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(pages => pages.RootDirectory = "/Features");
        services.AddLocalization(resources => resources.ResourcesPath = "Resources");
        // Chinese is written as itself, not as five times as many bytes of &#x…;
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages.Chinese);
            options.AddSupportedCultures(Languages.All);
            options.AddSupportedUICultures(Languages.All);
            // The browser's own language doesn't count: a bureau's English Windows still gets Chinese pages, until a person chooses.
            options.RequestCultureProviders = [new QueryStringRequestCultureProvider(), new CookieRequestCultureProvider()];
        });
        return services;
    }

    /// <summary>Must run before anything that words an answer, error pages included.</summary>
    public static IApplicationBuilder UseLanguages(this IApplicationBuilder app) => app.UseRequestLocalization().Use(Languages.RememberAsync);
}
