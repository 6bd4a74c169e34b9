using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class RouteTests(ApiUnderTest api) : IClassFixture<ApiUnderTest>
{
    private static readonly string[] Anonymous = ["dock", "dock/clock", "dock/clock.svg", "dock/events", "dock/kiosk/do", "dock/kiosk/scan", "dock/receipt/{session}", "healthz", "openapi/{documentName}.json", "setup", "sign-in"];

    [SkippableFact]
    public void Every_endpoint_says_who_may_use_it()
    {
        TestDatabase.Need();
        var silent = Endpoints().Where(endpoint =>
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            && endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().All(data => data.Policy is null));

        Assert.Empty(silent.Select(endpoint => endpoint.RoutePattern.RawText));
    }

    [SkippableFact]
    public void Without_sign_in_only_the_agreed_addresses_are_open()
    {
        TestDatabase.Need();
        var open = Endpoints()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(Anonymous, open);
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
}
