using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 01 for one slot: sees a recorder come and go by polling, keeps the list of its files, and sends each quiet one to 02. Nothing here
/// needs the server: sessions and intakes are in the station's journal.
/// </summary>
internal sealed partial class SlotWatcher(
    DockSlot slot,
    string sourceWord,
    RecorderProfiles profiles,
    RecorderIdentifier identifier,
    CopyFile copy,
    CopyGate gate,
    Spool spool,
    JournalTable journal,
    IntakeBook book,
    DockStation board,
    RegisterSignal registerSignal,
    IOptions<StationOptions> options,
    IOptions<CopyOptions> copyOptions,
    TimeProvider time,
    ILogger<SlotWatcher> logger)
{
    /// <summary>A recorder counts as taken out after this many polls that found the slot empty: one may be a hiccup of the bus.</summary>
    private const int EmptyPolls = 2;

    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(1);

    private readonly StationOptions _options = options.Value;
    private int _emptyPolls;
    private readonly List<Task> _copies = [];
    private DateTimeOffset _nextListing;

    /// <summary>
    /// Begun, and not yet known to be in the journal: a write that failed may have reached the disk all the same, so the next try is of the same session.
    /// </summary>
    private DockSession? _begun;

    /// <summary>Watches until cancelled. A slot that can't be read turns red and is looked at again.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (sourceWord == "dock" && journal.OpenSession(slot.Source.Number) is { } open)
            slot.Session = new DockSession(open);
        try
        {
            using var timer = new PeriodicTimer(_options.PollInterval, time);
            do
            {
                Guard(() => Poll(ct), ct);
            }
            while (await NextPollAsync(timer, ct));
        }
        finally
        {
            await EndCopiesAsync();
        }
    }

    /// <summary>Waits for the next poll; meanwhile each copy that ends makes room for the next, so that small files don't wait for polls.</summary>
    private async Task<bool> NextPollAsync(PeriodicTimer timer, CancellationToken ct)
    {
        var tick = timer.WaitForNextTickAsync(ct).AsTask();
        while (_copies.Count > 0)
        {
            var first = await Task.WhenAny([tick, .. _copies]);
            if (first == tick)
                break;
            _copies.Remove(first);
            if (slot is { Session: { } session, Fault: null })
                Guard(() => StartCopies(session, time.GetUtcNow(), ct), ct);
        }
        return await tick;
    }

    /// <summary>Whatever goes wrong (a broken card, a full disk under the journal): this slot turns red, the others go on.</summary>
    private void Guard(Action look, CancellationToken ct)
    {
        try
        {
            slot.Watch.Await(() =>
            {
                look();
                return true;
            });
            slot.Fault = null;
        }
        catch (InvalidDataException e)
        {
            Trouble(FailReasons.ListError, e);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            Trouble(FailReasons.SlotUnreadable, e);
        }
    }

    /// <summary>
    /// Stops the copies that were begun and waits for them: each ends between two chunks, and the journal and the gate that it uses must
    /// live until then. A file that was cut off is copied again at the next start.
    /// </summary>
    internal async Task EndCopiesAsync()
    {
        if (slot.Session is { } session)
            await session.Ended.CancelAsync();
        await Task.WhenAll(_copies);
    }

    /// <summary>One look at the slot.</summary>
    internal void Poll(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (!slot.Source.IsAttached())
        {
            if ((slot.Session ?? _begun) is { } left && ++_emptyPolls >= EmptyPolls)
                Detach(left, now);
            return;
        }
        _emptyPolls = 0;
        var session = slot.Session ??= Attach(now);
        if (now >= _nextListing)
            List(session, now);
        StartCopies(session, now, ct);
        NoteMissing(session);
    }

    /// <summary>Ends a session whose files are all settled, for an import.</summary>
    internal void Detach(DockSession session, DateTimeOffset now)
    {
        session.Ended.Cancel();
        var record = session.Record;
        lock (session.Gate)
        {
            // A restart finds the slot empty without ever having listed it: then the last count in the journal stands.
            if (session.IsListed)
                record.Missing = session.Missing;
        }
        record.Detached = now;
        record.Early = record.Missing > 0;
        record.Recorder ??= new RecorderIdentity($"slot:{_options.Name}:{slot.Source.Number}", null, "none");
        NoteLeft(session, now);
        journal.Write(record);
        slot.Last = session;
        slot.Session = null;
        _begun = null;
        registerSignal.Set();
        LogDetached(logger, slot.Source.Number, record.Session, record.Missing);
    }

    /// <summary>What went away with the recorder is on the list of tasks until it comes in (fault 68).</summary>
    private void NoteLeft(DockSession session, DateTimeOffset now)
    {
        List<DockFile> left;
        lock (session.Gate)
            left = [.. session.Files.Where(file => file.State is DockFileState.Listed or DockFileState.Copying or DockFileState.Failed)];
        journal.WriteSkipped([.. left.Select(file => SkippedOf(session, file, file.Reason ?? SkipReasons.Undocked, now))]);
    }

    private static SkippedFileRow SkippedOf(DockSession session, DockFile file, string reason, DateTimeOffset now) => new(
        session.Record.Session, file.RawPath, file.DisplayPath, reason, file.Stat.SizeBytes, file.Stat.Modified, now);

    private DockSession Attach(DateTimeOffset now)
    {
        var session = _begun ??= new DockSession(new JournalSession { Session = SessionId.New(now), Slot = slot.Source.Number, Source = sourceWord, Attached = now });
        journal.Write(session.Record);
        _begun = null;
        LogAttached(logger, slot.Source.Number, session.Record.Session);
        _nextListing = default;
        return session;
    }

    private void List(DockSession session, DateTimeOffset now)
    {
        var started = Stopwatch.GetTimestamp();
        using var root = new SlotFolder(slot.Source.Path);
        var (entries, broken) = root.List();
        if (broken is not null && session.Broken is null)
            LogBroken(logger, slot.Source.Number, broken);
        session.Broken = broken;
        var capacity = CapacityOf(slot.Source.Path);
        session.Reconcile(entries, entry => SkipReasonOf(entry, capacity), _options.QuietPeriod, now);
        NoteColliding(session, entries);
        NoteSkipped(session, now);
        NoteSpace(session);
        Identify(session, root, entries);
        // A large card isn't walked all the time: at most a tenth of it goes into listing.
        _nextListing = now + 9 * Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Room on the recorder, as the last listing found it; the first is written at once, later ones with whatever is written of the session next.</summary>
    private void NoteSpace(DockSession session)
    {
        if (slot.Source.Space() is not { } space)
            return;
        var isFirst = session.Record.Space is null;
        session.Record.Space = space;
        if (isFirst)
            journal.Write(session.Record);
    }

    /// <summary>Asks for the recorder's identity until the first file is copied under it.</summary>
    private void Identify(DockSession session, SlotFolder root, IReadOnlyList<SlotEntry> entries)
    {
        lock (session.Gate)
        {
            if (session.Record.Recorder is not null && session.Files.Any(file => file.State is DockFileState.Copying or DockFileState.Taken))
                return;
        }
        var identity = identifier.Identify(_options.Name, slot.Source, root, entries);
        // Who it is was told by names that may be gone now: within one plugging-in it stays who it was.
        if (identity == session.Record.Recorder || (identity.Serial is null && session.Record.Recorder?.Serial is not null))
            return;
        session.Record.Recorder = identity;
        journal.Write(session.Record);
    }

    private string? SkipReasonOf(SlotEntry entry, long capacity) => entry.Stat.Kind switch
    {
        EntryKind.Link => SkipReasons.Link,
        EntryKind.Special or EntryKind.Folder => SkipReasons.Special,
        EntryKind.File when profiles.Ignores(TextOf(entry.RawPath)) => SkipReasons.Ignored,
        EntryKind.File when entry.Stat.SizeBytes == 0 => SkipReasons.Empty,
        // A length that the whole card can't hold: holes, or a broken file system.
        EntryKind.File when entry.Stat.SizeBytes > capacity => SkipReasons.Sparse,
        EntryKind.File => null,
    };

    private static long CapacityOf(string path)
    {
        try
        {
            return new DriveInfo(path).TotalSize is > 0 and var size ? size : long.MaxValue;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>
    /// Names that a person takes for the same one (fault 12): by case, or by two ways of writing a letter. Each is a file of its own; the log has a
    /// line of it, once a session.
    /// </summary>
    private void NoteColliding(DockSession session, IReadOnlyList<SlotEntry> entries)
    {
        if (session.Colliding)
            return;
        var colliding = entries.GroupBy(entry => LookOf(TextOf(entry.RawPath)), StringComparer.Ordinal).Sum(group => group.Count() > 1 ? group.Count() : 0);
        if (colliding == 0)
            return;
        session.Colliding = true;
        LogColliding(logger, slot.Source.Number, colliding);
    }

    private static string LookOf(string path) => path.Contains('\uFFFD', StringComparison.Ordinal) ? path : path.Normalize(NormalizationForm.FormC).ToUpperInvariant();

    private void NoteSkipped(DockSession session, DateTimeOffset now)
    {
        List<DockFile> skipped;
        lock (session.Gate)
            skipped = [.. session.Files.Where(file => file is { State: DockFileState.Skipped, Detail: null })];
        journal.WriteSkipped([.. skipped.Select(file => SkippedOf(session, file, file.Reason!, now))]);
        foreach (var file in skipped)
            file.Detail = "noted";
    }

    private void NoteMissing(DockSession session)
    {
        int missing;
        lock (session.Gate)
            missing = session.Missing;
        if (missing == session.Record.Missing)
            return;
        session.Record.Missing = missing;
        journal.Write(session.Record);
    }

    private void StartCopies(DockSession session, DateTimeOffset now, CancellationToken ct)
    {
        _copies.RemoveAll(copied => copied.IsCompleted);
        if (session.Record.Recorder is not { } recorder)
            return;
        lock (session.Gate)
        {
            // Most polls of a full card find nothing to do; 20,000 names need not be looked at for that.
            if (!session.Files.Any(file => file.State == DockFileState.Listed))
                return;
            var parents = new Lazy<ILookup<string, DockFile>>(() =>
                session.Files.Where(file => profiles.MayHaveSidecars(TextOf(file.RawPath))).ToLookup(file => BaseOf(TextOf(file.RawPath))));
            foreach (var file in session.Files)
            {
                if (_copies.Count >= copyOptions.Value.AtOnce)
                    return;
                // An empty file that became quiet since the last listing waits for the next one, which skips it.
                if (file.State != DockFileState.Listed || file.Stat.SizeBytes == 0 || !file.IsQuiet(_options.QuietPeriod, now))
                    continue;
                var parent = profiles.MayBeSidecar(TextOf(file.RawPath)) ? parents.Value[BaseOf(TextOf(file.RawPath))].FirstOrDefault() : null;
                if (parent is { State: DockFileState.Listed or DockFileState.Copying })
                    continue;
                file.State = DockFileState.Copying;
                _copies.Add(CopyAsync(session, file, FootageOf(session, recorder, file, parent?.Intake?.Id), ct));
            }
        }
    }

    private FootageFile FootageOf(DockSession session, RecorderIdentity recorder, DockFile file, IntakeId? sidecarOf) => new()
    {
        SlotPath = slot.Source.Path,
        RawPath = file.RawPath,
        Stat = file.Stat,
        Session = session.Record.Session,
        Slot = slot.Source.Number,
        Source = sourceWord,
        Recorder = recorder,
        Attached = session.Record.Attached,
        Name = profiles.Match(TextOf(file.RawPath)),
        SidecarOf = sidecarOf,
    };

    private async Task CopyAsync(DockSession session, DockFile file, FootageFile footage, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Ended.Token);
        try
        {
            using var turn = await gate.EnterAsync(either.Token);
            book.NoteSpooled();
            var started = Stopwatch.GetTimestamp();
            // A thread of its own: the loop is synchronous and may take an hour.
            var copying = Task.Factory.StartNew(
                () => copy.Run(footage, bytes => file.CopiedBytes = bytes, file.Watch, either.Token),
                either.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await GiveUpTurnAsync(copying, file, turn);
            var result = await copying;
            Settle(session, file, result);
            LogCopied(logger, result.Outcome, footage.Stat.SizeBytes, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, slot.Source.Number);
        }
        catch (OperationCanceledException)
        {
            lock (session.Gate)
                file.Restart(time.GetUtcNow());
        }
        catch (Exception e)
        {
            // A bug or a broken journal must show on the tile and be tried again, not end the slot.
            LogCopyFailed(logger, e, slot.Source.Number);
            lock (session.Gate)
                Retry(file, FailReasons.SpoolDiffers, e.Message);
        }
    }

    /// <summary>Watches a copy until it ends. One whose recorder hangs gives its turn to others, and goes on by itself should the card answer again.</summary>
    private async Task GiveUpTurnAsync(Task copying, DockFile file, IDisposable turn)
    {
        using var ended = new CancellationTokenSource();
        while (await Task.WhenAny(copying, Task.Delay(s_watch, time, ended.Token)) != copying)
        {
            if (!file.Watch.WaitsLonger(_options.HangsAfter))
                continue;
            LogHangs(logger, slot.Source.Number);
            turn.Dispose();
            break;
        }
        await ended.CancelAsync();
    }

    private void Settle(DockSession session, DockFile file, CopyResult result)
    {
        lock (session.Gate)
        {
            board.SpoolLow = result.Outcome == CopyOutcome.SpoolFull;
            switch (result.Outcome)
            {
                case CopyOutcome.Copied:
                    Take(file, book.Spooled(result.Manifest!));
                    registerSignal.Set();
                    break;
                case CopyOutcome.AlreadyHere when book.Get(result.Known!.Value) is var known && (known.State == IntakeState.Stored || spool.Holds(known.Id)):
                    Take(file, known);
                    file.Known = known.Session != session.Record.Session;
                    registerSignal.Set(); // asks the catalog whether its clip is sound still
                    break;
                case CopyOutcome.AlreadyHere:
                    // The journal remembers a copy that is gone: take it in again.
                    journal.Forget(result.Known!.Value);
                    file.Restart(time.GetUtcNow());
                    break;
                case CopyOutcome.SourceChanged:
                    Retry(file, FailReasons.SourceChanged, result.Detail);
                    break;
                case CopyOutcome.SourceGone:
                    (file.State, file.Reason, file.Detail) = (DockFileState.Failed, FailReasons.SourceGone, result.Detail);
                    break;
                case CopyOutcome.SourceUnreadable:
                    Retry(file, FailReasons.ReadError, result.Detail);
                    break;
                case CopyOutcome.SpoolFull:
                    file.Restart(time.GetUtcNow());
                    (file.Reason, file.NextAttempt) = (FailReasons.SpoolFull, time.GetUtcNow() + TimeSpan.FromSeconds(5));
                    break;
                case CopyOutcome.SpoolDiffers:
                    Retry(file, FailReasons.SpoolDiffers, result.Detail);
                    break;
            }
        }
    }

    private static void Take(DockFile file, LiveIntake intake) =>
        (file.State, file.Reason, file.Detail, file.Intake, file.CopiedBytes) = (DockFileState.Taken, null, null, intake, file.Stat.SizeBytes);

    private void Retry(DockFile file, string reason, string? detail)
    {
        var (attempts, now) = (file.Attempts + 1, time.GetUtcNow());
        file.Restart(now);
        file.Attempts = attempts;
        if (attempts < copyOptions.Value.Attempts)
            file.NextAttempt = now + attempts * _options.QuietPeriod;
        else
            (file.State, file.Reason, file.Detail) = (DockFileState.Failed, reason, detail);
    }

    private void Trouble(string code, Exception e)
    {
        if (slot.Fault?.Code != code)
            LogTrouble(logger, e, slot.Source.Number, code);
        slot.Fault = new SlotFault(code, e.Message);
    }

    private static string TextOf(byte[] rawPath) => Encoding.UTF8.GetString(rawPath);

    private static string BaseOf(string path) => path[..(path.Length - Path.GetExtension(path).Length)].ToUpperInvariant();

    [LoggerMessage(1001, LogLevel.Information, "Slot {Slot}: session {Session} began")]
    private static partial void LogAttached(ILogger logger, int slot, SessionId session);

    [LoggerMessage(1002, LogLevel.Information, "Slot {Slot}: session {Session} ended, {Missing} files were not safe here")]
    private static partial void LogDetached(ILogger logger, int slot, SessionId session, int missing);

    [LoggerMessage(1003, LogLevel.Warning, "Slot {Slot} can't be read: {Code}")]
    private static partial void LogTrouble(ILogger logger, Exception e, int slot, string code);

    [LoggerMessage(1004, LogLevel.Warning, "Slot {Slot}: the listing was broken off: {Detail} What was read until then is taken in")]
    private static partial void LogBroken(ILogger logger, int slot, string detail);

    [LoggerMessage(1005, LogLevel.Warning, "Slot {Slot}: {Files} files have names that look the same; each is kept")]
    private static partial void LogColliding(ILogger logger, int slot, int files);

    [LoggerMessage(1006, LogLevel.Warning, "Slot {Slot}: the recorder gives no answer; other slots go on without it")]
    private static partial void LogHangs(ILogger logger, int slot);

    [LoggerMessage(2001, LogLevel.Information, "Copy: {Outcome}, {SizeBytes} bytes in {ElapsedMs} ms, slot {Slot}")]
    private static partial void LogCopied(ILogger logger, CopyOutcome outcome, long sizeBytes, long elapsedMs, int slot);

    [LoggerMessage(2002, LogLevel.Error, "Copy failed in slot {Slot}")]
    private static partial void LogCopyFailed(ILogger logger, Exception e, int slot);
}
