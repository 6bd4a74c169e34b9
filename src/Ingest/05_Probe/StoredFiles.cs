using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>A stored original as a local file, for tools that need one.</summary>
internal sealed class StoredFiles(ObjectStores stores)
{
    /// <summary>Opens it; the folder store's own file is used as it is, read-only.</summary>
    /// <exception cref="ObjectMissingException">The store lacks it.</exception>
    public async Task<StoredFile> OpenAsync(ClipId clip, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        if (stores.Originals is not FolderObjectStore folder)
            throw new NotSupportedException("Only the folder store is known.");
        return await folder.StatAsync(key, ct) is null ? throw new ObjectMissingException(key) : new StoredFile(folder.PathOf(key));
    }
}

/// <summary>A local file that stays while this is not disposed.</summary>
internal sealed record StoredFile(string Path) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
