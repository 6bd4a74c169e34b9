using Microsoft.OpenApi;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The API's own description, at /openapi/v1.json. It holds no data, so anybody may read it.</summary>
internal static class Description
{
    public static IServiceCollection AddDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = api => api.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) is true;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Plain(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "YaoAnEnforcement",
                Version = "v1",
                Description = "A program sends its token as Authorization: Bearer yaoan_…, made on the page /me: at most 100 requests a minute, never footage. A browser signs in by cookie; then every method but GET and HEAD needs the header RequestVerificationToken, and uploads need the header Upload-Pass instead of both. Errors are application/problem+json with title, status, reason, effect, action, traceId.",
            };
            document.Servers?.Clear();
            document.AddComponent("token", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "yaoan_…" });
            return Task.CompletedTask;
        });
    });

    public static IEndpointRouteBuilder MapDescription(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return routes;
    }

    /// <summary>Ids and digests are written as plain strings.</summary>
    private static void Plain(OpenApiSchema schema, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var isId = plain.GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IGuidId<>));
        var isDigest = plain == typeof(Sha256Digest) || plain == typeof(Sm3Digest);
        if (!isId && !isDigest)
            return;
        schema.Type = JsonSchemaType.String;
        schema.Format = isId ? "uuid" : null;
        schema.Pattern = isDigest ? "^[0-9a-f]{64}$" : null;
        schema.Properties?.Clear();
        schema.Required?.Clear();
    }
}
