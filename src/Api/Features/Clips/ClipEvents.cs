using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Live library: server-sent events of clips that changed, each looked up on behalf of the person who watches.</summary>
internal static class ClipEvents
{
    /// <summary>Streams that may be open at a time.</summary>
    private const int MostStreams = 200;

    /// <summary>A comment goes out this often; with it the sign-in is checked again, for a stream outlives the request that opened it.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private static int s_open;

    public static IEndpointRouteBuilder MapClipEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/clips/events", StreamAsync).RequireAuthorization(nameof(Right.SeeClips)).ExcludeFromDescription();
        return routes;
    }

    private static async Task StreamAsync(
        HttpContext http, ClipChanges changes, ClipTable clips, LiveAccounts live, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (Interlocked.Increment(ref s_open) > MostStreams)
        {
            Interlocked.Decrement(ref s_open);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await FollowAsync(http, changes, clips, live, time, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page was closed, or this process stops; the browser asks again by itself.
        }
        finally
        {
            Interlocked.Decrement(ref s_open);
        }
    }

    private static async Task FollowAsync(
        HttpContext http, ClipChanges changes, ClipTable clips, LiveAccounts live, TimeProvider time, CancellationToken ct)
    {
        using var following = changes.Follow(out var reader);
        var (viewer, opened) = (http.User.Viewer(), http.User.OpenedAt());
        await WriteAsync(http, ": open\n\n", ct);
        while (true)
        {
            using var beat = new CancellationTokenSource(Beat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, beat.Token);
            try
            {
                while (await reader.WaitToReadAsync(either.Token))
                {
                    var changed = new HashSet<ClipId?>();
                    while (reader.TryRead(out var clip))
                        changed.Add(clip);
                    foreach (var clip in changed)
                        await TellAsync(http, viewer, clips, clip, ct);
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                var signedIn = await live.FindAsync(http.User.LoginId()!, ct);
                if (signedIn is null || signedIn.SecurityStamp != http.User.SecurityStamp() || !signedIn.Roles.All(http.User.IsInRole)
                    || signedIn.SampleOnly == viewer.SeesAll || time.GetUtcNow() - opened >= CookieRules.Absolute)
                    return;
                await WriteAsync(http, ": beat\n\n", ct);
            }
        }
    }

    private static async Task TellAsync(HttpContext http, Viewer viewer, ClipTable clips, ClipId? changed, CancellationToken ct)
    {
        if (changed is not { } id)
            await WriteAsync(http, "event: reread\ndata: {}\n\n", ct);
        else if (await clips.FindAsync(viewer, id, ct) is { } clip)
        {
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
