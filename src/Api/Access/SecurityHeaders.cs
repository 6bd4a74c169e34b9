using Microsoft.AspNetCore.StaticAssets;

namespace YaoAn.Api;

/// <summary>Headers of every answer: what a browser may load, and that nothing signed in is kept by a cache.</summary>
internal static class SecurityHeaders
{
    private const int OneYearInSeconds = 365 * 24 * 60 * 60;

    /// <summary>The policy of reliability.md; a script or style in the page needs the nonce of the request (<c>HttpContext.GetNonce()</c>).</summary>
    public static IApplicationBuilder UseHeaders(this IApplicationBuilder app)
    {
        var policies = new HeaderPolicyCollection()
            .AddContentTypeOptionsNoSniff()
            .AddReferrerPolicySameOrigin()
            .AddCrossOriginOpenerPolicy(coop => coop.SameOrigin())
            .AddCrossOriginResourcePolicy(corp => corp.SameOrigin())
            .AddStrictTransportSecurityMaxAge(OneYearInSeconds)
            .AddContentSecurityPolicy(csp =>
            {
                csp.AddDefaultSrc().Self();
                csp.AddScriptSrc().Self().WithNonce();
                csp.AddStyleSrc().Self().WithNonce();
                csp.AddImgSrc().Self().Data().Blob();
                csp.AddMediaSrc().Self().Blob();
                csp.AddWorkerSrc().Self().Blob();
                csp.AddObjectSrc().None();
                csp.AddBaseUri().None();
                csp.AddFormAction().Self();
                csp.AddFrameAncestors().None();
            });
        return app.UseSecurityHeaders(policies).Use(KeepNothingAsync);
    }

    /// <summary>Evidence and pages of a signed-in person are in no cache; only static assets, which hold neither, may be.</summary>
    private static Task KeepNothingAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                var http = (HttpContext)state;
                if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
                    http.Response.Headers.CacheControl = "no-store";
                return Task.CompletedTask;
            },
            context);
        return next(context);
    }
}
