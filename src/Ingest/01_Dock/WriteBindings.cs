using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Writes the binding files that administrators asked for, once the recorder is in exactly one slot of this station and all its files are safe here. With the
/// database away nobody is asked and nothing is written.
/// </summary>
internal sealed partial class WriteBindings(
    DockStation station, BindingRequestTable requests, RecorderTable recorders, RecorderProfiles profiles, StationKeys keys, IOptions<StationOptions> options,
    TimeProvider time, ILogger<WriteBindings> logger) : BackgroundService
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask())
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                // The light of the database is 03's; the wishes wait.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }
        }
    }

    /// <summary>One look at the wishes that wait.</summary>
    internal async Task RunAsync(CancellationToken ct)
    {
        if (!station.Slots.Any(slot => slot.Session is not null))
            return;
        foreach (var request in await requests.OpenAsync(ct))
        {
            if (SlotOf(request.Serial) is not { } slot)
                continue;
            var by = new ChangeBy(CustodyActor.Station(options.Value.Name), time.GetUtcNow(), "dock");
            await requests.SettleAsync(request, await WriteAsync(slot, request.Serial, by, ct), options.Value.Name, slot.Source.Number, by, ct);
        }
    }

    /// <summary>Where it may be written: one slot alone, everything on it safe here.</summary>
    private DockSlot? SlotOf(string serial)
    {
        var slots = station.Slots.Where(slot => string.Equals(slot.Session?.Record.Recorder?.Serial, serial, StringComparison.OrdinalIgnoreCase)).ToList();
        if (slots is not [{ Fault: null, Session: { Broken: null } session } only])
            return null;
        lock (session.Gate)
            return session.IsListed && session.Missing == 0 ? only : null;
    }

    private async Task<string> WriteAsync(DockSlot slot, string serial, ChangeBy by, CancellationToken ct)
    {
        if (keys.Bureau is not { } key)
            return BindingOutcomes.NoKey;
        if (File.Exists(Path.Combine(slot.Source.Path, profiles.BindingFile)))
            return BindingOutcomes.There;
        return await recorders.NextBindingAsync(serial, by, ct) is { } bound
            ? BindingFile.WriteNew(slot.Source.Path, profiles.BindingFile, RecorderBinding.Write(bound.Serial, bound.Issue, key))
            : BindingOutcomes.Failed;
    }

    [LoggerMessage(1007, LogLevel.Error, "Writing binding files failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);
}
