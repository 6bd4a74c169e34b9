using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// An original as a local file, for tools that need one. Of a bucket's object the station keeps what lay in its spool, or what it fetched once, until
/// 06 is done with it: so that nothing is fetched twice, and nobody who watches waits for a fetch. What is kept is a copy of stored bytes and can
/// go at any time.
/// </summary>
internal sealed class StoredFiles(ObjectStores stores, Spool spool, JournalTable journal, IOptions<DataOptions> data, TimeProvider time)
{
    private const string Kept = "kept";
    private static readonly TimeSpan s_longestKept = TimeSpan.FromHours(12);

    private string Folder => Path.Combine(data.Value.RunFolder, "fetched");

    /// <summary>Opens a stored original.</summary>
    /// <exception cref="ObjectMissingException">The store lacks it.</exception>
    /// <exception cref="StoreUnavailableException">The store can't give it now.</exception>
    public async Task<StoredFile> OpenAsync(ClipId clip, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        if (stores.Originals is FolderObjectStore folder)
            return await folder.StatAsync(key, ct) is null ? throw new ObjectMissingException(key) : new StoredFile(folder.PathOf(key), IsOurs: false);
        var file = new StoredFile(NewPathOf(clip), IsOurs: true);
        if (TryLink(KeptPathOf(clip), file.Path))
            return file;
        try
        {
            await using (var from = await stores.Originals.OpenReadAsync(key, 0, ct))
            await using (var to = new FileStream(file.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
                await from.CopyToAsync(to, 1 << 20, ct);
            Keep(clip, file.Path);
            return file;
        }
        catch (Exception e)
        {
            await file.DisposeAsync();
            if (e is IOException)
                throw new StoreUnavailableException($"{key} could not be fetched: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Opens an original that may not be stored yet. It stays what it is while it is open, whatever the spool lets go.</summary>
    /// <exception cref="ObjectMissingException">It is neither in the spool nor in the store.</exception>
    /// <exception cref="StoreUnavailableException">The store can't give it now.</exception>
    public async Task<StoredFile> OpenEarlyAsync(ClipId clip, CancellationToken ct)
    {
        var intake = journal.OfClip(clip).FirstOrDefault(intake => intake.State < IntakeState.Stored && spool.Holds(intake.Intake));
        if (intake is not null)
        {
            var file = new StoredFile(NewPathOf(clip), IsOurs: true);
            if (TryLink(spool.OriginalOf(intake.Intake), file.Path))
                return file;
        }
        return await OpenAsync(clip, ct);
    }

    /// <summary>Keeps a local file of a stored original under a name of its own, if it isn't kept yet and the disk has room: no byte is copied.</summary>
    public void Keep(ClipId clip, string path)
    {
        if (stores.Originals is FolderObjectStore)
            return;
        var isTight = spool.UsableBytes() <= 0;
        foreach (var folder in Directory.Exists(Folder) ? Directory.EnumerateDirectories(Folder) : [])
        {
            if (isTight || time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > s_longestKept)
                Remove(Path.Combine(folder, Kept));
        }
        if (isTight)
            return;
        Directory.CreateDirectory(FolderOf(clip));
        _ = TryLink(path, KeptPathOf(clip));
    }

    /// <summary>Lets go of what was kept of a clip. Whoever has it open goes on.</summary>
    public void Forget(ClipId clip) => Remove(KeptPathOf(clip));

    /// <summary>Removes what a killed process left.</summary>
    public void ForgetAll()
    {
#pragma warning disable RS0030 // Copies of our own making; the originals are in the store.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
#pragma warning restore RS0030
    }

    private string FolderOf(ClipId clip) => Path.Combine(Folder, clip.ToString());

    private string KeptPathOf(ClipId clip) => Path.Combine(FolderOf(clip), Kept);

    private string NewPathOf(ClipId clip)
    {
        Directory.CreateDirectory(FolderOf(clip));
        return Path.Combine(FolderOf(clip), Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));
    }

    private static bool TryLink(string existing, string made)
    {
        try
        {
            return Posix.Link(existing, made) == LinkOutcome.Linked;
        }
        catch (IOException)
        {
            // Gone meanwhile, or never there: the store has it.
            return false;
        }
    }

    private static void Remove(string copy)
    {
#pragma warning disable RS0030 // A copy of our own making; the original is in the store.
        if (File.Exists(copy))
            File.Delete(copy);
#pragma warning restore RS0030
    }
}

/// <summary>A local file that stays while this is not disposed.</summary>
internal sealed record StoredFile(string Path, bool IsOurs) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
#pragma warning disable RS0030 // Our own copy in scratch space; the original is in the store.
        if (IsOurs)
            File.Delete(Path);
#pragma warning restore RS0030
        return ValueTask.CompletedTask;
    }
}
