using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Units and officers: pages, API and sheets.</summary>
internal static class AdministrationFeature
{
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.TryAddSingleton<SheetImports>();
        services.TryAddSingleton<UnitsSheet>();
        services.TryAddSingleton<OfficersSheet>();
        services.TryAddSingleton<ListExports>();
        return services;
    }
}
