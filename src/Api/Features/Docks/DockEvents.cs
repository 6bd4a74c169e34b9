using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace YaoAn.Api;

/// <summary>
/// Passes the station's board on to browsers. Open to anyone, so it touches no database, holds no footage, case or name of a file, and is
/// limited in number: one address can't keep the others from theirs.
/// </summary>
internal static partial class DockEvents
{
    public const int MostBoards = 256;
    public const int MostBoardsOfOneAddress = 8;

    private static readonly StreamPlaces s_places = new(MostBoards, MostBoardsOfOneAddress);

    public static IServiceCollection AddDockBoard(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddKiosk(configuration);
        services.AddHttpClient(StationBoard.Client, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(3) });
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StationKey>();
        services.TryAddSingleton<StationBoard>();
        return StationClock.AddTo(services);
    }

    public static IEndpointRouteBuilder MapDockBoard(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/dock/events", StreamAsync).AllowAnonymous().WithMetadata(new StandsAloneAttribute()).ExcludeFromDescription();
        StationClock.MapTo(routes);
        return routes.MapKiosk();
    }

    private static async Task StreamAsync(HttpContext context, StationBoard station, IHostApplicationLifetime lifetime, ILogger<StationBoard> logger)
    {
        using var place = s_places.TryTake(context.Connection.RemoteIpAddress?.ToString() ?? "");
        if (place is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await foreach (var board in station.WatchAsync(ending.Token))
            {
                // Headers only with the first board: a station that can't be asked is a status, not an empty stream.
                if (!context.Response.HasStarted)
                    Begin(context);
                await context.Response.WriteAsync($"event: board\ndata: {board}\n\n", ending.Token);
                await context.Response.Body.FlushAsync(ending.Token);
            }
        }
        catch (StationAwayException e)
        {
            LogAway(logger, e.Message);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The browser or this process went away: the stream just ends and the browser asks again.
        }
    }

    private static void Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The board can't reach the station: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
