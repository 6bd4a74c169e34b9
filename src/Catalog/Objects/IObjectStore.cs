namespace YaoAn.Catalog;

/// <summary>
/// Where bytes live for years: a folder or an S3 bucket. Every implementation passes the same contract suite (tests/Catalog.Tests).
/// A store may lie: nothing here counts as stored before <see cref="ObjectGate"/> has read it back whole.
/// </summary>
public interface IObjectStore
{
    /// <summary>What the store itself does against deletion before the retention date.</summary>
    LockStrength LockStrength { get; }

    /// <summary>Makes what the store needs where it isn't there yet, and makes sure of its locks. Once at start, by the programs that put.</summary>
    /// <exception cref="StoreUnavailableException">It can't be used; the message says what to do.</exception>
    Task PrepareAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Tries to delete what the store promised to keep: a store that lets go of it enforces nothing. Once a day.</summary>
    /// <exception cref="StoreUnavailableException">It let go, or can't be asked.</exception>
    Task ProveLockAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Puts a new object. An object that has the key already is never changed; that outcome is no error.</summary>
    /// <exception cref="StoreUnavailableException">Nothing is known about the object; the same call may be made again.</exception>
    Task<PutOutcome> PutNewAsync(ObjectKey key, ObjectSource source, CancellationToken ct);

    /// <summary>Size of the stored object, or null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store can't answer.</exception>
    Task<ObjectStat?> StatAsync(ObjectKey key, CancellationToken ct);

    /// <summary>Opens stored bytes from <paramref name="offset"/> to the end; the stream can seek where the store can.</summary>
    /// <exception cref="ObjectMissingException">No such object.</exception>
    /// <exception cref="StoreUnavailableException">The store can't answer.</exception>
    Task<Stream> OpenReadAsync(ObjectKey key, long offset, CancellationToken ct);

    /// <summary>Reads a small object whole.</summary>
    /// <exception cref="ObjectMissingException">No such object.</exception>
    /// <exception cref="StoreUnavailableException">The store can't answer.</exception>
    async Task<byte[]> ReadAllAsync(ObjectKey key, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await using (var stored = await OpenReadAsync(key, 0, ct))
            await stored.CopyToAsync(whole, ct);
        return whole.ToArray();
    }

    /// <summary>Refuses deletion until a date; a date before the present one is ignored: retention never shortens.</summary>
    /// <returns>The date as read back from the store.</returns>
    /// <exception cref="ObjectMissingException">No such object.</exception>
    Task<DateTimeOffset> LockUntilAsync(ObjectKey key, DateTimeOffset until, CancellationToken ct);

    /// <summary>Removes an object. Absent is as good as removed.</summary>
    /// <exception cref="ObjectLockedException">Its retention date has not come; nothing was removed.</exception>
    Task DeleteAsync(ObjectKey key, CancellationToken ct);

    /// <summary>All objects whose key begins with <paramref name="prefix"/>, in no particular order; with their lock where the store lists it.</summary>
    /// <param name="prefix">Begin of the keys.</param>
    /// <param name="strange">Told the name of whatever lies there and can't be ours, since it is no <see cref="ObjectKey"/>.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="StoreUnavailableException">The store can't answer; the list isn't whole.</exception>
    IAsyncEnumerable<ObjectStat> ListAsync(string prefix, Action<string>? strange, CancellationToken ct);

    /// <summary>Removes what puts left behind that were begun before a time and never ended; no object is touched.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreUnavailableException">The store can't answer.</exception>
    Task<int> RemoveIncompleteAsync(DateTimeOffset begunBefore, CancellationToken ct) => Task.FromResult(0);

    /// <summary>Writes, reads back and removes a small object: shows that the store works now.</summary>
    /// <exception cref="StoreUnavailableException">It doesn't; the message says what to do.</exception>
    Task TryAsync(CancellationToken ct);
}

/// <summary>What a store does against deletion.</summary>
public enum LockStrength
{
    /// <summary>Only this product's own code refuses: whoever reaches the disk can delete. Shown amber.</summary>
    Advisory,

    /// <summary>The store itself refuses, even to its administrator (S3 Object Lock, COMPLIANCE).</summary>
    Enforced,
}

/// <summary>What became of a put.</summary>
public enum PutOutcome
{
    /// <summary>The object is new. Its bytes still have to be read back.</summary>
    Put,

    /// <summary>An object with this key was there and was not changed, as after a crash between put and its record.</summary>
    AlreadyThere,
}

/// <summary>A stored object as the store describes it.</summary>
/// <param name="Key">Key.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="LockedUntil">Date before which it can't be deleted; null without one, and in lists of a store that doesn't list it.</param>
/// <param name="PutAt">When the store took it; a folder store that took over a spooled file knows only when that was written.</param>
public sealed record ObjectStat(ObjectKey Key, long SizeBytes, DateTimeOffset? LockedUntil, DateTimeOffset? PutAt = null);

/// <summary>What to put: bytes of known length, from a file or from memory.</summary>
public abstract record ObjectSource(long SizeBytes)
{
    /// <summary>A finished, synced file that never changes again; a store on the same file system may take it over by a hard link.</summary>
    public sealed record FromFile(string Path, long SizeBytes) : ObjectSource(SizeBytes);

    /// <summary>Bytes in memory.</summary>
    public sealed record FromMemory(ReadOnlyMemory<byte> Bytes) : ObjectSource(Bytes.Length);

    /// <summary>Opens the bytes for a copy.</summary>
    public Stream Open() => this switch
    {
        FromFile file => new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0),
        FromMemory memory => new MemoryStream(memory.Bytes.ToArray(), writable: false),
        _ => throw new InvalidOperationException("An object comes from a file or from memory."),
    };
}
