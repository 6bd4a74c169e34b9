using Microsoft.Net.Http.Headers;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Pictures, thumbnails and waveform of a clip for its pages. They show footage, so they need a viewing too.</summary>
internal static class DerivedEndpoint
{
    public static IEndpointRouteBuilder MapDerived(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/clips/{id}/derived/{name}", [HttpMethods.Get, HttpMethods.Head], SendAsync)
            .RequireAuthorization(nameof(Right.SeeFootage))
            .ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, ClipId id, string name, string? viewing, MediaGate gate, DerivedTable derived, Viewings viewings, ObjectStores stores, CancellationToken ct)
    {
        Task<bool> IsViewedAsync() => name == DerivedNames.Poster ? viewings.MayShowPosterAsync(http, viewing, id, ct) : viewings.MayPlayAsync(http, viewing, id, ct);
        if (await gate.PassAsync(http, id, IsViewedAsync, ct) is null)
            return TypedResults.NotFound();
        // The name is looked up among the rows, so that it never becomes a path.
        if ((await derived.OfClipAsync(id, ct)).FirstOrDefault(file => file.Name == name) is not { } file)
            return TypedResults.NotFound();
        // Opened before anything is promised: what can't be read is a problem with its reason, not a broken picture.
        await using var source = HttpMethods.IsHead(http.Request.Method) ? Stream.Null : await OpenAsync(stores, file, ct);
        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = file.SizeBytes;
        http.Response.Headers.ETag = new EntityTagHeaderValue($"\"{file.Sha256}\"").ToString();
        if (!HttpMethods.IsHead(http.Request.Method))
            await Bytes.SendAsync(http, source, file.SizeBytes);
        return TypedResults.Empty;
    }

    private static async Task<Stream> OpenAsync(ObjectStores stores, DerivedRow file, CancellationToken ct)
    {
        try
        {
            return await stores.Derived.OpenReadAsync(ObjectKey.Derived(file.ClipId, file.Name), 0, ct);
        }
        catch (ObjectMissingException e)
        {
            // It can be made again from the original, so its loss is no loss of evidence.
            throw new ProblemException(ProblemCode.NotFound, e);
        }
    }
}
