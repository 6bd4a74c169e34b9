using Microsoft.Extensions.DependencyInjection.Extensions;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Clips: API, bytes, live changes.</summary>
internal static class ClipsFeature
{
    public static IServiceCollection AddClips(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<ClipChangeTable>();
        services.TryAddSingleton<ClipChanges>();
        services.AddHostedService(provider => provider.GetRequiredService<ClipChanges>());
        services.TryAddSingleton(_ => ClipWaker.Client(
            configuration.GetConnectionString("Catalog") ?? "", configuration["Work:HangfireSchema"] ?? "hangfire"));
        services.TryAddSingleton<IClipWaker, ClipWaker>();
        services.TryAddSingleton<StationKey>();
        services.TryAddTransient<MediaGate>();
        services.TryAddTransient<OriginalBytes>();
        services.TryAddTransient<ClipFactsReader>();
        services.AddMemoryCache();
        services.TryAddSingleton<StoredPreviews>();
        services.AddHttpClient<PreviewClient>(http => http.Timeout = Timeout.InfiniteTimeSpan).ConfigurePrimaryHttpMessageHandler(Handler);
        services.AddHttpClient<SpoolClient>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(Handler);
        return services;
    }

    /// <summary>What pages use beside the API: pictures and live changes.</summary>
    public static IEndpointRouteBuilder MapClipMedia(this IEndpointRouteBuilder routes) => routes.MapDerived().MapPreview().MapClipEvents();

    private static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        ResponseDrainTimeout = TimeSpan.Zero,
    };
}
