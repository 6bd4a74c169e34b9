using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>
/// A folder as an object store. Objects are files 0444. A lock holds for all objects of a folder: the date stands in its
/// <c>retention.json</c> and the folder is 0555. That lock is advisory: it holds against this product, not against whoever reaches the disk.
/// </summary>
public sealed class FolderObjectStore(string root, TimeProvider time) : IObjectStore
{
    private const string RetentionFile = "retention.json";
    private const string Part = ".part";
    private static readonly EnumerationOptions s_allBelow = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };
    private const UnixFileMode ReadOnlyFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadOnlyFolder = ReadOnlyFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <inheritdoc/>
    public LockStrength LockStrength => LockStrength.Advisory;

    /// <summary>Absolute path of the file behind a key; it may not exist.</summary>
    public string PathOf(ObjectKey key) => Path.Combine(root, key.Value);

    /// <inheritdoc/>
    public Task<PutOutcome> PutNewAsync(ObjectKey key, ObjectSource source, CancellationToken ct) => Guarded(async () =>
    {
        var path = PathOf(key);
        if (File.Exists(path))
            return PutOutcome.AlreadyThere;
        var folder = Path.GetDirectoryName(path)!;
        DurableFile.CreateFolder(folder);
        using var open = Unlocked(folder);
        FaultPoint.Pass("put", key.Value);
        if (source is ObjectSource.FromFile file && Posix.Link(file.Path, path) is not LinkOutcome.CannotLink and var linked)
        {
            Posix.SyncFolder(folder);
            File.SetUnixFileMode(path, ReadOnlyFile);
            return linked == LinkOutcome.NameTaken ? PutOutcome.AlreadyThere : PutOutcome.Put;
        }
        return await CopyAsync(source, path, ct) ? PutOutcome.Put : PutOutcome.AlreadyThere;
    });

    /// <inheritdoc/>
    public Task<ObjectStat?> StatAsync(ObjectKey key, CancellationToken ct) => Guarded(() =>
    {
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? StatOf(key, file) : null);
    });

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(ObjectKey key, long offset, CancellationToken ct) => Guarded(() =>
    {
        try
        {
            FaultPoint.Pass("read-back", key.Value);
            var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
            // A read-back out of the page cache would prove nothing about the medium.
            if (offset == 0)
                Posix.ForgetCached(file.SafeFileHandle);
            file.Position = offset;
            return Task.FromResult<Stream>(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectMissingException(key);
        }
    });

    /// <inheritdoc/>
    public Task<DateTimeOffset> LockUntilAsync(ObjectKey key, DateTimeOffset until, CancellationToken ct) => Guarded(() =>
    {
        var path = PathOf(key);
        if (!File.Exists(path))
            throw new ObjectMissingException(key);
        var present = RetentionOf(path);
        if (present is null || present < until)
        {
            FaultPoint.Pass("lock", key.Value);
            using var open = Unlocked(Path.GetDirectoryName(path)!);
            DurableFile.Replace(RetentionFileOf(path), JsonSerializer.SerializeToUtf8Bytes(new Retention(until.ToUniversalTime())));
        }
        File.SetUnixFileMode(path, ReadOnlyFile);
        FaultPoint.Pass("lock", RetentionFile);
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, ReadOnlyFolder);
        return Task.FromResult(RetentionOf(path)!.Value);
    });

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectKey key, CancellationToken ct) => Guarded(() =>
    {
        var path = PathOf(key);
        if (RetentionOf(path) is { } until && until > time.GetUtcNow())
            throw new ObjectLockedException(key, until);
        if (File.Exists(path))
        {
            using var open = Unlocked(Path.GetDirectoryName(path)!);
#pragma warning disable RS0030 // The retention date was checked above.
            File.Delete(path);
#pragma warning restore RS0030
            Posix.SyncFolder(Path.GetDirectoryName(path)!);
        }
        return Task.FromResult(true);
    });

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectStat> ListAsync(string prefix, Action<string>? strange, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!Directory.Exists(root))
            yield break;
        using var files = Directory.EnumerateFiles(root, "*", s_allBelow).GetEnumerator();
        while (await Guarded(() => Task.FromResult(files.MoveNext())))
        {
            ct.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(root, files.Current).Replace(Path.DirectorySeparatorChar, '/');
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || Path.GetFileName(name) == RetentionFile || name.EndsWith(Part, StringComparison.Ordinal))
                continue;
            if (!ObjectKey.TryParse(name, out var key))
                strange?.Invoke(name);
            else if (await StatAsync(key, ct) is { } stat)
                yield return stat;
        }
    }

    /// <inheritdoc/>
    public Task<int> RemoveIncompleteAsync(DateTimeOffset begunBefore, CancellationToken ct) => Guarded(() =>
    {
        var removed = 0;
        foreach (var path in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*" + Part, s_allBelow) : [])
        {
            ct.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) >= begunBefore.UtcDateTime)
                continue;
            using var open = Unlocked(Path.GetDirectoryName(path)!);
#pragma warning disable RS0030 // A temporary name of a put that ended long ago.
            File.Delete(path);
#pragma warning restore RS0030
            removed++;
        }
        return Task.FromResult(removed);
    });

    /// <inheritdoc/>
    public Task TryAsync(CancellationToken ct) => Guarded(async () =>
    {
        var key = new ObjectKey("canary/" + Guid.CreateVersion7(time.GetUtcNow()));
        var bytes = Encoding.UTF8.GetBytes(time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        await PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);
        var back = await File.ReadAllBytesAsync(PathOf(key), ct);
        await DeleteAsync(key, ct);
        return back.AsSpan().SequenceEqual(bytes)
            ? true
            : throw new StoreUnavailableException($"The store folder {root} gave back other bytes than were written: check its disk.");
    });

    /// <summary>Copy through a temporary name, synced before the final name is given: false where the name was taken meanwhile.</summary>
    private async Task<bool> CopyAsync(ObjectSource source, string path, CancellationToken ct)
    {
        // A name of its own for each put: a thread takes up other puts while this one waits, and two of a key must not share a part.
        var part = $"{path}.{Guid.CreateVersion7(time.GetUtcNow()):N}.part";
        try
        {
            await using (var from = source.Open())
            await using (var to = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                FaultPoint.Pass("write", part);
                await from.CopyToAsync(to, 1 << 20, ct);
                FaultPoint.Pass("fsync", part);
                to.Flush(flushToDisk: true);
            }
            if (Posix.Link(part, path) == LinkOutcome.NameTaken)
                return false;
            if (!File.Exists(path))
                DurableFile.PublishNew(part, path);
            Posix.SyncFolder(Path.GetDirectoryName(path)!);
            File.SetUnixFileMode(path, ReadOnlyFile);
            return true;
        }
        finally
        {
#pragma warning disable RS0030 // Our own temporary name.
            File.Delete(part);
#pragma warning restore RS0030
        }
    }

    private static ObjectStat StatOf(ObjectKey key, FileInfo file) => new(key, file.Length, RetentionOf(file.FullName), file.LastWriteTimeUtc);

    private static string RetentionFileOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, RetentionFile);

    private static DateTimeOffset? RetentionOf(string path)
    {
        var retention = RetentionFileOf(path);
        return File.Exists(retention) ? JsonSerializer.Deserialize<Retention>(File.ReadAllBytes(retention))!.Until : null;
    }

    /// <summary>Makes a locked folder writable for one change of ours, and locks it again.</summary>
    private static FolderMode Unlocked(string folder) => new(folder, File.GetUnixFileMode(folder));

    private static async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new StoreUnavailableException($"The store folder can't be used: {e.Message}", e);
        }
    }

    private sealed record Retention(DateTimeOffset Until);

    private readonly struct FolderMode : IDisposable
    {
        private readonly string _folder;
        private readonly UnixFileMode _before;

        public FolderMode(string folder, UnixFileMode before)
        {
            (_folder, _before) = (folder, before);
            if ((before & UnixFileMode.UserWrite) == 0)
                File.SetUnixFileMode(folder, before | UnixFileMode.UserWrite);
        }

        public void Dispose()
        {
            if ((_before & UnixFileMode.UserWrite) == 0)
                File.SetUnixFileMode(_folder, _before);
        }
    }
}
