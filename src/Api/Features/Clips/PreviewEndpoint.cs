using System.Globalization;
using Microsoft.Extensions.Caching.Memory;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The preview of a recording that no browser plays, as HTTP Live Streaming (RFC 8216): the whole list at once, each segment from the store where
/// it lies there, else made now. It is footage, so that all of it needs a viewing.
/// </summary>
internal static class PreviewEndpoint
{
    private const string Playlist = "application/vnd.apple.mpegurl", Mp4 = "video/mp4";

    public static IEndpointRouteBuilder MapPreview(this IEndpointRouteBuilder routes)
    {
        var preview = routes.MapGroup("/clips/{id}/preview").RequireAuthorization(nameof(Right.SeeFootage)).ExcludeFromDescription();
        preview.AddEndpointFilter(NeedViewing);
        preview.MapGet("/index.m3u8", SendPlaylistAsync);
        preview.MapGet("/init.mp4", SendInitAsync);
        preview.MapGet("/{number:int:min(0)}.m4s", SendSegmentAsync);
        return routes;
    }

    private static async Task<IResult> SendPlaylistAsync(
        HttpContext http, ClipId id, string viewing, double? at, MediaTable media, StoredPreviews stored, CancellationToken ct)
    {
        var timeline = await stored.FindAsync(id, ct) is { } index ? index.Timeline : await media.FindAsync(id, ct) is { } facts ? PreviewTimeline.Of(facts) : null;
        if (timeline is null)
            return TypedResults.NotFound();
        var token = "viewing=" + Uri.EscapeDataString(viewing);
        // The header is made by the encoder that begins where somebody will watch, so that one start serves both.
        var from = timeline.At(TimeSpan.FromSeconds(Math.Clamp(at ?? 0, 0, timeline.Length.TotalSeconds)));
        http.Response.ContentType = Playlist;
        await http.Response.WriteAsync(
            timeline.ToPlaylist(
                string.Create(CultureInfo.InvariantCulture, $"init.mp4?from={from}&{token}"),
                number => string.Create(CultureInfo.InvariantCulture, $"{number}.m4s?{token}")),
            ct);
        return TypedResults.Empty;
    }

    private static async Task<IResult> SendInitAsync(
        HttpContext http, ClipId id, int? from, PreviewClient live, StoredPreviews stored, ObjectStores stores, CancellationToken ct) =>
        await stored.FindAsync(id, ct) is { } index
            ? await SendStoredAsync(http, stores, id, 0, index.InitBytes, ct)
            : Made(await live.InitAsync(id, Math.Max(0, from ?? 0), ct));

    private static async Task<IResult> SendSegmentAsync(
        HttpContext http, ClipId id, int number, PreviewClient live, StoredPreviews stored, ObjectStores stores, CancellationToken ct)
    {
        if (await stored.FindAsync(id, ct) is not { } index)
            return Made(await live.SegmentAsync(id, number, ct));
        return index.Find(number) is var (offset, length) ? await SendStoredAsync(http, stores, id, offset, length, ct) : TypedResults.NotFound();
    }

    private static async Task<IResult> SendStoredAsync(HttpContext http, ObjectStores stores, ClipId id, long offset, int length, CancellationToken ct)
    {
        await using var source = await stores.Derived.OpenReadAsync(ObjectKey.Derived(id, DerivedNames.Preview), offset, ct);
        http.Response.ContentType = Mp4;
        http.Response.ContentLength = length;
        await Bytes.SendAsync(http, source, length);
        return TypedResults.Empty;
    }

    private static IResult Made(byte[]? part) => part is null ? TypedResults.NotFound() : TypedResults.Bytes(part, Mp4);

    private static async ValueTask<object?> NeedViewing(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, id) = (context.HttpContext, context.GetArgument<ClipId>(1));
        var viewings = http.RequestServices.GetRequiredService<Viewings>();
        Task<bool> IsViewedAsync() => viewings.MayPlayAsync(http, http.Request.Query["viewing"], id, http.RequestAborted);
        return await http.RequestServices.GetRequiredService<MediaGate>().PassAsync(http, id, IsViewedAsync, http.RequestAborted) is null
            ? TypedResults.NotFound()
            : await next(context);
    }
}

/// <summary>Indexes of stored previews. They are read for every segment and never change without their digest.</summary>
internal sealed class StoredPreviews(DerivedTable derived, ObjectStores stores, IMemoryCache cache)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10);

    /// <summary>Null where nothing is stored yet.</summary>
    public async Task<PreviewIndex?> FindAsync(ClipId clip, CancellationToken ct)
    {
        if ((await derived.OfClipAsync(clip, ct)).FirstOrDefault(file => file.Name == DerivedNames.PreviewIndex) is not { } row)
            return null;
        return await cache.GetOrCreateAsync((nameof(StoredPreviews), clip, row.Sha256), async entry =>
        {
            entry.SlidingExpiration = s_kept;
            return PreviewIndex.FromJson(await stores.Derived.ReadAllAsync(ObjectKey.Derived(clip, DerivedNames.PreviewIndex), ct));
        });
    }
}
