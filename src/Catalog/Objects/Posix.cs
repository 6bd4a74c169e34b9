using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace YaoAn.Catalog;

/// <summary>
/// The few calls of POSIX that .NET lacks: fsync of folders, hard links, and access to names that are not UTF-8.
/// Names are bytes here, with the closing zero added inside. Errors are <see cref="Win32Exception"/> with errno.
/// </summary>
public static partial class Posix
{
    /// <summary>errno values that callers tell apart (Linux, asm-generic/errno.h).</summary>
    public const int ENOENT = 2, EIO = 5, ENXIO = 6, EEXIST = 17, EXDEV = 18, ENODEV = 19, ENOTDIR = 20, EINVAL = 22, EMFILE = 24, ENOSPC = 28, EROFS = 30, EMLINK = 31, ELOOP = 40;

    private const int O_RDONLY = 0, O_NONBLOCK = 0x800, O_DIRECT = 0x4000, O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000;
    private const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_EMPTY_PATH = 0x1000;
    private const uint STATX_BASIC_STATS = 0x7ff;
    private const int POSIX_FADV_DONTNEED = 4, PRIO_PROCESS = 0;
    private const uint SYNC_FILE_RANGE_WRITE = 2;
    private const int TIME_ERROR = 5, STA_UNSYNC = 0x40;
    private const int S_IFMT = 0xF000, S_IFREG = 0x8000, S_IFDIR = 0x4000, S_IFLNK = 0xA000;

    /// <summary>Whether the kernel holds its clock to be synchronised; null where it doesn't tell.</summary>
    public static bool? ClockIsSynchronized()
    {
        // struct timex (Linux, 64 bit): status is the int at offset 40; with modes = 0 nothing is changed.
        var timex = new byte[256];
        var state = adjtimex(timex);
        return state < 0 ? null : state != TIME_ERROR && (BitConverter.ToInt32(timex, 40) & STA_UNSYNC) == 0;
    }

    /// <summary>Opens a folder by path.</summary>
    public static SafeFileHandle OpenFolder(string path) =>
        Handle(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path);

