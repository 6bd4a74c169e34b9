using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// One <c>dock</c> a station (fault 20): two would open two sessions for each recorder and copy every file twice. The kernel holds it for the process
/// and lets it go with it, however it ends.
/// </summary>
internal sealed class DockLock : IDisposable
{
    private readonly FileStream _file;

    private DockLock(FileStream file) => _file = file;

    /// <summary>Takes it; null where another process has it.</summary>
    public static DockLock? TryTake(DataOptions data)
    {
        Directory.CreateDirectory(data.RunFolder);
        try
        {
            return new DockLock(new FileStream(Path.Combine(data.RunFolder, "dock.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
