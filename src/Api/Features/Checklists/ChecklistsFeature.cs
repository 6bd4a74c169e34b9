using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>The checklist (音像记录事项清单): its versions, the draft, its sheet, API.</summary>
internal static class ChecklistsFeature
{
    public static IServiceCollection AddChecklists(this IServiceCollection services)
    {
        services.TryAddSingleton<ChecklistSheet>();
        return services;
    }
}

/// <summary>Words of the checklist, in Resources/ChecklistWords.resx.</summary>
internal sealed class ChecklistWords;
