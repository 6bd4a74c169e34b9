using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Linking of clips: the queue of unlinked ones, the panels of clip and library, markers.</summary>
internal static class LinkingFeature
{
    public static IServiceCollection AddLinking(this IServiceCollection services)
    {
        services.TryAddTransient<InboxReader>();
        services.TryAddTransient<ClipLinkingReader>();
        return services;
    }
}
