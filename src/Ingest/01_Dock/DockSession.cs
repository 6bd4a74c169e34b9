using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One plugging-in as it is now: the files seen and where each is. Its lock guards them; a snapshot is taken under it.</summary>
internal sealed class DockSession(JournalSession record)
{
    private readonly Dictionary<string, DockFile> _files = new(StringComparer.Ordinal);

    public JournalSession Record => record;

    public Lock Gate { get; } = new();

    /// <summary>Stops the copies of this session.</summary>
    public CancellationTokenSource Ended { get; } = new();

    /// <summary>How fast it goes.</summary>
    public ProgressRate Rate { get; } = new();

    /// <summary>Callers hold <see cref="Gate"/>.</summary>
    public IReadOnlyCollection<DockFile> Files => _files.Values;

    /// <summary>Files that are not safe on this station. Callers hold <see cref="Gate"/>.</summary>
    public int Missing => _files.Values.Count(file => file.State is DockFileState.Listed or DockFileState.Copying or DockFileState.Failed);

    /// <summary>Whether it was said that some of its names look the same.</summary>
    public bool Colliding { get; set; }

    /// <summary>Why the last listing was broken off; null where it came to its end.</summary>
    public volatile string? Broken;

    /// <summary>What became of its files on the recorder; null until that was asked.</summary>
    public volatile ReleaseCounts? Released;

    /// <summary>Files whose release isn't tried again in this docking. Used by one thread at a time.</summary>
    public HashSet<IntakeId> GivenUp { get; } = [];

    /// <summary>The recorder failed to delete a file, and that is written down: it is let be until it is docked anew. Used by one thread at a time.</summary>
    public bool HasFailedToDelete { get; set; }

    /// <summary>Files whose deletion was intended and that were not there at the last look. Used by one thread at a time.</summary>
    public HashSet<IntakeId> Absent { get; } = [];

    /// <summary>Whether a first listing has been made.</summary>
    public bool IsListed { get; private set; }

    /// <summary>
    /// Compares a listing with what is known. New files begin their quiet period; changed ones begin it anew; a file that vanished before
    /// it was taken is a failure, unless it was never quiet (a temporary name) or stands there under another name.
    /// </summary>
    public void Reconcile(IReadOnlyList<SlotEntry> entries, Func<SlotEntry, string?> skipReason, TimeSpan quietPeriod, DateTimeOffset now)
    {
        lock (Gate)
        {
            IsListed = true;
            var present = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                var key = Convert.ToHexString(entry.RawPath);
                present.Add(key);
                if (_files.TryGetValue(key, out var file))
                {
                    file.Seen(entry.Stat, now);
                    // It is back: a card that hiccuped must not stay red until it is plugged in anew.
                    if (file is { State: DockFileState.Failed, Reason: FailReasons.SourceGone } || (file.State == DockFileState.Failed && file.Listing is not null && entry.Fault is null))
                        file.Restart(now);
                }
                else
                {
                    _files[key] = file = new DockFile(entry.RawPath, entry.Stat, now);
                }
                if (entry.Fault is not null && file.State == DockFileState.Listed)
                    (file.State, file.Reason) = (DockFileState.Failed, entry.Fault);
                file.Listing = entry.Fault;
                if (file.State == DockFileState.Listed && skipReason(entry) is { } reason
                    && (reason != SkipReasons.Empty || file.IsQuiet(quietPeriod, now)))
                    (file.State, file.Reason) = (DockFileState.Skipped, reason);
            }
            var identities = entries.Select(entry => (entry.Stat.Inode, entry.Stat.SizeBytes, entry.Stat.Modified)).ToHashSet();
            foreach (var (key, file) in _files.Where(pair => !present.Contains(pair.Key)).ToList())
            {
                if (file.State is not (DockFileState.Listed or DockFileState.Failed))
                    continue;
                // What could not even be listed and is gone now (a folder that can be read again) was no file.
                var isFile = file.Stat.Kind == EntryKind.File;
                if (!isFile || (file.State == DockFileState.Listed && !file.IsQuiet(quietPeriod, now)) || identities.Contains((file.Stat.Inode, file.Stat.SizeBytes, file.Stat.Modified)))
                    _files.Remove(key);
                else
                    (file.State, file.Reason) = (DockFileState.Failed, FailReasons.SourceGone);
            }
        }
    }
}

/// <summary>Reasons for leaving a file out; the pages have the words.</summary>
internal static class SkipReasons
{
    public const string Link = "link", Special = "special", Ignored = "ignored", Empty = "empty", Sparse = "sparse", Undocked = "undocked";
}

/// <summary>Reasons for a file's failure; the pages have the words.</summary>
internal static class FailReasons
{
    public const string SourceGone = "source-gone", SourceChanged = "source-changed", ReadError = "read-error", SpoolFull = "spool-full",
        SpoolDiffers = "spool-differs", Damaged = "stored-differs", ListError = "list-error", SlotUnreadable = "unreadable-slot", Loop = "folder-loop", TooDeep = "folder-deep",
        Hangs = "hangs";
}
