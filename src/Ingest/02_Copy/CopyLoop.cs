using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The bytes' way from a recorder into the spool: read once, hashed and written while they are in the processor's cache, synced, and read again from the
/// medium. Behind a large file follows a thread that syncs what was written, notes how far a copy has come that can go on there, and, where the recorder is
/// the slow one, reads it again while the rest is still being copied.
/// </summary>
internal sealed class CopyLoop : IDisposable
{
    /// <summary>Bytes that are read at once.</summary>
    private const int ChunkBytes = 256 << 10;

    /// <summary>The follower is sent off after so much at least.</summary>
    private const long StrideBytes = 64 << 20;

    /// <summary>What comes faster keeps the disk busy: reading it again beside the copy would take longer than reading it afterwards, in one go.</summary>
    private const long FastBytesPerSecond = 250 << 20;

    /// <summary>So much is written before the disk is set to work on it: it has something to do while the rest is read and hashed.</summary>
    private const long WriteOutBytes = 4 << 20;

    private readonly SafeFileHandle _source;
    private readonly SafeFileHandle _part;
    private readonly SourceWatch _watch;
    private readonly Action<long> _progress;
    private readonly Action<long, Sha256Digest> _synced;
    private readonly bool _readsBack;
    private readonly IncrementalHash _read = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _spooled = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly MediumReader _medium;
    private long _writtenOutTo;
    private Task _follower = Task.CompletedTask;

    /// <param name="source">Open file of a recorder.</param>
    /// <param name="part">Open file of the spool.</param>
    /// <param name="watch">Told of each wait for the recorder.</param>
    /// <param name="progress">Told the bytes copied so far.</param>
    /// <param name="synced">Told how many bytes survive a power loss now, with their digest as they were read from the recorder.</param>
    /// <param name="readsBack">False only in a benchmark that measures the copy alone.</param>
    public CopyLoop(
        SafeFileHandle source, SafeFileHandle part, SourceWatch watch, Action<long> progress, Action<long, Sha256Digest> synced, bool readsBack)
    {
        (_source, _part, _watch, _progress, _synced, _readsBack) = (source, part, watch, progress, synced, readsBack);
        _medium = new MediumReader(part);
    }

    /// <summary>Bytes that were read and written.</summary>
    public long Position { get; private set; }

    /// <summary>Takes over the first bytes of an interrupted copy, read again from the medium; false where they aren't what was once read.</summary>
    public bool Resume(PartialCopy kept, CancellationToken ct)
    {
        if (RandomAccess.GetLength(_part) < kept.CopiedBytes)
            return false;
        OnSpool(() => ReadAgain(kept.CopiedBytes, _read, ct));
        if (Sha256Digest.From(_read.GetCurrentHash()) != kept.Copied || !EndsAlike(kept.CopiedBytes))
            return false;
        RandomAccess.SetLength(_part, kept.CopiedBytes);
        Position = _writtenOutTo = kept.CopiedBytes;
        _progress(Position);
        return true;
    }

