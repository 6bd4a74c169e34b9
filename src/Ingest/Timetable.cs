using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// All recurring work, with its intervals. One chore each; a chore that fails is logged and comes again. What belongs to a station's own disk is
/// <see cref="StationWatch"/>'s.
/// </summary>
internal sealed partial class Timetable(
    WorkTable work,
    VerificationTable verifications,
    ViewingTable viewings,
    VerifyRota rota,
    LivePreviews previews,
    LinkDue links,
    StoreCensus census,
    IClipWaker waker,
    IOptions<WorkOptions> options,
    TimeProvider time,
    ILogger<Timetable> logger) : BackgroundService
{
    private const int MaxWakes = 500;
    private static readonly TimeSpan s_lookForNight = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_linkDue = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_tidyPreviews = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_lookForCensus = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_forgetViewings = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(options.Value.SweepInterval, SweepAsync, stoppingToken),
        EveryAsync(s_linkDue, links.RunAsync, stoppingToken),
        EveryAsync(s_lookForNight, rota.RunAsync, stoppingToken),
        EveryAsync(s_tidyPreviews, previews.TidyAsync, stoppingToken),
        EveryAsync(s_lookForCensus, census.RunAsync, stoppingToken),
        EveryAsync(TimeSpan.FromHours(1), ct => viewings.ForgetAsync(time.GetUtcNow() - s_forgetViewings, ct), stoppingToken));

    /// <summary>Wakes what stands still behind the store: a lost job, a killed worker, a step whose next attempt is due.</summary>
    internal async Task SweepAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var clip in await work.TakeIdleAsync(now, options.Value.Patience, MaxWakes, ct))
            waker.Wake(clip.ClipId, WorkQueues.After(clip.Stage, clip.Plays));
        foreach (var verification in await verifications.IdleAsync(now - options.Value.Patience, now, ct))
            waker.WakeVerification(verification);
    }

    private async Task EveryAsync(TimeSpan interval, Func<CancellationToken, Task> chore, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            try
            {
                await chore(ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }

    [LoggerMessage(20, LogLevel.Warning, "A chore failed and comes again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
