using System.Collections.Concurrent;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What this process knows of an intake now: the board reads it many times a second, without the journal or the database.</summary>
internal sealed class LiveIntake(IntakeId id, SessionId session, long size)
{
    private long _readBackBytes;

    public IntakeId Id => id;

    public SessionId Session => session;

    public long SizeBytes => size;

    public volatile IntakeState State;

    public volatile bool Duplicate;

    /// <summary>The catalog says that the stored bytes of its clip are not the right ones.</summary>
    public volatile bool Damaged;

    /// <summary>
    /// That the clip is stored was seen in this process: by its own read-back, or in the catalog. What only the journal remembers may have
    /// been damaged since, and turns no tile green.
    /// </summary>
    public volatile bool Confirmed;

    /// <summary>When 04 last made progress with it, UTC ticks.</summary>
    public long ProgressTicks;

    /// <summary>When its read-back succeeded, UTC ticks; 0 before.</summary>
    public long StoredTicks;

    /// <summary>Bytes of the stored object read back so far.</summary>
    public long ReadBackBytes => State == IntakeState.Stored ? size : Math.Min(size, Volatile.Read(ref _readBackBytes));

    public void Progress(long readBackBytes, DateTimeOffset now)
    {
        Volatile.Write(ref _readBackBytes, readBackBytes);
        Volatile.Write(ref ProgressTicks, now.UtcTicks);
    }
}

/// <summary>The live intakes of this process, and the one way to change their state: journal first, then memory.</summary>
internal sealed class IntakeBook(JournalTable journal, TimeProvider time)
{
    private readonly ConcurrentDictionary<IntakeId, LiveIntake> _live = new();
    private readonly Queue<IntakeManifest> _unnoted = new();

    /// <summary>An intake as it is now; from the journal where this process has not met it.</summary>
    public LiveIntake Get(IntakeId intake) => _live.GetOrAdd(intake, id =>
    {
        var known = journal.Find(id) ?? throw new InvalidOperationException($"The journal has no intake {id}.");
        return new LiveIntake(id, known.Session, known.Size)
        {
            State = known.State,
            Duplicate = known.Duplicate,
            ProgressTicks = time.GetUtcNow().UtcTicks,
            StoredTicks = known.State == IntakeState.Stored ? time.GetUtcNow().UtcTicks : 0,
        };
    });

    /// <summary>An intake crossed the durable line. Where the journal can't be written, it is due to be noted before anything else is copied.</summary>
    public LiveIntake Spooled(IntakeManifest manifest)
    {
        lock (_unnoted)
            _unnoted.Enqueue(manifest);
        NoteSpooled();
        return Get(manifest.Intake);
    }

    /// <summary>Notes intakes that the journal refused: without its note a file would be copied a second time.</summary>
    public void NoteSpooled()
    {
        lock (_unnoted)
        {
            while (_unnoted.TryPeek(out var manifest))
            {
                journal.WriteSpooled(manifest);
                _unnoted.Dequeue();
            }
        }
    }

    /// <summary>The catalog has it.</summary>
    public void Registered(IntakeId intake, ClipId clip, bool duplicate)
    {
        journal.MarkRegistered(intake, clip, duplicate);
        var live = Get(intake);
        live.Duplicate = duplicate;
        live.State = live.State == IntakeState.Stored ? IntakeState.Stored : IntakeState.Registered;
        Touch(live);
    }

    /// <summary>Its clip is stored and read back.</summary>
    public void Stored(IntakeId intake)
    {
        journal.MarkStored(intake);
        var live = Get(intake);
        live.Damaged = false;
        live.Confirmed = true;
        Volatile.Write(ref live.StoredTicks, time.GetUtcNow().UtcTicks);
        live.State = IntakeState.Stored;
        Touch(live);
    }

    /// <summary>Takes over what another process (an import beside the service) did to intakes that are open here.</summary>
    public void Refresh()
    {
        NoteSpooled();
        foreach (var live in _live.Values.Where(live => live.State != IntakeState.Stored))
        {
            if (journal.Find(live.Id) is not { } now || now.State <= live.State)
                continue;
            live.Duplicate = now.Duplicate;
            if (now.State == IntakeState.Stored)
                Volatile.Write(ref live.StoredTicks, time.GetUtcNow().UtcTicks);
            live.State = now.State;
            Touch(live);
        }
    }

    /// <summary>What the catalog says of the clip of a stored intake.</summary>
    public void Confirm(LiveIntake live, bool isSound)
    {
        live.Damaged = !isSound;
        live.Confirmed = true;
        Touch(live);
    }

    private void Touch(LiveIntake live) => Volatile.Write(ref live.ProgressTicks, time.GetUtcNow().UtcTicks);
}