    /// <summary>Copies from <see cref="Position"/> to the end of the source.</summary>
    /// <param name="ct">Stops between two chunks.</param>
    /// <returns>Digest of what was read from the recorder.</returns>
    public Sha256Digest Copy(CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var (sent, since) = (Position, Stopwatch.GetTimestamp());
        try
        {
            int length;
            while ((length = ReadSource(buffer, ct)) > 0)
            {
                _read.AppendData(buffer, 0, length);
                Write(buffer, length);
                _progress(Position);
                if (Position - sent < StrideBytes || !_follower.IsCompleted)
                    continue;
                _follower.GetAwaiter().GetResult();
                var isSlow = (Position - sent) / Stopwatch.GetElapsedTime(since).TotalSeconds < FastBytesPerSecond;
                _follower = FollowAsync(Position, Read(), isSlow, ct);
                (sent, since) = (Position, Stopwatch.GetTimestamp());
            }
            return Read();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Syncs the copy. Whatever was copied then survives a power loss.</summary>
    public void Sync()
    {
        _follower.GetAwaiter().GetResult();
        OnSpool(() =>
        {
            FaultPoint.Pass("fsync", "original.part");
            RandomAccess.FlushToDisk(_part);
        });
    }

    /// <summary>Digest of what lies in the spool, read from the medium: what everything after this line stands on.</summary>
    public Sha256Digest ReadBack(CancellationToken ct)
    {
        if (!_readsBack)
            return Sha256Digest.From(_read.GetCurrentHash());
        OnSpool(() =>
        {
            FaultPoint.Pass("read-back", "original.part");
            ReadAgain(RandomAccess.GetLength(_part), null, ct);
        });
        return Sha256Digest.From(_spooled.GetCurrentHash());
    }

    /// <summary>Digest of what was read until now.</summary>
    public Sha256Digest Read() => Sha256Digest.From(_read.GetCurrentHash());

    public void Dispose()
    {
        // A follower that fails after the copy did has nothing to add.
        Task.WhenAny(_follower).GetAwaiter().GetResult();
        _medium.Dispose();
        _read.Dispose();
        _spooled.Dispose();
    }

    /// <summary>Makes all up to <paramref name="to"/> durable, and reads it again if the disk has time for that, beside the copy that goes on.</summary>
    private Task FollowAsync(long to, Sha256Digest digest, bool isSlow, CancellationToken ct) => Task.Factory.StartNew(
        () =>
        {
            OnSpool(() =>
            {
                FaultPoint.Pass("fsync", "original.part");
                RandomAccess.FlushToDisk(_part);
            });
            _synced(to, digest);
            if (_readsBack && isSlow)
                OnSpool(() => ReadAgain(to, null, ct));
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private int ReadSource(byte[] buffer, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        FaultPoint.Pass("read", "source");
        return _watch.Await(() => RandomAccess.Read(_source, buffer.AsSpan(0, ChunkBytes), Position));
    }

    private void Write(byte[] buffer, int length)
    {
        OnSpool(() =>
        {
            FaultPoint.Pass("write", "original.part");
            RandomAccess.Write(_part, buffer.AsSpan(0, length), Position);
        });
        Position += length;
        if (Position - _writtenOutTo < WriteOutBytes)
            return;
        Posix.BeginWritingOut(_part, _writtenOutTo, Position - _writtenOutTo);
        _writtenOutTo = Position;
    }

    /// <summary>Reads the copy again from where this was last done: the card isn't asked a second time.</summary>
    private void ReadAgain(long to, IncrementalHash? also, CancellationToken ct) => _medium.ReadTo(
        to,
        piece =>
        {
            _spooled.AppendData(piece);
            also?.AppendData(piece);
        },
        ct);

    /// <summary>Whether recorder and spool agree on the last bytes before the place where the copy was interrupted.</summary>
    private bool EndsAlike(long at)
    {
        var length = (int)Math.Min(at, CopyFile.HeadBytes);
        var (there, here) = (new byte[length], new byte[length]);
        return _watch.Await(() => ReadWhole(_source, there, at - length)) && ReadWhole(_part, here, at - length) && there.AsSpan().SequenceEqual(here);
    }

    private static bool ReadWhole(SafeFileHandle file, byte[] into, long from)
    {
        var length = 0;
        int read;
        while (length < into.Length && (read = RandomAccess.Read(file, into.AsSpan(length), from + length)) > 0)
            length += read;
        return length == into.Length;
    }

    /// <summary>Tells faults of our own disk from those of the officer's card.</summary>
    internal static void OnSpool(Action work)
    {
        try
        {
            work();
        }
        catch (IOException e)
        {
            throw new SpoolFullException(e);
        }
    }
}

/// <summary>The spool's disk is full or broken (culprit: station).</summary>
internal sealed class SpoolFullException(Exception cause) : Exception($"The spool can't be written: {cause.Message}", cause);
