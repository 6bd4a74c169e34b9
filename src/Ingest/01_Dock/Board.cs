using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Computes what the board shows, from the sessions in memory: it stays true while database and store are away. A tile is green only when
/// every file seen is stored and read back, known with a stored clip, or skipped with a reason (invariant 3).
/// </summary>
internal sealed class Board(DockStation station, HolderBook holders, Spool spool, ObjectStores stores, IOptions<StationOptions> options, TimeProvider time)
{
    private readonly StationOptions _options = options.Value;

    public BoardSnapshot Snapshot()
    {
        var now = time.GetUtcNow();
        var slots = station.Slots.Select(slot => TileOf(slot, now)).ToList();
        return new BoardSnapshot(
            _options.Name,
            _options.Title,
            _options.Contact,
            now,
            new BoardLights(
                station.DatabaseUp ? "ok" : "down",
                !station.StoreUp ? "down" : stores.Originals.LockStrength == LockStrength.Advisory ? "advisory" : "ok",
                Posix.ClockIsSynchronized() is true ? "ok" : "unknown",
                Math.Max(0, spool.UsableBytes()),
                station.SpoolLow),
            new BoardCounts(
                slots.Count(slot => slot.State == "ready"),
                slots.Count(slot => slot.State == "running"),
                slots.Count(slot => slot.State == "staged"),
                slots.Count(slot => slot.State == "trouble")),
            slots,
            [.. station.Slots.Select(slot => slot.Last?.Record)
                .Where(last => last is { Early: true, Detached: { } detached } && now - detached < _options.AlertFor)
                .Select(last => new BoardAlert(last!.Slot!.Value, last.Missing, last.Detached!.Value))]);
    }

    private BoardSlot TileOf(DockSlot slot, DateTimeOffset now)
    {
        if (slot.Session is not { } session)
            return EmptyTile(slot, now);
        lock (session.Gate)
        {
            var tally = new Tally(session.Files);
            var cause = CauseOf(slot, session);
            var mayTake = session.IsListed && session.Missing == 0 && cause is null
                && (session.Files.Count > 0 || now - session.Record.Attached > _options.QuietPeriod);
            var state = cause is not null ? "trouble"
                : mayTake && tally.Stored == tally.Listed ? "ready"
                : mayTake && now.UtcTicks - tally.LastProgress(session.Record.Attached) > _options.StagedAfter.Ticks ? "staged"
                : "running";
            var phase = state is "ready" or "trouble" ? "none"
                : tally.Copied < tally.Listed ? (session.Files.Any(file => file.State == DockFileState.Copying) ? "copying" : "waiting")
                : session.IsListed ? "storing" : "waiting";
            // Each byte is copied once and read back once; what is left of both at the speed of the last seconds gives the end.
            var rate = session.Rate.Sample(tally.CopiedBytes + tally.StoredBytes, now);
            var left = (2 * tally.ListedBytes) - tally.CopiedBytes - tally.StoredBytes;
            return new BoardSlot(
                slot.Source.Number,
                slot.Source.Kind,
                state,
                phase,
                mayTake && state is "ready" or "staged",
                session.Record.Recorder?.Serial,
                session.Record.Recorder?.By,
                OfficerOf(session.Record.Recorder?.Serial),
                session.Record.Session.Value,
                session.Record.Attached,
                new BoardFiles(tally.Listed, tally.Copied, tally.Stored, tally.Known, tally.Duplicate, tally.Skipped, tally.Failed),
                new BoardBytes(tally.ListedBytes, tally.CopiedBytes, tally.StoredBytes),
                state == "running" && rate > 0 ? (long)rate : null,
                state == "running" && rate > 0 && left > 0 ? now.AddSeconds(left / rate.Value) : null,
                state == "ready" && tally.StoredTicks > 0 ? new DateTimeOffset(tally.StoredTicks, TimeSpan.Zero) : null,
                [.. session.Files.Where(file => file is { State: DockFileState.Skipped, Reason: not SkipReasons.Ignored })
                    .Take(3).Select(file => new BoardSkip(file.DisplayPath, file.Reason!))],
                cause,
                Summary: null,
                session.Released is { } released and not { Gone: 0, Open: 0 } ? new BoardReleased(released.Gone, released.Open, released.LastAt) : null);
        }
    }

