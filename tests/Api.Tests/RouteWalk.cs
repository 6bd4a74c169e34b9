using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace YaoAn.Api.Tests;

/// <summary>Every address that the program answers, from its own table: one for each method of an endpoint and for each handler of a page.</summary>
internal static class RouteWalk
{
    /// <summary>Endpoints, but for static files: those are the same for everybody.</summary>
    public static IEnumerable<RouteEndpoint> Endpoints(IServiceProvider services) =>
        services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null);

    /// <summary>As <c>GET /officers/{key}</c> and <c>POST /recorders?handler=Issue</c>, in order.</summary>
    public static async Task<IReadOnlyList<string>> RoutesAsync(IServiceProvider services)
    {
        var routes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in Endpoints(services))
        {
            var address = "/" + endpoint.RoutePattern.RawText!.Trim('/');
            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
                routes.UnionWith((await HandlersAsync(services, page, endpoint)).Select(handler => handler.Insert(handler.IndexOf(' ', StringComparison.Ordinal) + 1, address)));
            else
                routes.UnionWith(Methods(endpoint).Select(method => $"{method} {address}"));
        }
        return [.. routes];
    }

    private static async Task<IEnumerable<string>> HandlersAsync(IServiceProvider services, PageActionDescriptor page, RouteEndpoint endpoint)
    {
        var compiled = await services.GetRequiredService<PageLoader>().LoadAsync(page, endpoint.Metadata);
        var handlers = compiled.HandlerMethods.Select(handler =>
            $"{handler.HttpMethod.ToUpperInvariant()} {(handler.Name is { Length: > 0 } name ? $"?handler={name}" : "")}").ToList();
        // A page without a handler for it is shown all the same.
        return handlers.Any(handler => handler == "GET ") ? handlers : handlers.Append("GET ");
    }

    /// <summary>What answers HEAD beside GET is one address.</summary>
    private static IEnumerable<string> Methods(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        return methods.Where(method => method != "HEAD" || !methods.Contains("GET"));
    }
}
