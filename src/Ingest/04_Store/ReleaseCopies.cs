using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The end of 04 for recorders whose model releases: once every file of a docked recorder is stored and confirmed, each is proven once more and deleted there. The
/// intention is committed before, the outcome after (faults 21 and 22). With database or store away, or a lock that isn't proven, nothing is deleted. Each slot
/// goes by itself: a recorder that hangs holds up only its own, and one that fails to delete is let be until its next docking. Files whose names tell whose
/// recorder it is go last, so that it is known then.
/// </summary>
internal sealed partial class ReleaseCopies(
    DockStation station, RecorderProfiles profiles, ReleaseTable releases, DeviceDeleteProof.Maker proofs, IOptions<StationOptions> options, IOptions<WorkOptions> work, TimeProvider time,
    ILogger<ReleaseCopies> logger) : BackgroundService
{
    /// <summary>A slot is asked about at each so many looks at it.</summary>
    private const int Polls = 5;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(station.Slots.Select(slot => Task.Run(() => LookAsync(slot, stoppingToken), stoppingToken)));

    /// <summary>One look at a slot: what may go goes, and what was intended before is ended.</summary>
    internal async Task RunAsync(DockSlot slot, CancellationToken ct)
    {
        if (!station.LockProven || SessionOf(slot) is not { } session || session.Record.Recorder?.Serial is not { } serial)
            return;
        var place = new ReleasePlace(serial, options.Value.Name, slot.Source.Number, session.Record.Session);
        Dictionary<IntakeId, DockFile> docked;
        lock (session.Gate)
            docked = session.Files.Where(file => file.Intake is not null).ToDictionary(file => file.Intake!.Id);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Ended.Token);
        var due = await releases.DueAsync(serial, docked.Keys, either.Token);
        foreach (var copy in due.OrderBy(copy => profiles.Match(copy.DisplayPath)?.Device is not null))
        {
            // Looked at anew before each: the recorder may have gone, or another one come.
            if (SessionOf(slot) != session || session.GivenUp.Contains(copy.IntakeId))
                continue;
            var isOver = docked.TryGetValue(copy.IntakeId, out var file) && file.GoneAt is null
                ? await ReleaseAsync(slot, session, file, copy, place, either.Token)
                : await FindAsync(slot, session, copy, place, either.Token);
            if (isOver)
                session.GivenUp.Add(copy.IntakeId);
            session.Released = await releases.OfSessionAsync(session.Record.Session, either.Token);
        }
        session.Released ??= await releases.OfSessionAsync(session.Record.Session, either.Token);
    }

    private async Task LookAsync(DockSlot slot, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Polls * options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                await RunAsync(slot, ct);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The recorder was taken out: what is intended waits for its next docking.
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or StoreUnavailableException)
            {
                // Lights of the board tell of both; what is intended waits.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(logger, e, slot.Source.Number);
            }
        }
    }

    /// <summary>The session of a slot whose every file is stored and confirmed, in one slot of this station alone, and whose recorder deletes what it is told to.</summary>
    private DockSession? SessionOf(DockSlot slot)
    {
        if (slot is not { Fault: null, Session: { Broken: null, HasFailedToDelete: false } session } || session.Record.Recorder?.Serial is not { } serial)
            return null;
        if (station.Slots.Count(other => string.Equals(other.Session?.Record.Recorder?.Serial, serial, StringComparison.OrdinalIgnoreCase)) != 1)
            return null;
        lock (session.Gate)
        {
            return session.IsListed && session.Files.All(file => file.State is DockFileState.Skipped
                || file is { State: DockFileState.Taken, Intake: { State: IntakeState.Stored, Confirmed: true, Damaged: false } }) ? session : null;
        }
    }

    /// <summary>Proves and deletes one file. Gives true where it isn't to be tried again in this docking.</summary>
    private async Task<bool> ReleaseAsync(DockSlot slot, DockSession session, DockFile file, RecorderCopy copy, ReleasePlace place, CancellationToken ct)
    {
        if (copy.StoredAt is not { } stored || time.GetUtcNow() - stored < work.Value.ReleaseAfter)
            return false;
        var (proof, reason) = await proofs.MakeAsync(copy, place, By(), ct);
        if (proof is null)
        {
            if (reason is not null)
                LogRefused(logger, copy.ClipId, slot.Source.Number, reason);
            return true;
        }
        var result = DeleteOnRecorder.Run(slot.Source.Path, proof, time.GetUtcNow, ct);
        LogReleased(logger, result.Outcome, copy.ClipId, slot.Source.Number, result.Reason);
        switch (result.Outcome)
        {
            case DeleteOutcome.Deleted:
                // It is gone: what is known of it is written, whatever is cancelled.
                await releases.EndAsync(copy, place, ReleaseOutcomes.Deleted, null, By(), CancellationToken.None);
                file.GoneAt = time.GetUtcNow();
                return true;
            case DeleteOutcome.Other:
                await releases.EndAsync(copy, place, ReleaseOutcomes.Kept, result.Reason, By(), ct);
                return true;
            case DeleteOutcome.Absent:
                return await FindAsync(slot, session, copy, place, ct);
            default:
                await releases.FailAsync(copy, place, result.Reason!, By(), ct);
                session.HasFailedToDelete = true;
                return true;
        }
    }

    /// <summary>
    /// An intended deletion whose file isn't listed as what it was: gone, it was deleted before the station broke down; there, it changed. A recorder that was just
    /// taken out has no files either, so that a name has to be absent at two looks of one docking.
    /// </summary>
    private async Task<bool> FindAsync(DockSlot slot, DockSession session, RecorderCopy copy, ReleasePlace place, CancellationToken ct)
    {
        switch (DeleteOnRecorder.IsAbsent(slot.Source.Path, copy.RawPath))
        {
            case true when slot.Source.IsAttached() && SessionOf(slot) == session:
                if (session.Absent.Add(copy.IntakeId))
                    return false;
                await releases.EndAsync(copy, place, ReleaseOutcomes.Recovered, null, By(), ct);
                return true;
            case false:
                await releases.EndAsync(copy, place, ReleaseOutcomes.Kept, ReleaseReasons.Changed, By(), ct);
                return true;
            default:
                session.Absent.Remove(copy.IntakeId);
                return false;
        }
    }

    private ChangeBy By() => new(CustodyActor.Station(options.Value.Name), time.GetUtcNow(), "dock");

    [LoggerMessage(4020, LogLevel.Information, "Release: {Outcome}, {Clip} on the recorder in slot {Slot} {Reason}")]
    private static partial void LogReleased(ILogger logger, DeleteOutcome outcome, ClipId clip, int slot, string? reason);

    [LoggerMessage(4021, LogLevel.Warning, "Release: {Clip} stays on the recorder in slot {Slot}: {Reason}")]
    private static partial void LogRefused(ILogger logger, ClipId clip, int slot, string reason);

    [LoggerMessage(4022, LogLevel.Error, "Releasing files of slot {Slot} failed; it is tried again")]
    private static partial void LogFailed(ILogger logger, Exception e, int slot);
}
