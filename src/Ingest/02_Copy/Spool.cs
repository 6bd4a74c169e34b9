using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The durable landing area on the station's own disk: one folder per intake with <c>original</c> and <c>intake.json</c>. The manifest is
/// written last; a folder without it was interrupted and holds nothing that anybody relies on. All removal of footage from the
/// station happens here.
/// </summary>
internal sealed class Spool
{
    private const string Manifest = "intake.json", Original = "original", Part = "original.part";
    private const long DefaultReserve = 20L << 30;
    private static readonly TimeSpan s_emptyFor = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly long _configuredReserve;
    private readonly HashSet<SpoolRoom> _promised = [];

    public Spool(IOptions<DataOptions> data, IOptions<CopyOptions> copy, TimeProvider time)
    {
        _time = time;
        _root = data.Value.SpoolFolder;
        _configuredReserve = copy.Value.ReserveBytes;
        DurableFile.CreateFolder(_root);
    }

    /// <summary>
    /// Free bytes that may still be used: what the disk has less the reserve and less what copies were promised that go on now; below 0 when the
    /// reserve is broken into.
    /// </summary>
    public long UsableBytes()
    {
        lock (_promised)
            return FreeBytes() - _promised.Sum(room => room.Left);
    }

    /// <summary>Promises a copy the room it needs, so that others that begin at the same time don't count on it too; null where there isn't as much.</summary>
    public SpoolRoom? TryPromise(long bytes)
    {
        lock (_promised)
        {
            if (FreeBytes() - _promised.Sum(room => room.Left) < bytes)
                return null;
            var room = new SpoolRoom(bytes, Release);
            _promised.Add(room);
            return room;
        }

        void Release(SpoolRoom room)
        {
            lock (_promised)
                _promised.Remove(room);
        }
    }

