using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>A stored original as a local file, for tools that need one.</summary>
internal sealed class StoredFiles(ObjectStores stores, IOptions<DataOptions> data)
{
    /// <summary>Opens it; the folder store's own file is used as it is, read-only, and a bucket's object is fetched into a file for as long.</summary>
    /// <exception cref="ObjectMissingException">The store lacks it.</exception>
    /// <exception cref="StoreUnavailableException">The store can't give it now.</exception>
    public async Task<StoredFile> OpenAsync(ClipId clip, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        if (stores.Originals is FolderObjectStore folder)
            return await folder.StatAsync(key, ct) is null ? throw new ObjectMissingException(key) : new StoredFile(folder.PathOf(key), IsOurs: false);
        // One worker at a time has a clip: what a crash left under this name is written over.
        var path = Path.Combine(data.Value.RunFolder, "fetched", clip.ToString());
        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        var fetched = new StoredFile(path, IsOurs: true);
        try
        {
            await using var from = await stores.Originals.OpenReadAsync(key, 0, ct);
            await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
            await from.CopyToAsync(to, 1 << 20, ct);
            return fetched;
        }
        catch (Exception e)
        {
            await fetched.DisposeAsync();
            if (e is IOException)
                throw new StoreUnavailableException($"{key} could not be fetched: {e.Message}", e);
            throw;
        }
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
