using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Uploads as Api asks for them, on the station's own endpoint behind the internal key. Api speaks for an account: what belongs to another
/// is not found. Refusals are statuses; Api has the words.
/// </summary>
internal static class UploadEndpoints
{
    public static void MapUploads(this IEndpointRouteBuilder guarded)
    {
        guarded.MapPost("/uploads", Begin);
        guarded.MapGet("/uploads", List);
        guarded.MapGet("/uploads/{id}", Find);
        // No limit of the server's own: an upload is as long as was announced and no longer, and a slow line is Api's to judge.
        guarded.MapPatch("/uploads/{id}", AddAsync).WithMetadata(new DisableRequestSizeLimitAttribute());
        guarded.MapDelete("/uploads/{id}", GiveUpAsync);
    }

    private static IResult Begin(NewUpload wish, Uploads uploads, UploadViews views)
    {
        var (outcome, upload) = uploads.Begin(wish);
        return outcome switch
        {
            BeginOutcome.Begun => Results.Json(views.Of(upload!), statusCode: StatusCodes.Status201Created),
            BeginOutcome.AlreadyBegun => Results.Json(views.Of(upload!)),
            BeginOutcome.TooLarge => Results.StatusCode(StatusCodes.Status413PayloadTooLarge),
            BeginOutcome.TooMany => Results.StatusCode(StatusCodes.Status429TooManyRequests),
            BeginOutcome.NoRoom => Results.StatusCode(StatusCodes.Status507InsufficientStorage),
        };
    }

    private static UploadList List(AccountId account, Uploads uploads, UploadViews views, IOptions<UploadOptions> options) =>
        new(new UploadLimits(options.Value.MaxBytes, options.Value.MaxUnfinished), [.. uploads.Of(account).Select(views.Of)]);

    private static IResult Find(UploadId id, AccountId account, Uploads uploads, UploadViews views) =>
        uploads.Find(id, account) is { } upload ? Results.Json(views.Of(upload)) : Results.NotFound();

    private static async Task<IResult> AddAsync(UploadId id, AccountId account, long offset, HttpContext http, Uploads uploads, UploadViews views)
    {
        if (uploads.Find(id, account) is not { } upload)
            return Results.NotFound();
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        return await uploads.AddAsync(upload, offset, http.Request.Body, http.RequestAborted) switch
        {
            AddOutcome.Added => Results.Json(views.Of(upload)),
            AddOutcome.OtherOffset => Results.StatusCode(StatusCodes.Status409Conflict),
            AddOutcome.Busy => Results.StatusCode(StatusCodes.Status423Locked),
            AddOutcome.NoRoom => Results.StatusCode(StatusCodes.Status507InsufficientStorage),
            AddOutcome.Gone => Abort(http),
        };
    }

    /// <summary>A body that was being read when its upload went can't be read to its end any more: the connection goes with it.</summary>
    private static IResult Abort(HttpContext http)
    {
        http.Abort();
        return Results.Empty;
    }

    private static async Task<IResult> GiveUpAsync(UploadId id, AccountId account, Uploads uploads, CancellationToken ct)
    {
        if (uploads.Find(id, account) is not { } upload)
            return Results.NotFound();
        return await uploads.GiveUpAsync(upload, ct) switch
        {
            GiveUpOutcome.Removed => Results.NoContent(),
            GiveUpOutcome.TooLate => Results.StatusCode(StatusCodes.Status409Conflict),
        };
    }
}