    /// <summary>Opens a folder inside an open folder, never through a link.</summary>
    public static SafeFileHandle OpenFolderAt(SafeFileHandle folder, ReadOnlySpan<byte> name) =>
        OpenAt(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    /// <summary>Opens a file inside an open folder for reading, never through a link, never blocking on a pipe.</summary>
    public static SafeFileHandle OpenFileAt(SafeFileHandle folder, ReadOnlySpan<byte> name) =>
        OpenAt(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    /// <summary>The state of an open file or folder.</summary>
    public static FileStat Stat(SafeFileHandle file) => StatAt(file, [], AT_EMPTY_PATH);

    /// <summary>The state of an entry of an open folder; a link is described itself, not what it points to.</summary>
    public static FileStat StatAt(SafeFileHandle folder, ReadOnlySpan<byte> name) => StatAt(folder, name, AT_SYMLINK_NOFOLLOW);

    /// <summary>The names in an open folder, without "." and "..", in the order the file system gives them.</summary>
    /// <param name="folder">Folder.</param>
    /// <param name="atMost">Stops after so many: a broken file system can name entries for ever.</param>
    public static List<byte[]> List(SafeFileHandle folder, int atMost = int.MaxValue)
    {
        // fdopendir takes the descriptor over, so it gets one of its own, at position 0.
        using var own = OpenAt(folder, "."u8, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        var stream = fdopendir(own.DangerousGetHandle().ToInt32());
        if (stream == 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        own.SetHandleAsInvalid();
        try
        {
            var names = new List<byte[]>();
            while (names.Count < atMost)
            {
                Marshal.SetLastSystemError(0);
                var entry = readdir(stream);
                if (entry == 0)
                {
                    var error = Marshal.GetLastPInvokeError();
                    return error == 0 ? names : throw new Win32Exception(error);
                }
                var name = NameOf(entry);
                if (!name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8))
                    names.Add(name);
            }
            return names;
        }
        finally
        {
            _ = closedir(stream);
        }
    }

    /// <summary>Sends a signal; a process that has ended meanwhile is no error.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    /// <summary>Makes a folder's entries durable: after it returns, a rename or a new file in it survives a power loss.</summary>
    public static void SyncFolder(string path)
    {
        FaultPoint.Pass("fsync", path);
        using var folder = OpenFolder(path);
        Check(fsync(folder.DangerousGetHandle().ToInt32()), path);
    }

    /// <summary>The same of an open folder.</summary>
    public static void SyncFolder(SafeFileHandle folder)
    {
        FaultPoint.Pass("fsync", "folder of a recorder");
        Check(fsync(folder.DangerousGetHandle().ToInt32()), null);
    }

    /// <summary>
    /// Removes a file's name from an open folder. The caller holds what proves that it may go; a link is removed itself, a folder never.
    /// </summary>
    public static void RemoveAt(SafeFileHandle folder, ReadOnlySpan<byte> name) => Check(unlinkat(folder.DangerousGetHandle().ToInt32(), Terminated(name), 0), null);

    /// <summary>Gives a file a second name, never replacing one; false where the file system can't (other volume, no links).</summary>
    public static LinkOutcome Link(string existing, string made)
    {
        FaultPoint.Pass("link", made);
        if (link(existing, made) == 0)
            return LinkOutcome.Linked;
        return Marshal.GetLastPInvokeError() switch
        {
            EEXIST => LinkOutcome.NameTaken,
            EXDEV or EMLINK or 1 /* EPERM */ or 95 /* EOPNOTSUPP */ => LinkOutcome.CannotLink,
            var error => throw new IOException($"link {existing} → {made}", new Win32Exception(error)),
        };
    }

    /// <summary>Asks the kernel to forget its cached copy of a file, so that the next read comes from the medium.</summary>
    /// <param name="file">Open file; what of it is not synced yet stays.</param>
    /// <param name="from">First byte.</param>
    /// <param name="length">How many bytes; 0 for all to the end.</param>
    public static void ForgetCached(SafeFileHandle file, long from = 0, long length = 0) =>
        _ = posix_fadvise(file.DangerousGetHandle().ToInt32(), from, length, POSIX_FADV_DONTNEED);

    /// <summary>
    /// Opens an open file once more for reads that go past the kernel's cache to the medium; null where its file system has no such reads. Offset,
    /// length and memory of each read have to be multiples of the medium's block.
    /// </summary>
    public static SafeFileHandle? TryOpenDirect(SafeFileHandle file)
    {
        var descriptor = open($"/proc/self/fd/{file.DangerousGetHandle()}", O_RDONLY | O_DIRECT | O_CLOEXEC);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Lets the kernel begin to write a part of a file out, so that less is left to do for a later fsync; promises nothing.</summary>
    /// <param name="file">Open file.</param>
    /// <param name="from">First byte.</param>
    /// <param name="length">How many bytes.</param>
    public static void BeginWritingOut(SafeFileHandle file, long from, long length) =>
        _ = sync_file_range(file.DangerousGetHandle().ToInt32(), from, length, SYNC_FILE_RANGE_WRITE);

    /// <summary>Puts the calling thread behind all others for good (on Linux nice is a thread's, not the process's).</summary>
    public static void LowerThisThread() => _ = setpriority(PRIO_PROCESS, 0, 10);

    private static SafeFileHandle OpenAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags)
    {
        var path = Terminated(name);
        return Handle(openat(folder.DangerousGetHandle().ToInt32(), path, flags), null);
    }

    private static unsafe FileStat StatAt(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags)
    {
        var buffer = stackalloc byte[256];
        Check(statx(folder.DangerousGetHandle().ToInt32(), Terminated(name), flags, STATX_BASIC_STATS, buffer), null);
        // Layout of struct statx: linux/stat.h, the same on every architecture.
        var mode = *(ushort*)(buffer + 28);
        var device = ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140);
        var seconds = *(long*)(buffer + 112);
        var nanoseconds = *(uint*)(buffer + 120);
        return new FileStat(
            (mode & S_IFMT) switch { S_IFREG => EntryKind.File, S_IFDIR => EntryKind.Folder, S_IFLNK => EntryKind.Link, _ => EntryKind.Special },
            *(long*)(buffer + 40),
            TimeOf(seconds, nanoseconds),
            *(ulong*)(buffer + 32),
            device,
            *(uint*)(buffer + 16));
    }

    private static DateTimeOffset TimeOf(long seconds, uint nanoseconds)
    {
        // A corrupt file system can hold times that .NET can't; they are clamped, the raw entry is not evidence.
        var bounded = Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        // PostgreSQL keeps microseconds: finer parts are cut here, so that both sides compare equal.
        return DateTimeOffset.FromUnixTimeSeconds(bounded).AddTicks(Math.Min(nanoseconds, 999_999_999) / 1000 * TimeSpan.TicksPerMicrosecond);
    }

    private static unsafe byte[] NameOf(nint entry)
    {
        // struct dirent of glibc, 64-bit: d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name.
        var name = (byte*)entry + 19;
        return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).ToArray();
    }

    private static byte[] Terminated(ReadOnlySpan<byte> name)
    {
        var path = new byte[name.Length + 1];
        name.CopyTo(path);
        return path;
    }

    private static SafeFileHandle Handle(int descriptor, string? path)
    {
        Check(descriptor, path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Check(int result, string? path)
    {
        if (result >= 0)
            return;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        throw path is null ? error : new IOException($"{path}: {error.Message}", error);
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int adjtimex(byte[] timex);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int openat(int folder, byte[] path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int statx(int folder, byte[] path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(int folder, byte[] path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string made);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(int descriptor, long offset, long length, int advice);

    [LibraryImport("libc")]
    private static partial int sync_file_range(int descriptor, long offset, long length, uint flags);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, uint who, int nice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fdopendir(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readdir(nint stream);

    [LibraryImport("libc")]
    private static partial int closedir(nint stream);
}

/// <summary>What an entry of a folder is.</summary>
public enum EntryKind
{
    /// <summary>A regular file: the only kind that is ever opened.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link: never followed.</summary>
    Link,

    /// <summary>A pipe, socket or device: never opened.</summary>
    Special,
}

/// <summary>What became of a request for a second name.</summary>
public enum LinkOutcome
{
    /// <summary>The second name exists.</summary>
    Linked,

    /// <summary>Something has that name already; it was not touched.</summary>
    NameTaken,

    /// <summary>This file system, or this pair of them, has no such links; nothing was made.</summary>
    CannotLink,
}

/// <summary>State of a file as the kernel reports it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="Modified">mtime, cut to microseconds.</param>
/// <param name="Inode">Number on its device.</param>
/// <param name="Device">Device number.</param>
/// <param name="Names">Count of hard links.</param>
public readonly record struct FileStat(EntryKind Kind, long SizeBytes, DateTimeOffset Modified, ulong Inode, ulong Device, uint Names);
