using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Segments of previews that aren't stored yet, for Api: over loopback or a private network, with the internal key. Whoever asks has been found
/// to be allowed to watch.
/// </summary>
internal static class PreviewEndpoints
{
    private const string Mp4 = "video/mp4";

    public static void MapPreviews(this IEndpointRouteBuilder app)
    {
        var guarded = app.MapGroup("/preview/{clip}").AddEndpointFilter(BoardEndpoints.RequireInternalKey);
        guarded.MapGet("/init", (ClipId clip, int from, LivePreviews previews, CancellationToken ct) =>
            SendAsync(() => previews.InitAsync(clip, Math.Max(0, from), ct), ct));
        guarded.MapGet("/{number:int:min(0)}", (ClipId clip, int number, LivePreviews previews, CancellationToken ct) =>
            SendAsync(() => previews.SegmentAsync(clip, number, ct), ct));
    }

    private static async Task<IResult> SendAsync(Func<Task<string?>> make, CancellationToken ct)
    {
        try
        {
            return await make() is { } path ? Results.Bytes(await File.ReadAllBytesAsync(path, ct), Mp4) : Results.NotFound();
        }
        catch (PreviewFailedException)
        {
            return Results.UnprocessableEntity();
        }
        catch (Exception e) when (e is SandboxUnavailableException or StoreUnavailableException or ObjectMissingException or FileNotFoundException)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
