using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Live library: server-sent events of clips that changed, each looked up on behalf of the person who watches.</summary>
internal static class ClipEvents
{
    public const string Address = "/clips/events";
    public const int MostStreams = 200;
    public const int MostStreamsOfOneAccount = 16;

    private static readonly StreamPlaces s_places = new(MostStreams, MostStreamsOfOneAccount);

    public static IEndpointRouteBuilder MapClipEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, StreamAsync).RequireAuthorization(nameof(Right.SeeClips)).ExcludeFromDescription();
        return routes;
    }

    private static async Task StreamAsync(
        HttpContext http, ClipChanges changes, ClipTable clips, StillSignedIn still, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var viewer = http.User.Viewer();
        using var place = s_places.TryTake(viewer.Account.ToString());
        if (place is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await FollowAsync(http, viewer, changes, clips, still, time, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page was closed, or this process stops; the browser asks again by itself.
        }
        catch (NpgsqlException)
        {
            // Nobody can be looked up now: the page sees the stream end and asks again.
        }
    }

    /// <summary>A stream outlives the request that opened it: with each beat it is asked again who watches.</summary>
    private static async Task FollowAsync(
        HttpContext http, Viewer viewer, ClipChanges changes, ClipTable clips, StillSignedIn still, TimeProvider time, CancellationToken ct)
    {
        using var following = changes.Follow();
        await WriteAsync(http, ": open\n\n", ct);
        while (true)
        {
            using var beat = new CancellationTokenSource(StillSignedIn.Every, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, beat.Token);
            try
            {
                while (await following.WaitAsync(either.Token))
                    await TellAsync(http, viewer, clips, following.Take(), ct);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                if (!await still.IsAsync(http, viewer, ct) || await still.IsIdleAsync(http))
                    return;
                await WriteAsync(http, ": beat\n\n", ct);
            }
        }
    }

    private static async Task TellAsync(HttpContext http, Viewer viewer, ClipTable clips, IReadOnlyCollection<ClipId>? changed, CancellationToken ct)
    {
        if (changed is null)
        {
            await WriteAsync(http, "event: reread\ndata: {}\n\n", ct);
            return;
        }
        foreach (var id in changed)
        {
            if (await clips.FindAsync(viewer, id, ct) is not { } clip)
                continue;
            var data = JsonSerializer.Serialize(new
            {
                clipId = clip.ClipId,
                stage = clip.Stage.Word(),
                health = clip.Health.Word(),
                previewState = clip.PreviewState,
                plays = clip.Plays,
            });
            await WriteAsync(http, $"event: clip\ndata: {data}\n\n", ct);
        }
    }

    private static async Task WriteAsync(HttpContext http, string text, CancellationToken ct)
    {
        await http.Response.WriteAsync(text, ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
