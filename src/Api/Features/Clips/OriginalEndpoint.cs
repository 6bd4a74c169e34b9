using Microsoft.Net.Http.Headers;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The bytes of an original, by range. No event, no bytes: under a page's viewing, or under a download event of its own.</summary>
internal static class OriginalEndpoint
{
    public static RouteGroupBuilder MapOriginal(this RouteGroupBuilder clips)
    {
        clips.MapMethods("/{id}/original", [HttpMethods.Get, HttpMethods.Head], SendAsync)
            .WithName("getOriginal")
            .WithSummary("The original, byte for byte. With 'viewing' it plays under that viewing; without, it is a download and recorded as one.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status206PartialContent, contentType: "application/octet-stream")
            .Produces(StatusCodes.Status404NotFound)
            .RequireAuthorization(nameof(Right.SeeFootage));
        return clips;
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, ClipId id, string? viewing, string? download, MediaGate gate, MediaTable media, Viewings viewings, OriginalBytes originals, TimeProvider time, CancellationToken ct)
    {
        // A file needs no viewing: fetching it is an event of its own.
        var asFile = download is "1" or "true" || viewing is null;
        if (await gate.PassAsync(http, id, async () => asFile || await viewings.MayPlayAsync(http, viewing, id, ct), ct) is not { } clip)
            return TypedResults.NotFound();

        var tag = new EntityTagHeaderValue($"\"{clip.Sha256}\"");
        var range = ByteRange.Of(http.Request, clip.SizeBytes, tag);
        var response = http.Response;
        response.StatusCode = range.Status;
        if (range.Status == StatusCodes.Status416RangeNotSatisfiable)
        {
            response.Headers.ContentRange = new ContentRangeHeaderValue(clip.SizeBytes).ToString();
            return TypedResults.Empty;
        }
        // Opened before anything is promised: what can't be read is a problem with its reason, not a broken file.
        await using var source = HttpMethods.IsHead(http.Request.Method) ? Stream.Null : await originals.OpenAsync(clip, range.Offset, range.Length, ct);
        if (asFile && !HttpMethods.IsHead(http.Request.Method))
            await viewings.OpenDownloadAsync(http, clip, ct);
        WriteHeaders(response, clip, MediaTypes.Of(clip.Kind, await media.FindAsync(id, ct)), tag, range, asFile);
        if (!HttpMethods.IsHead(http.Request.Method))
            await Bytes.SendAsync(http, source, range.Length, asFile ? null : new Pace(clip.SizeBytes, clip.DurationMs, time));
        return TypedResults.Empty;
    }

    private static void WriteHeaders(HttpResponse response, ClipRow clip, string type, EntityTagHeaderValue tag, ByteRange range, bool asFile)
    {
        response.ContentType = type;
        response.ContentLength = range.Length;
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (range.Status == StatusCodes.Status206PartialContent)
            response.Headers.ContentRange = new ContentRangeHeaderValue(range.Offset, range.Offset + range.Length - 1, clip.SizeBytes).ToString();
        var disposition = new ContentDispositionHeaderValue(asFile ? "attachment" : "inline");
        if (asFile)
            disposition.SetHttpFileName(clip.DisplayName);
        response.Headers.ContentDisposition = disposition.ToString();
    }
}