    /// <summary>Opens the temporary file of a new intake. It stays locked against other processes while it is open.</summary>
    public FileStream Begin(IntakeId intake)
    {
        FaultPoint.Pass("create", "spool folder");
        Directory.CreateDirectory(FolderOf(intake));
        FaultPoint.Pass("create", Part);
        return new FileStream(Path.Combine(FolderOf(intake), Part), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    /// <summary>Opens the temporary file of an interrupted copy, locked as by <see cref="Begin"/>; an <see cref="IOException"/> where it is gone or in use.</summary>
    public FileStream Reopen(IntakeId intake) =>
        new(Path.Combine(FolderOf(intake), Part), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    /// <summary>Whether nobody is writing an interrupted copy.</summary>
    public bool IsIdle(IntakeId intake) => !IsLocked(Path.Combine(FolderOf(intake), Part));

    /// <summary>
    /// The durable line. When it returns, the file survives a power loss on this station. The caller has synced the part and compared it,
    /// and still holds it open, so that no other process takes it for an interrupted copy.
    /// </summary>
    public void Publish(IntakeManifest manifest)
    {
        var folder = FolderOf(manifest.Intake);
        // Both names are made before the folder is synced, once: a power loss in between leaves either name or none, never both without their bytes.
        DurableFile.NameNew(Path.Combine(folder, Part), Path.Combine(folder, Original));
        DurableFile.WriteNew(Path.Combine(folder, Manifest), manifest.ToBytes());
        Posix.SyncFolder(_root);
    }

    /// <summary>Path of a spooled original.</summary>
    public string OriginalOf(IntakeId intake) => Path.Combine(FolderOf(intake), Original);

    /// <summary>Whether an intake is whole and still here.</summary>
    public bool Holds(IntakeId intake) => File.Exists(Path.Combine(FolderOf(intake), Manifest)) && File.Exists(OriginalOf(intake));

    /// <summary>All whole intakes.</summary>
    public IReadOnlyList<IntakeId> Whole()
    {
        var whole = new List<IntakeId>();
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            if (IntakeId.TryParse(Path.GetFileName(folder), null, out var intake) && Holds(intake))
                whole.Add(intake);
        }
        return whole;
    }

    /// <summary>The manifest of a whole intake.</summary>
    public IntakeManifest ManifestOf(IntakeId intake) => IntakeManifest.FromBytes(File.ReadAllBytes(Path.Combine(FolderOf(intake), Manifest)));

    /// <summary>Removes an intake whose bytes are stored and read back, or belong to a clip that is.</summary>
    /// <param name="intake">The caller has seen its clip at stage stored or later in the catalog.</param>
    public void Release(IntakeId intake)
    {
        // The manifest goes first: a crash in between leaves a folder that is taken for an interrupted copy. The part is a second name that a crash may leave.
        Remove(intake, Manifest, Manifest + ".part", Original, Part);
    }

    /// <summary>Takes back an intake whose publication failed half-way: the file is copied again, and must not lie here twice.</summary>
    /// <param name="intake">The caller began it, and told nobody of it.</param>
    public void Withdraw(IntakeId intake) => Remove(intake, Manifest, Manifest + ".part", Part, Original);

    /// <summary>Removes what an interrupted or refused copy left. Never touches a whole intake.</summary>
    public void Discard(IntakeId intake)
    {
        if (!Holds(intake))
        {
            // A manifest without its bytes is what a power loss may leave of the two names.
            Remove(intake, Manifest + ".part", Part, Original, Manifest);
        }
    }

    /// <summary>Removes the remains of copies that a crash interrupted; those that another process is writing are left alone.</summary>
    /// <param name="kept">Copies that go on when their recorder comes back.</param>
    /// <returns>How many there were.</returns>
    public int DiscardInterrupted(IReadOnlySet<IntakeId> kept)
    {
        var count = 0;
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            if (!IntakeId.TryParse(Path.GetFileName(folder), null, out var intake) || kept.Contains(intake) || Holds(intake) || IsBeingWritten(folder))
                continue;
            Discard(intake);
            count++;
        }
        return count;
    }

    /// <summary>Folders that an interrupted copy left, that nobody is writing, and that no start has removed for so long.</summary>
    public IReadOnlyList<IntakeId> Interrupted(TimeSpan atLeastFor)
    {
        var interrupted = new List<IntakeId>();
        foreach (var folder in Directory.EnumerateDirectories(_root))
        {
            if (IntakeId.TryParse(Path.GetFileName(folder), null, out var intake) && !Holds(intake) && !IsBeingWritten(folder)
                && _time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > atLeastFor)
                interrupted.Add(intake);
        }
        return interrupted;
    }

    private long FreeBytes()
    {
        var disk = new DriveInfo(_root);
        var reserve = _configuredReserve > 0 ? _configuredReserve : Math.Min(disk.TotalSize / 10, DefaultReserve);
        return disk.AvailableFreeSpace - reserve;
    }

    private bool IsBeingWritten(string folder)
    {
        // A folder whose part is about to be made holds nothing yet.
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            return _time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) < s_emptyFor;
        return IsLocked(Path.Combine(folder, Part)) || IsLocked(Path.Combine(folder, Original));
    }

    /// <summary>Whether a process holds the file open as its own (flock, kept by <see cref="Begin"/> until it is published).</summary>
    private static bool IsLocked(string path)
    {
        try
        {
            using var part = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Not there; or 0444, which it becomes only in the store, long after it was published.
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private string FolderOf(IntakeId intake) => Path.Combine(_root, intake.ToString());

    private void Remove(IntakeId intake, params ReadOnlySpan<string> names)
    {
        var folder = FolderOf(intake);
        if (!Directory.Exists(folder))
            return;
        try
        {
#pragma warning disable RS0030 // The one place that removes spooled footage; the callers' duty stands at the public methods.
            foreach (var name in names)
            {
                if (!File.Exists(Path.Combine(folder, name)))
                    continue;
                FaultPoint.Pass("delete", name);
                File.Delete(Path.Combine(folder, name));
                Posix.SyncFolder(folder);
            }
            FaultPoint.Pass("delete", "spool folder");
            Directory.Delete(folder, recursive: false);
#pragma warning restore RS0030
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception && !Directory.Exists(folder))
        {
            // 04 and the loop of 03 settle the same intake, and so does an import beside the service: one of them was first.
        }
        Posix.SyncFolder(_root);
    }
}
