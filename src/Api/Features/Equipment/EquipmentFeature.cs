using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Recorders and their allocation: pages, API, sheet, labels, ledger.</summary>
internal static class EquipmentFeature
{
    public static IServiceCollection AddEquipment(this IServiceCollection services)
    {
        services.TryAddSingleton<RecordersSheet>();
        return services;
    }
}

/// <summary>Words of recorders and allocations, in Resources/RecorderWords.resx.</summary>
internal sealed class RecorderWords;
