using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>
/// Passes the station's board on to browsers, unread. Open to anyone, so it touches no database, holds no footage or case, and is limited in number.
/// </summary>
internal static partial class DockEvents
{
    /// <summary>Boards that may be open at a time.</summary>
    private const int MostBoards = 64;

    /// <summary>A station that is silent for longer (its heartbeat is 5 s) is taken for gone, and the stream ends.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    private static int s_open;

    public static IServiceCollection AddDockBoard(this IServiceCollection services)
    {
        services.AddHttpClient<StationBoard>(http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(3) });
        services.TryAddSingleton(TimeProvider.System);
        return services;
    }

    public static IEndpointRouteBuilder MapDockBoard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dock/events", StreamAsync).AllowAnonymous().ExcludeFromDescription();
        return routes;
    }

    private static async Task StreamAsync(
        HttpContext context, StationBoard station, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StationBoard> logger)
    {
        if (Interlocked.Increment(ref s_open) > MostBoards)
        {
            Interlocked.Decrement(ref s_open);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await PassOnAsync(context, station, time, ending.Token);
        }
        catch (StationAwayException e)
        {
            LogAway(logger, e.Message);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // The browser, the station or this process went away: the stream just ends and the browser asks again.
        }
        finally
        {
            Interlocked.Decrement(ref s_open);
        }
    }

    private static async Task PassOnAsync(HttpContext context, StationBoard station, TimeProvider time, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        using var board = await station.OpenAsync(ending.Token);
        await using var source = await board.Content.ReadAsStreamAsync(ending.Token);

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var buffer = new byte[32 * 1024];
        for (int length; (length = await source.ReadAsync(buffer, ending.Token)) > 0; silence.CancelAfter(LongestSilence))
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), ending.Token);
            await context.Response.Body.FlushAsync(ending.Token);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The board can't reach the station: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
