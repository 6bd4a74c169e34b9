using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Cases: list, view, form, sheet, catalogue on paper, API, waivers, the feed of events.</summary>
internal static class CasesFeature
{
    public static IServiceCollection AddCases(this IServiceCollection services)
    {
        services.TryAddTransient<CaseReader>();
        services.TryAddSingleton<CasesSheet>();
        return services;
    }
}
