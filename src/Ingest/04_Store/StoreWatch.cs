using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Tries the store once a minute, for the light on the board.</summary>
internal sealed partial class StoreWatch(ObjectStores stores, DockStation station, TimeProvider time, ILogger<StoreWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        do
        {
            try
            {
                await stores.Originals.TryAsync(stoppingToken);
                station.StoreUp = true;
            }
            catch (StoreUnavailableException e)
            {
                LogDown(logger, e);
                station.StoreUp = false;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(4010, LogLevel.Warning, "The store can't be used; clips stay in the spool")]
    private static partial void LogDown(ILogger logger, Exception e);
}
