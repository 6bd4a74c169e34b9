namespace YaoAn.Api;

/// <summary>One shape for everything that goes wrong.</summary>
internal static class ErrorServices
{
    public static IServiceCollection AddErrors(this IServiceCollection services)
    {
        // Minimal APIs throw on what they can't bind, so that it reaches the one mapping.
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    public static IApplicationBuilder UseErrors(this IApplicationBuilder app) => app.UseMiddleware<ProblemMiddleware>();
}
