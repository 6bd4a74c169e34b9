namespace YaoAn.Ingest;

/// <summary>Room on the spool's disk that one copy was promised; disposing gives back what it didn't use.</summary>
/// <param name="bytes">How much.</param>
/// <param name="release">Told once it is given back.</param>
internal sealed class SpoolRoom(long bytes, Action<SpoolRoom> release) : IDisposable
{
    private long _used;

    /// <summary>Bytes that were not written yet.</summary>
    public long Left => Math.Max(0, bytes - Volatile.Read(ref _used));

    /// <summary>So many bytes of it are written, and no longer free.</summary>
    public void Used(long soFar) => Volatile.Write(ref _used, soFar);

    public void Dispose() => release(this);
}
