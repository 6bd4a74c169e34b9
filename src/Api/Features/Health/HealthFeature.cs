using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>Words of the health page, in Resources/HealthWords.resx.</summary>
internal sealed class HealthWords;

/// <summary>The state of the system: one line for monitors, a page for those who run it.</summary>
internal static class HealthFeature
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.TryAddSingleton<Diagnosis>();
        services.TryAddSingleton<StationHealth>();
        services.AddHttpClient(StationHealth.Client, http => http.Timeout = TimeSpan.FromSeconds(4))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) });
        return services;
    }

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", CheckAsync).AllowAnonymous().WithMetadata(new StandsAloneAttribute()).ExcludeFromDescription();
        return routes;
    }

    /// <summary>Codes only: messages may hold addresses and paths, and anybody may read this.</summary>
    private static async Task<JsonHttpResult<HealthAnswer>> CheckAsync(Diagnosis diagnosis, CancellationToken ct)
    {
        var findings = await diagnosis.LookAsync(ct);
        return findings.Worst < Level.Bad
            ? TypedResults.Json(new HealthAnswer("ok", null))
            : TypedResults.Json(
                new HealthAnswer("unavailable", [.. findings.All.Where(finding => finding.Level == Level.Bad).Select(finding => finding.Cause!)]),
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary><c>{"status":"ok"}</c>, or <c>unavailable</c> with the codes of its causes.</summary>
internal sealed record HealthAnswer(
    string Status,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string[]? Causes);