    private BoardSlot EmptyTile(DockSlot slot, DateTimeOffset now)
    {
        var cause = FaultOf(slot);
        return new BoardSlot(
            slot.Source.Number, slot.Source.Kind, cause is null ? "empty" : "trouble", "none", cause is null, null, null, null, null, null,
            new BoardFiles(0, 0, 0, 0, 0, 0, 0), new BoardBytes(0, 0, 0), null, null, null, [], cause, SummaryOf(slot.Last, now));
    }

    /// <summary>What is wrong with the slot itself. A look that hangs can't tell it by itself.</summary>
    private BoardCause? FaultOf(DockSlot slot) => slot.Watch.WaitsLonger(_options.HangsAfter) ? new BoardCause(FailReasons.Hangs, null, null)
        : slot.Fault is { } fault ? new BoardCause(fault.Code, null, fault.Detail) : null;

    private BoardSummary? SummaryOf(DockSession? last, DateTimeOffset now)
    {
        if (last?.Record.Detached is not { } detached || now - detached > _options.SummaryFor)
            return null;
        lock (last.Gate)
        {
            var tally = new Tally(last.Files);
            return new BoardSummary(
                last.Record.Recorder?.Serial, OfficerOf(last.Record.Recorder?.Serial), tally.Stored - tally.Known, tally.Copied - tally.Stored, tally.Known, tally.Duplicate, tally.Skipped,
                tally.Failed, last.Record.Early, last.Record.Missing, detached);
        }
    }

    /// <summary>Name and number of who has a recorder. A serial that is in two slots at once is nobody's: one of them is a copy.</summary>
    private string? OfficerOf(string? serial) =>
        holders.Of(serial) is { } holder && station.Slots.Count(slot => string.Equals(slot.Session?.Record.Recorder?.Serial, serial, StringComparison.OrdinalIgnoreCase)) < 2
            ? $"{holder.Name} {holder.Number}"
            : null;

    private BoardCause? CauseOf(DockSlot slot, DockSession session)
    {
        if (session.Files.FirstOrDefault(file => file.Watch.WaitsLonger(_options.HangsAfter)) is { } hanging)
            return new BoardCause(FailReasons.Hangs, hanging.DisplayPath, null);
        if (FaultOf(slot) is { } fault)
            return fault;
        if (session.Broken is { } broken)
            return new BoardCause(FailReasons.ListError, null, broken);
        var file = session.Files.FirstOrDefault(file => file.State == DockFileState.Failed || file.Intake?.Damaged == true
            || file is { State: DockFileState.Listed, Reason: FailReasons.SpoolFull });
        return file is null ? null : new BoardCause(file.Intake?.Damaged == true ? FailReasons.Damaged : file.Reason!, file.DisplayPath, file.Detail);
    }

    /// <summary>Counts over a session's files, taken under its lock.</summary>
    private sealed class Tally
    {
        private readonly long _progressTicks;

        public Tally(IReadOnlyCollection<DockFile> files)
        {
            foreach (var file in files)
            {
                if (file.State == DockFileState.Skipped)
                {
                    Skipped += file.Reason == SkipReasons.Ignored ? 0 : 1;
                    continue;
                }
                Listed++;
                ListedBytes += file.Stat.SizeBytes;
                CopiedBytes += file.CopiedBytes;
                Failed += file.State == DockFileState.Failed ? 1 : 0;
                if (file.Intake is not { } intake || file.State != DockFileState.Taken)
                    continue;
                Copied++;
                Known += file.Known ? 1 : 0;
                Duplicate += intake.Duplicate && !file.Known ? 1 : 0;
                StoredBytes += intake.ReadBackBytes;
                _progressTicks = Math.Max(_progressTicks, Volatile.Read(ref intake.ProgressTicks));
                if (intake is { State: IntakeState.Stored, Confirmed: true, Damaged: false })
                {
                    Stored++;
                    StoredTicks = Math.Max(StoredTicks, Volatile.Read(ref intake.StoredTicks));
                }
            }
        }

        public int Listed { get; }

        public int Copied { get; }

        public int Stored { get; }

        public int Known { get; }

        public int Duplicate { get; }

        public int Skipped { get; }

        public int Failed { get; }

        public long ListedBytes { get; }

        public long CopiedBytes { get; }

        public long StoredBytes { get; }

        /// <summary>When the last read-back ended, UTC ticks.</summary>
        public long StoredTicks { get; }

        /// <summary>UTC ticks of the last progress of 04, or the plugging-in where there was none.</summary>
        public long LastProgress(DateTimeOffset attached) => Math.Max(_progressTicks, attached.UtcTicks);
    }
}
