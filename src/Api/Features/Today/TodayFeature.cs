using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>The page that each role begins with.</summary>
internal static class TodayFeature
{
    public static IServiceCollection AddToday(this IServiceCollection services)
    {
        services.TryAddSingleton<MyDays>();
        return services;
    }
}

/// <summary>Words of the page, in Resources/TodayWords.resx.</summary>
internal sealed class TodayWords;
