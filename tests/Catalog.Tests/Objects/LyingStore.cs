namespace YaoAn.Catalog.Tests.Objects;

/// <summary>A store that works but for what it gives back: the wrappers that a read-back must see through.</summary>
internal sealed class LyingStore(IObjectStore honest, Func<byte[], byte[]> lie) : IObjectStore
{
    public LockStrength LockStrength => honest.LockStrength;

    public static byte[] FlipABit(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 0x10;
        return bytes;
    }

    public static byte[] CutShort(byte[] bytes) => bytes[..^1];

    public static byte[] AddOne(byte[] bytes) => [.. bytes, 0];

    public Task<PutOutcome> PutNewAsync(ObjectKey key, ObjectSource source, CancellationToken ct) => honest.PutNewAsync(key, source, ct);

    public Task<ObjectStat?> StatAsync(ObjectKey key, CancellationToken ct) => honest.StatAsync(key, ct);

    public async Task<Stream> OpenReadAsync(ObjectKey key, long offset, CancellationToken ct)
    {
        await using var stream = await honest.OpenReadAsync(key, offset, ct);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, ct);
        return new MemoryStream(lie(bytes.ToArray()));
    }

    public Task<DateTimeOffset> LockUntilAsync(ObjectKey key, DateTimeOffset until, CancellationToken ct) => honest.LockUntilAsync(key, until, ct);

    public Task DeleteAsync(ObjectKey key, CancellationToken ct) => honest.DeleteAsync(key, ct);

    public IAsyncEnumerable<ObjectStat> ListAsync(string prefix, Action<string>? strange, CancellationToken ct) => honest.ListAsync(prefix, strange, ct);

    public Task TryAsync(CancellationToken ct) => honest.TryAsync(ct);
}
