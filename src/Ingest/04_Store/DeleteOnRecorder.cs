using System.ComponentModel;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What became of a deletion on a recorder.</summary>
internal enum DeleteOutcome
{
    /// <summary>The name is gone, and its folder was synced.</summary>
    Deleted,

    /// <summary>There is no file of that name. Nothing was done.</summary>
    Absent,

    /// <summary>What lies there isn't what was proven. Nothing was done.</summary>
    Other,

    /// <summary>The recorder refused or went away; the name may be there or not.</summary>
    Failed,
}

/// <summary>Outcome with its reason, one of <see cref="ReleaseReasons"/>, for <see cref="DeleteOutcome.Other"/> and <see cref="DeleteOutcome.Failed"/>.</summary>
internal sealed record DeleteResult(DeleteOutcome Outcome, string? Reason = null);

/// <summary>
/// Deletes a file on a recorder, and only the one that was proven: it is opened without following links, has the size and time that its sighting had, is hashed
/// whole once more, and its name still leads to what was hashed. Nothing else in this program removes anything from a recorder.
/// </summary>
internal static class DeleteOnRecorder
{
    private const int ChunkBytes = 512 << 10;

    /// <summary>Does it. Never throws for what a recorder does: that is an outcome.</summary>
    /// <param name="slotPath">Root of the recorder.</param>
    /// <param name="proof">Names the file.</param>
    /// <param name="now">Before this the proof has to be good.</param>
    /// <param name="ct">Stops before the deletion, never in it.</param>
    public static DeleteResult Run(string slotPath, DeviceDeleteProof proof, Func<DateTimeOffset> now, CancellationToken ct)
    {
        var copy = proof.Copy;
        try
        {
            using var root = new SlotFolder(slotPath);
            using var file = root.Open(copy.RawPath);
            var stat = Posix.Stat(file);
            // Not by its inode: FAT has none, and the kernel may number a file anew while nobody holds it open.
            if (stat.Kind != EntryKind.File || stat.SizeBytes != copy.SizeBytes || stat.Modified != copy.ModifiedAt)
                return new DeleteResult(DeleteOutcome.Other, ReleaseReasons.Changed);
            if (DigestOf(file, ct) != copy.Sha256)
                return new DeleteResult(DeleteOutcome.Other, ReleaseReasons.OtherBytes);
            if (now() >= proof.Expires)
                return new DeleteResult(DeleteOutcome.Failed, ReleaseReasons.Expired);
            ct.ThrowIfCancellationRequested();
            return root.Remove(copy.RawPath, stat) ? new DeleteResult(DeleteOutcome.Deleted) : new DeleteResult(DeleteOutcome.Other, ReleaseReasons.Changed);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return ErrorOf(e) switch
            {
                Posix.ENOENT => new DeleteResult(DeleteOutcome.Absent),
                Posix.ENOTDIR or Posix.ELOOP => new DeleteResult(DeleteOutcome.Other, ReleaseReasons.Changed),
                Posix.EROFS => new DeleteResult(DeleteOutcome.Failed, ReleaseReasons.ReadOnly),
                _ => new DeleteResult(DeleteOutcome.Failed, ReleaseReasons.Failed),
            };
        }
    }

    /// <summary>Whether there is nothing of that name; null where the recorder doesn't answer.</summary>
    public static bool? IsAbsent(string slotPath, byte[] rawPath)
    {
        try
        {
            using var root = new SlotFolder(slotPath);
            using var file = root.Open(rawPath);
            return false;
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return ErrorOf(e) switch { Posix.ENOENT => true, Posix.ENOTDIR or Posix.ELOOP => false, _ => null };
        }
    }

    private static Sha256Digest DigestOf(SafeFileHandle file, CancellationToken ct)
    {
        // What the copy left in the cache proves nothing about the card.
        Posix.ForgetCached(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ChunkBytes];
        long at = 0;
        int length;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            FaultPoint.Pass("read", "file to be deleted");
            if ((length = RandomAccess.Read(file, buffer, at)) == 0)
                return Sha256Digest.From(hash.GetCurrentHash());
            hash.AppendData(buffer, 0, length);
            at += length;
        }
    }

    private static int ErrorOf(Exception e) => e switch
    {
        Win32Exception native => native.NativeErrorCode,
        { InnerException: Win32Exception native } => native.NativeErrorCode,
        FileNotFoundException or DirectoryNotFoundException => Posix.ENOENT,
        _ => Posix.EIO,
    };
}
