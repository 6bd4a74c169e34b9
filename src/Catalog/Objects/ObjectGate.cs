namespace YaoAn.Catalog;

/// <summary>
/// The one gate for bytes: every original enters a store through <see cref="ReceiveAsync"/>, and only a full read of the stored
/// object counts as stored. No other code puts originals (checked by an architecture test).
/// </summary>
public sealed class ObjectGate(IObjectStore store, GiveWay way)
{
    /// <summary>
    /// Puts an original and reads the stored object back whole. When it returns, the store gave back exactly the bytes whose
    /// SHA-256 the station computed while it read the recorder. Safe to repeat at any time.
    /// </summary>
    /// <param name="clip">Gives the key.</param>
    /// <param name="source">The spooled file.</param>
    /// <param name="expected">Digest computed while copying.</param>
    /// <param name="progress">Told the bytes read back so far, at each MiB.</param>
    /// <param name="ct">Cancels; the object may then be there without having been read back.</param>
    /// <returns>Size and both digests of the stored object.</returns>
    /// <exception cref="CorruptOriginalException">The store gave back other bytes. Nothing was deleted.</exception>
    /// <exception cref="StoreUnavailableException">The store can't answer; call again later.</exception>
    public async Task<FullRead> ReceiveAsync(ClipId clip, ObjectSource source, Sha256Digest expected, Action<long>? progress, CancellationToken ct)
    {
        var key = ObjectKey.Original(clip);
        await store.PutNewAsync(key, source, ct);
        var found = await ReadAsync(key, progress, ct);
        return found.Sha256 == expected && found.SizeBytes == source.SizeBytes
            ? found
            : throw new CorruptOriginalException(key, expected, source.SizeBytes, found);
    }

    /// <summary>Reads a stored original whole, as 09 does on demand and by rota.</summary>
    /// <param name="clip">Gives the key.</param>
    /// <param name="progress">Told the bytes read so far, at each MiB.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="ObjectMissingException">It is not there.</exception>
    public Task<FullRead> ReadAsync(ClipId clip, Action<long>? progress, CancellationToken ct) => ReadAsync(ObjectKey.Original(clip), progress, ct);

    private async Task<FullRead> ReadAsync(ObjectKey key, Action<long>? progress, CancellationToken ct)
    {
        await using var stored = await store.OpenReadAsync(key, 0, ct);
        try
        {
            return await FullRead.OfAsync(stored, progress, way.Begin(), ct);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"{key} can't be read to its end: {e.Message}", e);
        }
    }
}
