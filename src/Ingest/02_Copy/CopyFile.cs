using System.Buffers;
using System.ComponentModel;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 02: reads a file off a recorder once, hashing while it writes into the spool, syncs, reads the spooled copy back and compares, then
/// writes <c>intake.json</c>. Needs neither database nor store. The loop is synchronous on its caller's thread: measured, that is as
/// fast as anything with less CPU; as many run at once as the machine has cores.
/// </summary>
internal sealed class CopyFile(Spool spool, ProbeEarly probeEarly, JournalTable journal, IOptions<StationOptions> station, TimeProvider time)
{
    /// <summary>Bytes whose digest recognises a file without reading it whole.</summary>
    public const int HeadBytes = 64 << 10;

    private const int ChunkBytes = 512 << 10;

    /// <summary>Copies one file. Never throws for what a recorder or a full disk does: that is an outcome.</summary>
    /// <param name="file">Quiet file.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="ct">Stops between two chunks and leaves nothing behind.</param>
    public CopyResult Run(FootageFile file, Action<long> progress, CancellationToken ct)
    {
        var intake = file.Intake ?? IntakeId.New(time.GetUtcNow());
        try
        {
            using var root = new SlotFolder(file.SlotPath);
            using var source = root.Open(file.UploadedAs ?? file.RawPath);
            if (Posix.Stat(source) != file.Stat)
                return new CopyResult(CopyOutcome.SourceChanged);
            var head = HeadOf(source);
            if (file.UploadedAs is null && journal.FindKnown(file.Recorder.Key, file.RawPath, file.Stat, head) is { } known)
                return new CopyResult(CopyOutcome.AlreadyHere, Known: known);
            if (spool.UsableBytes() < file.Stat.SizeBytes)
                return new CopyResult(CopyOutcome.SpoolFull);
            return CopyThenPublish(file, intake, source, head, progress, ct);
        }
        catch (SpoolFullException)
        {
            return new CopyResult(CopyOutcome.SpoolFull);
        }
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            return error is Posix.ENOENT or Posix.ENODEV or Posix.ENXIO or Posix.ENOTDIR or Posix.ELOOP
                ? new CopyResult(CopyOutcome.SourceGone, Detail: e.Message)
                : new CopyResult(CopyOutcome.SourceUnreadable, Detail: e.Message);
        }
        finally
        {
            spool.Discard(intake);
            if (!spool.Holds(intake))
                probeEarly.Forget(intake);
        }
    }

    private CopyResult CopyThenPublish(
        FootageFile file, IntakeId intake, SafeFileHandle source, Sha256Digest head, Action<long> progress, CancellationToken ct)
    {
        using var part = OnSpool(() => spool.Begin(intake));
        var copied = CopyHashing(source, part, progress, ct);
        if (Posix.Stat(source) != file.Stat || part.Length != file.Stat.SizeBytes)
            return new CopyResult(CopyOutcome.SourceChanged);
        OnSpool(() =>
        {
            part.Flush(flushToDisk: true);
            return true;
        });
        probeEarly.Look(intake, file.RawPath, part.Name, CancellationToken.None);
        // The copy, not the card, is read a second time: what lies in the spool is what everything after this line stands on.
        Posix.ForgetCached(part.SafeFileHandle);
        var spooled = OnSpool(() => HashOf(part.SafeFileHandle, part.Length, ct));
        if (spooled != copied)
            return new CopyResult(CopyOutcome.SpoolDiffers, Detail: $"SHA-256 {copied} was read, {spooled} lies in the spool");
        var manifest = ManifestOf(file, intake, copied, head);
        OnSpool(() =>
        {
            spool.Publish(manifest);
            return true;
        });
        return new CopyResult(CopyOutcome.Copied, manifest);
    }

    private IntakeManifest ManifestOf(FootageFile file, IntakeId intake, Sha256Digest copied, Sha256Digest head) => new()
    {
        Intake = intake,
        Sha256 = copied,
        Size = file.Stat.SizeBytes,
        Head = head,
        RawPath = file.RawPath,
        DisplayPath = DisplayName.Of(file.RawPath),
        Modified = file.Stat.Modified,
        Recorder = file.Recorder,
        Name = file.Name,
        SidecarOf = file.SidecarOf,
        Station = station.Value.Name,
        Slot = file.Slot,
        Session = file.Session,
        Source = file.Source,
        Uploader = file.Uploader,
        Attached = file.Attached,
        Spooled = time.GetUtcNow(),
    };

    /// <summary>Tells faults of our own disk from those of the officer's card.</summary>
    private static T OnSpool<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (IOException e)
        {
            throw new SpoolFullException(e);
        }
    }

    private static Sha256Digest CopyHashing(SafeFileHandle source, FileStream part, Action<long> progress, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            long position = 0;
            int read;
            while ((read = RandomAccess.Read(source, buffer.AsSpan(0, ChunkBytes), position)) > 0)
            {
                ct.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                OnSpool(() =>
                {
                    part.Write(buffer, 0, read);
                    return true;
                });
                position += read;
                progress(position);
            }
            return Sha256Digest.From(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Sha256Digest HashOf(SafeFileHandle file, long length, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long position = 0; position < length;)
            {
                ct.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, ChunkBytes), position);
                if (read == 0)
                    break;
                hash.AppendData(buffer, 0, read);
                position += read;
            }
            return Sha256Digest.From(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Sha256Digest HeadOf(SafeFileHandle source)
    {
        var head = new byte[HeadBytes];
        var length = 0;
        int read;
        while (length < HeadBytes && (read = RandomAccess.Read(source, head.AsSpan(length), length)) > 0)
            length += read;
        return Sha256Digest.From(SHA256.HashData(head.AsSpan(0, length)));
    }

    /// <summary>errno behind an exception of reading, as far as it can be told; .NET keeps it in HResult of an IOException.</summary>
    private static int? ErrorOf(Exception e) => e switch
    {
        Win32Exception native => native.NativeErrorCode,
        FileNotFoundException or DirectoryNotFoundException => Posix.ENOENT,
        IOException { InnerException: Win32Exception native } => native.NativeErrorCode,
        IOException io => io.HResult,
        UnauthorizedAccessException => Posix.EIO,
        _ => null,
    };

    private sealed class SpoolFullException(Exception cause) : Exception("The spool can't be written.", cause);
}
