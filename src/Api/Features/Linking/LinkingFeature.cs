using Microsoft.Extensions.DependencyInjection.Extensions;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Linking of clips: the queue of unlinked ones, the panels of clip and library, markers.</summary>
internal static class LinkingFeature
{
    public static IServiceCollection AddLinking(this IServiceCollection services)
    {
        services.TryAddSingleton<InboxTable>();
        services.TryAddSingleton<LinkTargetTable>();
        services.TryAddSingleton<FilingTable>();
        services.TryAddTransient<InboxReader>();
        return services;
    }
}
