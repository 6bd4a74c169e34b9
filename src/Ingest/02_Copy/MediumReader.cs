using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Reads what was synced of a file from its medium, past the kernel's cache: a read out of the cache would prove nothing, and would copy each byte once
/// more. Where the file system has no such reads, the kernel is asked to drop what it holds, and does so as a rule.
/// </summary>
/// <param name="file">Open file; it may grow meanwhile.</param>
internal sealed class MediumReader(SafeFileHandle file) : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>A multiple of the block of every medium that is met.</summary>
    private const int BlockBytes = 4096;

    /// <summary>Chunks that wait to be worked on: reading and hashing hide behind each other.</summary>
    private const int Ahead = 1;

    /// <summary>Used again and again, by as many files as are copied at once.</summary>
    private static readonly ConcurrentBag<byte[]> s_buffers = [];

    private SafeFileHandle? _direct = Posix.TryOpenDirect(file);

    /// <summary>Bytes that were read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Reads on to a place, or to the end of the file where that comes first.</summary>
    /// <param name="to">Place; all before it is synced.</param>
    /// <param name="piece">Given the bytes in their order, while those that follow are being read.</param>
    /// <param name="ct">Stops between two chunks.</param>
    public void ReadTo(long to, Action<ReadOnlySpan<byte>> piece, CancellationToken ct)
    {
        if (_direct is null)
            Posix.ForgetCached(file, Position, to - Position);
        var pieces = Pieces(Position, to, ct);
        // A thread has its price: not for one chunk.
        foreach (var (buffer, from, length) in to - Position > ChunkBytes ? ReadAhead.Of(pieces, Ahead) : pieces)
        {
            piece(buffer.AsSpan(from, length));
            Position += length;
            s_buffers.Add(buffer);
        }
    }

    private IEnumerable<(byte[] Buffer, int From, int Length)> Pieces(long at, long to, CancellationToken ct)
    {
        while (at < to)
        {
            ct.ThrowIfCancellationRequested();
            if (!s_buffers.TryTake(out var buffer))
                buffer = GC.AllocateUninitializedArray<byte>(ChunkBytes + BlockBytes, pinned: true);
            // The memory of a direct read begins at a block as well.
            var aligned = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0) & (BlockBytes - 1));
            var before = (int)(at % BlockBytes);
            var read = (int)Math.Min(Read(buffer.AsSpan(aligned, ChunkBytes), at - before) - before, to - at);
            if (read <= 0)
                yield break;
            yield return (buffer, aligned + before, read);
            at += read;
        }
    }

    public void Dispose() => _direct?.Dispose();

    private int Read(Span<byte> buffer, long from)
    {
        if (_direct is not null)
        {
            try
            {
                return RandomAccess.Read(_direct, buffer, from);
            }
            catch (IOException e) when (e.HResult == Posix.EINVAL)
            {
                // Its blocks are larger: as without direct reads.
                _direct.Dispose();
                _direct = null;
                Posix.ForgetCached(file, from);
            }
        }
        return RandomAccess.Read(file, buffer, from);
    }
}
