using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Where a file of a session is. Later states are those of its intake.</summary>
internal enum DockFileState
{
    /// <summary>Seen; waits until it is quiet, or for its turn.</summary>
    Listed,

    /// <summary>Being copied.</summary>
    Copying,

    /// <summary>Behind the durable line, by this copy or an earlier one.</summary>
    Taken,

    /// <summary>Left out for a reason that is no fault.</summary>
    Skipped,

    /// <summary>Not taken in; a person has to look at it.</summary>
    Failed,
}

/// <summary>One file of a session.</summary>
internal sealed class DockFile(byte[] rawPath, FileStat stat, DateTimeOffset now)
{
    /// <summary>How long its present read of the recorder has been taking.</summary>
    public SourceWatch Watch { get; } = new();

    public byte[] RawPath => rawPath;

    public string DisplayPath { get; } = DisplayName.Of(rawPath);

    /// <summary>State at the last look.</summary>
    public FileStat Stat { get; private set; } = stat;

    /// <summary>Since when that state has been the same.</summary>
    public DateTimeOffset SameSince { get; private set; } = now;

    public DockFileState State { get; set; }

    /// <summary>Code of the reason for <see cref="DockFileState.Skipped"/> or <see cref="DockFileState.Failed"/>.</summary>
    public string? Reason { get; set; }

    public string? Detail { get; set; }

    /// <summary>Why the last listing could not read it; null where it could.</summary>
    public string? Listing { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NextAttempt { get; set; }

    public long CopiedBytes { get; set; }

    /// <summary>Taken in before this session.</summary>
    public bool Known { get; set; }

    public LiveIntake? Intake { get; set; }

    /// <summary>When it was deleted on the recorder by this program.</summary>
    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>Whether it may be copied: unchanged for the quiet period, and not put off.</summary>
    public bool IsQuiet(TimeSpan quietPeriod, DateTimeOffset now) => now - SameSince >= quietPeriod && now >= NextAttempt;

    /// <summary>Takes note of a look at it. A file that changed since it was taken or given up is a new file.</summary>
    public void Seen(FileStat stat, DateTimeOffset now)
    {
        if (stat == Stat || State == DockFileState.Copying)
            return;
        Stat = stat;
        Restart(now);
        Attempts = 0;
    }

    /// <summary>Back to the start of the quiet period.</summary>
    public void Restart(DateTimeOffset now)
    {
        (State, Reason, Detail, Intake, Known, CopiedBytes, SameSince) = (DockFileState.Listed, null, null, null, false, 0, now);
    }
}
