using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Minio.Exceptions;

namespace YaoAn.Catalog;

/// <summary>
/// A bucket as an object store. With locks, deletion is refused by the server itself. A bucket with versions can't be told to keep a key's
/// first object: so the oldest version of the right size <i>is</i> the object, and whatever is put over it later, or a delete marker, changes nothing
/// of what is read. Call <see cref="PrepareAsync"/> before first use.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private readonly S3Bucket _bucket;
    private readonly int? _lockDays;
    private readonly SemaphoreSlim _uploads;
    private readonly TimeProvider _time;

    /// <summary>Versions that were put or found by this process and are not locked yet: between put, read-back and lock it stays with one.</summary>
    private readonly ConcurrentDictionary<ObjectKey, S3Version> _chosen = new();

    /// <summary>A store over one bucket of a server.</summary>
    /// <param name="server">Scheme, host and port.</param>
    /// <param name="bucket">Name of the bucket.</param>
    /// <param name="keys">Access key and secret key.</param>
    /// <param name="region">Region that requests are signed for.</param>
    /// <param name="lockDays">Days that an object is locked from birth (0: locks without a default); null for a bucket without locks.</param>
    /// <param name="uploads">Cap on uploads in flight, shared by the stores of a process.</param>
    /// <param name="time">Clock.</param>
    /// <param name="transport">Carries the requests; the network by default.</param>
    public S3ObjectStore(
        Uri server, string bucket, (string Access, string Secret) keys, string region, int? lockDays, SemaphoreSlim uploads, TimeProvider time, HttpMessageHandler? transport = null)
    {
        (_lockDays, _uploads, _time) = (lockDays, uploads, time);
        _bucket = new S3Bucket(server, bucket, keys.Access, keys.Secret, region, transport);
    }

    /// <inheritdoc/>
    public LockStrength LockStrength => _lockDays is null ? LockStrength.Advisory : LockStrength.Enforced;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken ct) => Guarded(
        async () =>
        {
            await _bucket.PrepareAsync(_lockDays, ct);
            return true;
        },
        ct);

    /// <inheritdoc/>
    public Task<PutOutcome> PutNewAsync(ObjectKey key, ObjectSource source, CancellationToken ct) => Guarded(
        async () =>
        {
            if (await RightAsync(key, source, ct) is { } present)
            {
                Choose(key, present);
                return PutOutcome.AlreadyThere;
            }
            if (source.SizeBytes > S3Bucket.MostBytesOfOnePut)
                throw new StoreUnavailableException($"{key} has {source.SizeBytes} bytes, more than this store takes in one piece (5 GiB): use a folder store for recordings of this size.");
            await _uploads.WaitAsync(ct);
            string? put;
            try
            {
                put = await _bucket.PutAsync(key, source, ct);
            }
            finally
            {
                _uploads.Release();
            }
            // Two that put at once: the server's order decides, and both see the same.
            var right = await RightAsync(key, source, ct)
                ?? throw new StoreUnavailableException($"{key} was taken and isn't listed with its {source.SizeBytes} bytes: check the store.");
            Choose(key, right);
            return put is not null && right.VersionId == put ? PutOutcome.Put : PutOutcome.AlreadyThere;
        },
        ct);

    /// <inheritdoc/>
    public Task<ObjectStat?> StatAsync(ObjectKey key, CancellationToken ct) => Guarded(
        async () => await FindAsync(key, ct) is { } version
            ? new ObjectStat(key, version.SizeBytes, _lockDays is null ? null : await _bucket.RetainedUntilAsync(key, version, ct), version.PutAt)
            : null,
        ct);

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(ObjectKey key, long offset, CancellationToken ct) => Guarded(
        async () => await FindAsync(key, ct) is { } version && await _bucket.OpenAsync(key, version, offset, ct) is { } bytes
            ? bytes
            : throw new ObjectMissingException(key),
        ct);

    /// <inheritdoc/>
    public Task<DateTimeOffset> LockUntilAsync(ObjectKey key, DateTimeOffset until, CancellationToken ct) => Guarded(
        async () =>
        {
            var version = await FindAsync(key, ct) ?? throw new ObjectMissingException(key);
            if (_lockDays is null)
                throw new StoreUnavailableException($"The bucket {_bucket.Name} has no Object Lock.");
            // The server keeps whole seconds: never less than was asked for.
            var wanted = until.ToUniversalTime();
            if (wanted.Ticks % TimeSpan.TicksPerSecond is not 0 and var rest)
                wanted = wanted.AddTicks(TimeSpan.TicksPerSecond - rest);
            if (await _bucket.RetainedUntilAsync(key, version, ct) is not { } present || present < wanted)
                await _bucket.RetainAsync(key, version, wanted, ct);
            var kept = await _bucket.RetainedUntilAsync(key, version, ct);
            if (kept is null || kept < wanted)
                throw new StoreUnavailableException($"{key} was to be kept until {wanted:u}, and the store says {kept:u}: check its Object Lock.");
            _chosen.TryRemove(key, out _);
            return kept.Value;
        },
        ct);

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectKey key, CancellationToken ct) => Guarded(
        async () =>
        {
            // Newest first, so that a refusal in the middle leaves the object itself.
            foreach (var version in (await _bucket.VersionsAsync(key, ct)).Reverse())
            {
                if (!await _bucket.RemoveAsync(key, version, ct))
                    throw new ObjectLockedException(key, await _bucket.RetainedUntilAsync(key, version, ct) ?? DateTimeOffset.MaxValue);
            }
            _chosen.TryRemove(key, out _);
            return true;
        },
        ct);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectStat> ListAsync(string prefix, Action<string>? strange, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var listed = _bucket.ListAsync(prefix, strange, ct).GetAsyncEnumerator(ct);
        while (await Guarded(async () => await listed.MoveNextAsync(), ct))
            yield return listed.Current;
    }

    /// <inheritdoc/>
    public Task<int> RemoveIncompleteAsync(DateTimeOffset begunBefore, CancellationToken ct) => Guarded(() => _bucket.RemoveIncompleteAsync(begunBefore, ct), ct);

    /// <inheritdoc/>
    public Task TryAsync(CancellationToken ct) => Guarded(
        async () =>
        {
            if (!await _bucket.ExistsAsync(ct))
                throw new StoreUnavailableException($"There is no bucket {_bucket.Name}: the first start of 'ingest run' makes it; if it was there before, check the store.");
            // What is put into a bucket with locks stays for a day at least; asking it is enough there.
            if (_lockDays is not null)
                return true;
            var key = new ObjectKey("canary/" + Guid.CreateVersion7(_time.GetUtcNow()));
            var bytes = System.Text.Encoding.UTF8.GetBytes(key.Value);
            await PutNewAsync(key, new ObjectSource.FromMemory(bytes), ct);
            var back = await ((IObjectStore)this).ReadAllAsync(key, ct);
            await DeleteAsync(key, ct);
            return back.AsSpan().SequenceEqual(bytes)
                ? true
                : throw new StoreUnavailableException($"The bucket {_bucket.Name} gave back other bytes than were put: check the store.");
        },
        ct);

    /// <inheritdoc/>
    public Task ProveLockAsync(CancellationToken ct) => Guarded(
        async () =>
        {
            if (_lockDays is not > 0)
                return true;
            var today = new ObjectKey($"canary/{_time.GetUtcNow():yyyyMMdd}");
            await PutNewAsync(today, new ObjectSource.FromMemory(System.Text.Encoding.UTF8.GetBytes(today.Value)), ct);
            _chosen.TryRemove(today, out _);
            foreach (var version in await _bucket.VersionsAsync(today, ct))
            {
                if (await _bucket.RemoveAsync(today, version, ct))
                    throw new StoreUnavailableException($"The bucket {_bucket.Name} let a locked object be deleted: its Object Lock isn't enforced, so originals aren't safe in it. Check the store before you rely on it.");
            }
            // Those of earlier days, as far as their locks have ended.
            await foreach (var old in _bucket.ListAsync("canary/", strange: null, ct))
            {
                foreach (var version in old.Key == today ? [] : await _bucket.VersionsAsync(old.Key, ct))
                    await _bucket.RemoveAsync(old.Key, version, ct);
            }
            return true;
        },
        ct);

    /// <inheritdoc/>
    public void Dispose() => _bucket.Dispose();

    /// <summary>Without locks there is one version only, and no lock that would end the choice: nothing to hold on to.</summary>
    private void Choose(ObjectKey key, S3Version version)
    {
        if (_lockDays is not null)
            _chosen[key] = version;
    }

    /// <summary>The oldest version of the size that is to be stored: another size is what a broken put left behind.</summary>
    private async Task<S3Version?> RightAsync(ObjectKey key, ObjectSource source, CancellationToken ct) =>
        (await _bucket.VersionsAsync(key, ct)).FirstOrDefault(version => version.SizeBytes == source.SizeBytes);

    /// <summary>
    /// The version that is the object: the one in hand; else the only one; else, where a broken put or a stranger left more, the oldest
    /// that was locked after a read-back, since only that lock reaches further than a bucket's default.
    /// </summary>
    private async Task<S3Version?> FindAsync(ObjectKey key, CancellationToken ct)
    {
        if (_chosen.TryGetValue(key, out var chosen))
            return chosen;
        var versions = await _bucket.VersionsAsync(key, ct);
        if (versions is not [var first, _, ..] || _lockDays is null)
            return versions is [var only, ..] ? only : null;
        foreach (var version in versions)
        {
            if (await _bucket.RetainedUntilAsync(key, version, ct) is { } until && until > version.PutAt.AddDays(_lockDays.Value + 1))
                return version;
        }
        return first;
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> work, CancellationToken ct)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is MinioException or HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new StoreUnavailableException($"The store can't be used: {(e is MinioException { Response: { } answer } ? $"{answer.Code} {answer.Message}" : e.Message)}", e);
        }
    }
}
