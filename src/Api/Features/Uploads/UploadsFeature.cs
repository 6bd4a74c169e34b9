using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Uploads by browser: the page, and tus for its script and for other clients.</summary>
internal static class UploadsFeature
{
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.TryAddSingleton<StationKey>();
        services.AddHttpClient<UploadClient>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(3),
                // The station says at once whether it takes the bytes; until then none are sent.
                Expect100ContinueTimeout = TimeSpan.FromSeconds(10),
            });
        return services;
    }
}
