using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Runs 03 for every open intake of this station as soon as it is spooled, and again until the catalog has it: with the database down,
/// docking goes on and this catches up. Also settles intakes whose clip was stored by somebody else.
/// </summary>
internal sealed partial class RegisterService(
    RegisterSpooled register,
    SettleIntakes settle,
    JournalTable journal,
    IntakeBook book,
    Spool spool,
    ClipTable clips,
    DockSessionTable sessions,
    DockStation station,
    HolderBook holders,
    Uploads uploads,
    RegisterSignal signal,
    StoreSignal storing,
    IOptions<StationOptions> options,
    TimeProvider time,
    ILogger<RegisterService> logger) : BackgroundService
{
    private const int Parallelism = 4;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_confirmAgain = TimeSpan.FromSeconds(30);
    private DateTimeOffset _confirmedAll;
    private readonly ConcurrentDictionary<IntakeId, bool> _reportedLost = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReplayAsync(stoppingToken);
                station.DatabaseUp = true;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException && !stoppingToken.IsCancellationRequested)
            {
                if (station.DatabaseUp)
                    LogDatabaseDown(logger, e);
                station.DatabaseUp = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e);
            }
            await signal.WaitAsync(s_pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One pass over sessions and open intakes.</summary>
    internal async Task ReplayAsync(CancellationToken ct)
    {
        book.Refresh();
        await holders.RefreshAsync(ct);
        foreach (var session in journal.UnwrittenSessions())
        {
            var skipped = journal.Skipped(session.Session);
            await sessions.WriteAsync(RowOf(session), skipped, time.GetUtcNow(), ct);
            journal.MarkWritten(session, skipped.Count);
        }
        var open = journal.Open();
        // Side by side, since each waits for a commit; PostgreSQL writes several in one go.
        await Parallel.ForEachAsync(
            open.Where(intake => intake.State == IntakeState.Spooled),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct },
            async (intake, token) =>
            {
                try
                {
                    await RegisterAsync(intake, token);
                }
                catch (Exception e) when (e is JsonException or IOException or PostgresException { SqlState: ['2', '2' or '3', ..] })
                {
                    // SQLSTATE 22 and 23: the catalog refused the data itself. One such intake must not hold up all the others.
                    if (_reportedLost.TryAdd(intake.Intake, true))
                        LogRefused(logger, e, intake.Intake);
                }
            });
        await SettleAsync([.. open.Where(intake => intake.State == IntakeState.Registered)], ct);
        await ConfirmAsync(ct);
        if (open.Count == 0)
            await clips.PingAsync(ct);
    }

    /// <summary>
    /// Asks the catalog about stored clips whose files are docked, or stand on the page that sent them: once before they may turn green, and
    /// every now and then, since a verification may find damage while the good original is still in the slot.
    /// </summary>
    private async Task ConfirmAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var all = now - _confirmedAll >= s_confirmAgain;
        var asked = station.Docked().Concat(uploads.Intakes()).Where(live => live.State == IntakeState.Stored && (all || !live.Confirmed)).ToList();
        var clipOf = asked.Select(live => journal.Find(live.Id)).OfType<JournalIntake>().Where(intake => intake.Clip is not null)
            .ToDictionary(intake => intake.Intake, intake => intake.Clip!.Value);
        foreach (var chunk in asked.Where(live => clipOf.ContainsKey(live.Id)).Chunk(1000))
        {
            var states = await clips.StatesAsync([.. chunk.Select(live => clipOf[live.Id]).Distinct()], ct);
            foreach (var live in chunk)
                book.Confirm(live, states.TryGetValue(clipOf[live.Id], out var state) && state is { Stage: not ClipStage.Registered, Health: not ClipHealth.Damaged });
        }
        if (all)
            _confirmedAll = now;
    }

    private async Task RegisterAsync(JournalIntake intake, CancellationToken ct)
    {
        if (!spool.Holds(intake.Intake))
        {
            if (_reportedLost.TryAdd(intake.Intake, true))
                LogLost(logger, intake.Intake);
            return;
        }
        var registration = await register.RunAsync(intake.Intake, ct);
        if (registration.Stage != ClipStage.Registered)
            return; // settled below, at the next pass
        storing.Set();
    }

    /// <summary>Intakes whose clip has come to 'stored' by another intake, another process, or before a crash.</summary>
    private async Task SettleAsync(IReadOnlyList<JournalIntake> registered, CancellationToken ct)
    {
        var states = await clips.StatesAsync([.. registered.Select(intake => intake.Clip!.Value).Distinct()], ct);
        foreach (var intake in registered)
        {
            if (!states.TryGetValue(intake.Clip!.Value, out var state))
                continue;
            book.Get(intake.Intake).Damaged = state.Health == ClipHealth.Damaged;
            if (state.Stage != ClipStage.Registered && state.Health != ClipHealth.Damaged)
                await settle.RunAsync(intake.Clip.Value, ct);
        }
    }

    private DockSessionRow RowOf(JournalSession session) => new()
    {
        SessionId = session.Session,
        Station = options.Value.Name,
        Slot = session.Slot,
        Source = session.Source,
        Recorder = session.Recorder!,
        Uploader = session.Uploader,
        AttachedAt = session.Attached,
        DetachedAt = session.Detached,
        Early = session.Early,
        Missing = session.Missing,
        FreeBytes = session.Space?.FreeBytes,
        TotalBytes = session.Space?.TotalBytes,
    };

    [LoggerMessage(3002, LogLevel.Warning, "The database is down; docking goes on into the spool")]
    private static partial void LogDatabaseDown(ILogger logger, Exception e);

    [LoggerMessage(3003, LogLevel.Error, "Registering failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e);

    [LoggerMessage(3005, LogLevel.Error, "Intake {Intake} was refused by the catalog; it stays in the spool")]
    private static partial void LogRefused(ILogger logger, Exception e, IntakeId intake);

    [LoggerMessage(3004, LogLevel.Error, "Intake {Intake} is in the journal but not in the spool: if its recorder still holds the file, dock it again")]
    private static partial void LogLost(ILogger logger, IntakeId intake);
}
