using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Runs 04 for every clip whose spooled bytes lie on this station until none is due. An officer stands before the tile until it is green: nothing else goes
/// through these workers, they wait for no wake (decision 0004), and slots take turns, so that three files don't wait behind another recorder's ten thousand.
/// </summary>
internal sealed partial class StoreService(
    ClipPipeline pipeline,
    WorkTable work,
    JournalTable journal,
    StoreSignal signal,
    IOptions<StationOptions> station,
    TimeProvider time,
    ILogger<StoreService> logger) : BackgroundService
{
    private const int BeforeAll = -1;

    /// <summary>What nobody signals: a step whose next attempt is due, a lease whose holder is gone, another station's clip.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(15);

    /// <summary>Slot of the clip that was begun last.</summary>
    private volatile int _turn = BeforeAll;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await NextAsync(ct) is { } clip)
                {
                    // There may be one for a colleague as well.
                    signal.Set();
                    failures = await pipeline.AdvanceAsync(clip, ct) == AdvanceOutcome.PutOff ? failures + 1 : 0;
                    if (failures > 0)
                    {
                        // What stands in the way of one may stand in the way of all: a store that is away isn't asked for each of a thousand.
                        var pause = TimeSpan.FromSeconds(Math.Min(s_longestPause.TotalSeconds, Math.Pow(2, failures)));
                        await Task.Delay(pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }
                    continue;
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException && !ct.IsCancellationRequested)
            {
                // 03 shows it and says so.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }
            await signal.WaitAsync(s_look, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One of this station; else one that another station took in first, whose bytes lie here too: its officer waits for it as well.</summary>
    private async Task<ClipId?> NextAsync(CancellationToken ct)
    {
        var (now, turn) = (time.GetUtcNow(), _turn);
        var next = await work.NextToStoreAsync(station.Value.Name, turn, now, ct);
        if (next is null && turn != BeforeAll)
            next = await work.NextToStoreAsync(station.Value.Name, BeforeAll, now, ct);
        _turn = next?.Slot ?? BeforeAll;
        if (next is not null)
            return next.ClipId;
        var here = journal.Open().Where(intake => intake.State == IntakeState.Registered).Select(intake => intake.Clip!.Value).ToList();
        return here.Count == 0 ? null : (await work.NextToStoreAsync(here, now, ct))?.ClipId;
    }

    [LoggerMessage(21, LogLevel.Error, "A worker of the store failed and goes on")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
