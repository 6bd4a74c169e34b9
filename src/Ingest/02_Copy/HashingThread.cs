using System.Collections.Concurrent;
using System.Security.Cryptography;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Hashes on a thread of its own what another one reads and writes meanwhile, in the order it was given.</summary>
internal sealed class HashingThread : IDisposable
{
    /// <summary>Chunks that may wait: enough to bridge a moment of the disk, few enough to stay in the processor's cache.</summary>
    private const int Buffers = 8;

    private readonly BlockingCollection<byte[]> _free = new(Buffers);
    private readonly BlockingCollection<Piece> _pieces = [];
    private readonly Task _hashing;

    public HashingThread(IncrementalHash hash, int chunkBytes)
    {
        for (var i = 0; i < Buffers; i++)
            _free.Add(GC.AllocateUninitializedArray<byte>(chunkBytes));
        _hashing = Task.Factory.StartNew(() => Hash(hash), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>A buffer that nobody uses.</summary>
    public byte[] Rent() => _free.Take();

    /// <summary>Hashes a rented buffer's first bytes; the caller may still read them until it rents the next one.</summary>
    public void Append(byte[] buffer, int length) => _pieces.Add(new Piece(buffer, length, null));

    /// <summary>The digest of all that was given until now.</summary>
    public Task<Sha256Digest> Mark()
    {
        var mark = new TaskCompletionSource<Sha256Digest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pieces.Add(new Piece([], 0, mark));
        return mark.Task;
    }

    /// <summary>Waits until all is hashed.</summary>
    public void Finish()
    {
        if (!_pieces.IsAddingCompleted)
            _pieces.CompleteAdding();
        _hashing.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        Finish();
        _pieces.Dispose();
        _free.Dispose();
    }

    private void Hash(IncrementalHash hash)
    {
        foreach (var (buffer, length, mark) in _pieces.GetConsumingEnumerable())
        {
            if (mark is not null)
            {
                mark.SetResult(Sha256Digest.From(hash.GetCurrentHash()));
                continue;
            }
            hash.AppendData(buffer, 0, length);
            _free.Add(buffer);
        }
    }

    private readonly record struct Piece(byte[] Buffer, int Length, TaskCompletionSource<Sha256Digest>? Mark);
}
