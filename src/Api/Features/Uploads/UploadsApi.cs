using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Uploads over tus 1.0.0, under a pass of the upload page. Api says who asks and passes the bytes on; the station keeps them and knows how
/// far each upload is. An upload is its account's: for everybody else it is 404.
/// </summary>
internal static class UploadsApi
{
    private const string Root = "/api/v1/uploads";
    private const long MostToReadInVain = 1 << 20;
    private const int LongestName = 1024, LongestWord = 64;

    /// <summary>Uploads at once over all, and of one account: two pages of a person may send, and a pile of scripts may not.</summary>
    private static readonly StreamPlaces s_places = new(most: 128, mostEach: 8);

    public static RouteGroupBuilder MapUploadsApi(this RouteGroupBuilder api)
    {
        var uploads = api.MapGroup("/uploads").WithTags("uploads").RequireAuthorization(Rights.Uploading)
            .WithMetadata(new OpensByPassAttribute()).AddEndpointFilter(Tus.Speak);
        uploads.MapMethods("/", [HttpMethods.Options], OptionsAsync).ExcludeFromDescription();
        uploads.MapGet("/", ListAsync).WithName("listUploads").WithSummary("One's own uploads, oldest first, and what the station takes.");
        uploads.MapPost("/", BeginAsync).WithName("beginUpload")
            .WithSummary("Begins an upload (tus creation). Upload-Metadata: filename, and if known relativePath, modified (milliseconds), batch, ticket.")
            .Produces(StatusCodes.Status201Created).Produces(StatusCodes.Status413PayloadTooLarge).Produces(StatusCodes.Status507InsufficientStorage);
        uploads.MapMethods("/{id}", [HttpMethods.Head], FindAsync).WithName("getUploadOffset").WithSummary("How much of an upload has come (tus).")
            .Produces(StatusCodes.Status200OK).Produces(StatusCodes.Status404NotFound);
        uploads.MapPatch("/{id}", AddAsync).WithName("addToUpload").WithSummary("Adds bytes at an offset (tus).")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Produces(StatusCodes.Status204NoContent).Produces(StatusCodes.Status404NotFound).Produces(StatusCodes.Status409Conflict)
            .Produces(StatusCodes.Status423Locked).Produces(StatusCodes.Status507InsufficientStorage);
        uploads.MapDelete("/{id}", GiveUpAsync).WithName("giveUpUpload").WithSummary("Gives an unfinished upload up (tus termination).")
            .Produces(StatusCodes.Status204NoContent).Produces(StatusCodes.Status404NotFound).Produces(StatusCodes.Status409Conflict);
        return api;
    }

    private static async Task<NoContent> OptionsAsync(HttpContext http, UploadClient station, CancellationToken ct)
    {
        var limits = (await station.ListAsync(http.User.Viewer().Account, ct)).Limits;
        http.Response.Headers["Tus-Version"] = Tus.Version;
        http.Response.Headers["Tus-Extension"] = Tus.Extensions;
        http.Response.Headers["Tus-Max-Size"] = limits.MaxBytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UploadList>> ListAsync(HttpContext http, UploadClient station, CancellationToken ct) =>
        TypedResults.Ok(await station.ListAsync(http.User.Viewer().Account, ct));

    private static async Task<Created> BeginAsync(HttpContext http, UploadClient station, CancellationToken ct)
    {
        var upload = await station.BeginAsync(WishOf(http), ct);
        http.Response.Headers["Upload-Expires"] = Tus.Date(upload.ExpiresAt);
        return TypedResults.Created($"{Root}/{upload.Id}");
    }

    private static async Task<Results<Ok, NotFound>> FindAsync(HttpContext http, UploadId id, UploadClient station, CancellationToken ct)
    {
        if (await station.FindAsync(id, http.User.Viewer().Account, ct) is not { } upload)
            return TypedResults.NotFound();
        Tell(http.Response, upload);
        http.Response.Headers["Upload-Length"] = upload.SizeBytes.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok();
    }

    private static async Task<Results<NoContent, NotFound>> AddAsync(HttpContext http, UploadId id, UploadClient station, StillSignedIn still, TimeProvider time)
    {
        http.Response.OnCompleted(EndWhereRefused, http);
        if (http.Request.ContentType != Tus.PatchType)
            throw new BadHttpRequestException($"The content type of added bytes is {Tus.PatchType}.", StatusCodes.Status415UnsupportedMediaType);
        var offset = Tus.Length(http.Request, "Upload-Offset");
        var viewer = http.User.Viewer();
        using var place = s_places.TryTake(viewer.Account.ToString()) ?? throw new ProblemException(ProblemCode.UploadBusy);
        // UploadBody ends a silent line; how slow a line that moves may be is not this server's to say.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (await station.AddAsync(id, viewer.Account, offset, new UploadBody(http, viewer, still, time), http.RequestAborted) is not { } upload)
            return TypedResults.NotFound();
        Tell(http.Response, upload);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// Bytes that nobody takes aren't waited for: the server would read on for seconds, and the sender send. An answer that is lost with the
    /// connection is given again to the next question.
    /// </summary>
    private static Task EndWhereRefused(object state)
    {
        var http = (HttpContext)state;
        if (http.Response.StatusCode >= StatusCodes.Status400BadRequest && (http.Request.ContentLength ?? long.MaxValue) > MostToReadInVain)
            http.Abort();
        return Task.CompletedTask;
    }

    private static async Task<Results<NoContent, NotFound>> GiveUpAsync(HttpContext http, UploadId id, UploadClient station, CancellationToken ct) =>
        await station.GiveUpAsync(id, http.User.Viewer().Account, ct) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static void Tell(HttpResponse response, UploadView upload)
    {
        response.Headers["Upload-Offset"] = upload.OffsetBytes.ToString(CultureInfo.InvariantCulture);
        response.Headers["Upload-Expires"] = Tus.Date(upload.ExpiresAt);
    }

    private static NewUpload WishOf(HttpContext http)
    {
        var length = Tus.Length(http.Request, "Upload-Length");
        var metadata = Tus.Metadata(http.Request);
        var name = metadata.GetValueOrDefault("relativePath") is { Length: > 0 } path ? path : metadata.GetValueOrDefault("filename") ?? [];
        var (batch, ticket) = (metadata.Text("batch") ?? "", metadata.Text("ticket") ?? RandomToken.New());
        if (length == 0 || name.Length is 0 or > LongestName || batch.Length > LongestWord || ticket.Length > LongestWord)
            throw new BadHttpRequestException("An upload has a length above 0, a name of 1 to 1,024 bytes, and a batch and a ticket of at most 64 characters.");
        var viewer = http.User.Viewer();
        return new NewUpload
        {
            Uploader = new Uploader(viewer.Account, viewer.Name),
            RawName = name,
            SizeBytes = length,
            Modified = ModifiedOf(metadata.Text("modified")),
            Batch = batch,
            Ticket = ticket,
        };
    }

    /// <summary>What a browser tells of a file's time: milliseconds since 1970. Anything that is no such time tells nothing.</summary>
    private static DateTimeOffset? ModifiedOf(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;
}
