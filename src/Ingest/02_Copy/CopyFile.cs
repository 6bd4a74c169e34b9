using System.ComponentModel;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 02: reads a file off a recorder once, hashing while it writes into the spool, syncs, reads the spooled copy back and compares, then
/// writes <c>intake.json</c>. Needs neither database nor store. An interrupted copy goes on where it ended when the same file of the same recorder
/// is seen again, in whichever slot (fault 1).
/// </summary>
internal sealed class CopyFile(
    Spool spool, ProbeEarly probeEarly, JournalTable journal, IOptions<StationOptions> station, IOptions<CopyOptions> copy, TimeProvider time)
{
    /// <summary>Bytes whose digest recognises a file without reading it whole.</summary>
    public const int HeadBytes = 64 << 10;

    /// <summary>Less than this isn't worth going on with.</summary>
    private const long PartialBytes = 1 << 20;

    /// <summary>An interrupted copy waits so long for its recorder to come back; then its bytes go, and the file is copied anew.</summary>
    public static readonly TimeSpan PartialFor = TimeSpan.FromDays(7);

    /// <summary>Copies one file. Never throws for what a recorder or a full disk does: that is an outcome.</summary>
    /// <param name="file">Quiet file.</param>
    /// <param name="progress">Told the bytes read so far.</param>
    /// <param name="watch">Told of each wait for the recorder.</param>
    /// <param name="ct">Stops between two chunks.</param>
    public CopyResult Run(FootageFile file, Action<long> progress, SourceWatch watch, CancellationToken ct)
    {
        var intake = file.Intake ?? IntakeId.New(time.GetUtcNow());
        var isKept = false;
        try
        {
            using var root = new SlotFolder(file.SlotPath);
            using var source = watch.Await(() => root.Open(file.UploadedAs ?? file.RawPath));
            if (watch.Await(() => Posix.Stat(source)) != file.Stat)
                return new CopyResult(CopyOutcome.SourceChanged);
            var head = watch.Await(() => HeadOf(source));
            if (file.UploadedAs is null && journal.FindKnown(file.Recorder.Key, file.RawPath, file.Stat, head) is { } known)
                return new CopyResult(CopyOutcome.AlreadyHere, Known: known);
            var begun = file.UploadedAs is null ? journal.FindPartial(file.Recorder.Key, file.RawPath, file.Stat, head) : null;
            using var room = RoomFor(file.Stat.SizeBytes - (begun?.CopiedBytes ?? 0), begun?.Intake);
            if (room is null)
                return new CopyResult(CopyOutcome.SpoolFull);
            using (var resumed = begun is null ? null : Reopen(begun))
            {
                using var loop = resumed is null ? null : LoopOf(file, begun!.Intake, source, head, resumed, Counting(begun.CopiedBytes), watch);
                if (loop?.Resume(begun!, ct) == true)
                {
                    intake = begun!.Intake;
                    return CopyThenPublish(file, intake, source, head, resumed!, loop, watch, ref isKept, ct);
                }
            }
            if (begun is not null && spool.IsIdle(begun.Intake))
                Drop(begun.Intake);
            using var fresh = OnSpool(() => spool.Begin(intake));
            using var whole = LoopOf(file, intake, source, head, fresh, Counting(0), watch);
            return CopyThenPublish(file, intake, source, head, fresh, whole, watch, ref isKept, ct);

            Action<long> Counting(long from) => position =>
            {
                room.Used(position - from);
                progress(position);
            };
        }
        catch (SpoolFullException e)
        {
            return new CopyResult(CopyOutcome.SpoolFull, Detail: e.Message);
        }
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            return error is Posix.ENOENT or Posix.ENODEV or Posix.ENXIO or Posix.ENOTDIR or Posix.ELOOP
                ? new CopyResult(CopyOutcome.SourceGone, Detail: e.Message)
                : new CopyResult(CopyOutcome.SourceUnreadable, Detail: e.Message);
        }
        finally
        {
            if (!isKept)
                Drop(intake);
            if (!spool.Holds(intake))
                probeEarly.Forget(intake);
        }
    }

    private CopyLoop LoopOf(
        FootageFile file, IntakeId intake, SafeFileHandle source, Sha256Digest head, FileStream part, Action<long> progress, SourceWatch watch) => new(
            source,
            part.SafeFileHandle,
            watch,
            progress,
            (bytes, digest) =>
            {
                if (file.UploadedAs is null)
                    journal.WritePartial(new PartialCopy(intake, file.Recorder.Key, file.RawPath, file.Stat, head, bytes, digest), time.GetUtcNow());
            },
            copy.Value.ReadsBack);

    private CopyResult CopyThenPublish(
        FootageFile file, IntakeId intake, SafeFileHandle source, Sha256Digest head, FileStream part, CopyLoop loop, SourceWatch watch, ref bool isKept,
        CancellationToken ct)
    {
        Sha256Digest copied;
        try
        {
            copied = loop.Copy(ct);
        }
        catch (Exception e) when (e is not SpoolFullException)
        {
            // The recorder went, or the program is told to stop: what has come goes on from here when the file is seen again.
            isKept = Keep(file, intake, head, loop);
            throw;
        }
        if (watch.Await(() => Posix.Stat(source)) != file.Stat || part.Length != file.Stat.SizeBytes)
            return new CopyResult(CopyOutcome.SourceChanged);
        loop.Sync();
        probeEarly.Look(intake, file.RawPath, part.Name, CancellationToken.None);
        // The copy, not the card, is read a second time: what lies in the spool is what everything after this line stands on.
        var spooled = loop.ReadBack(ct);
        if (spooled != copied)
            return new CopyResult(CopyOutcome.SpoolDiffers, Detail: $"SHA-256 {copied} was read, {spooled} lies in the spool");
        var manifest = ManifestOf(file, intake, copied, head);
        try
        {
            OnSpool(() =>
            {
                spool.Publish(manifest);
                return true;
            });
        }
        catch (SpoolFullException)
        {
            spool.Withdraw(intake);
            throw;
        }
        return new CopyResult(CopyOutcome.Copied, manifest);
    }

    /// <summary>Notes an interrupted copy for later; false where it isn't worth it, or can't be noted.</summary>
    private bool Keep(FootageFile file, IntakeId intake, Sha256Digest head, CopyLoop loop)
    {
        if (file.UploadedAs is not null || loop.Position < PartialBytes)
            return false;
        try
        {
            loop.Sync();
            journal.WritePartial(new PartialCopy(intake, file.Recorder.Key, file.RawPath, file.Stat, head, loop.Position, loop.Read()), time.GetUtcNow());
            return true;
        }
        catch (Exception e) when (e is SpoolFullException or SqliteException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The part of an interrupted copy; null where another one is writing it, or where it is gone.</summary>
    private FileStream? Reopen(PartialCopy begun)
    {
        try
        {
            return spool.Reopen(begun.Intake);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Room for so many bytes above the reserve, or null. Interrupted copies of other files make way.</summary>
    private SpoolRoom? RoomFor(long bytes, IntakeId? kept)
    {
        if (spool.TryPromise(bytes) is { } room)
            return room;
        foreach (var partial in journal.Partials(DateTimeOffset.MinValue).Where(partial => partial != kept && spool.IsIdle(partial)))
            Drop(partial);
        return spool.TryPromise(bytes);
    }

    private void Drop(IntakeId intake)
    {
        spool.Discard(intake);
        journal.ForgetPartial(intake);
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
        T? result = default;
        CopyLoop.OnSpool(() => result = work());
        return result!;
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
}
