using Microsoft.Data.Sqlite;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Tries the store and the media sandbox once a minute, and the store's lock once a day, for the board's lights and the health page; tidies
/// its spool, and counts it once a day.
/// </summary>
internal sealed partial class StationWatch(
    ObjectStores stores, Sandbox sandbox, SpoolReplay spool, SpoolCensus census, DockStation station, TimeProvider time, ILogger<StationWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        var isPrepared = false;
        var provenOn = default(DateOnly);
        do
        {
            try
            {
                if (!isPrepared)
                {
                    await stores.Originals.PrepareAsync(stoppingToken);
                    await stores.Derived.PrepareAsync(stoppingToken);
                    isPrepared = true;
                }
                await stores.Originals.TryAsync(stoppingToken);
                if (DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) is var today && today != provenOn)
                {
                    station.LockProven = false;
                    await stores.Originals.ProveLockAsync(stoppingToken);
                    (provenOn, station.LockProven) = (today, true);
                }
                station.StoreUp = true;
            }
            catch (StoreUnavailableException e)
            {
                LogStoreDown(logger, e);
                station.StoreUp = false;
            }
            try
            {
                await sandbox.TryAsync(stoppingToken);
                station.SandboxFault = null;
            }
            catch (SandboxUnavailableException e)
            {
                LogSandboxDown(logger, e);
                station.SandboxFault = e.Message;
            }
            try
            {
                spool.Tidy();
                await census.RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or SqliteException)
            {
                LogCensusFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(4010, LogLevel.Warning, "The store can't be used; clips stay in the spool")]
    private static partial void LogStoreDown(ILogger logger, Exception e);

    [LoggerMessage(9023, LogLevel.Warning, "The census of the spool failed and comes again")]
    private static partial void LogCensusFailed(ILogger logger, Exception e);

    [LoggerMessage(5010, LogLevel.Warning, "The media sandbox can't start; clips are kept, probing and previews wait")]
    private static partial void LogSandboxDown(ILogger logger, Exception e);
}
