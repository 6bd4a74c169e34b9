using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One entry found below a slot's root.</summary>
/// <param name="RawPath">Relative path as bytes, '/' between parts.</param>
/// <param name="Stat">State when it was listed.</param>
/// <param name="Fault">Why it can't be read: code of a <see cref="FailReasons"/>; null where nothing is in the way.</param>
internal sealed record SlotEntry(byte[] RawPath, FileStat Stat, string? Fault = null);

/// <summary>What a walk over a slot found.</summary>
/// <param name="Entries">Everything but folders that were read, in byte order of the paths.</param>
/// <param name="Broken">Why the walk was broken off; null where it came to its end.</param>
internal sealed record SlotListing(List<SlotEntry> Entries, string? Broken);

/// <summary>
/// A recorder's root as an untrusted tree: every part of a path is opened inside its parent and never through a link, so that nothing on
/// a memory card can reach a file of the host.
/// </summary>
internal sealed class SlotFolder(string path, int maxEntries = SlotFolder.MaxEntries) : IDisposable
{
    /// <summary>Deepest folder that is looked into.</summary>
    public const int MaxDepth = 8;

    /// <summary>Most entries that are looked at, folders included: a corrupt FAT can list for ever.</summary>
    public const int MaxEntries = 100_000;

    private readonly SafeFileHandle _root = Posix.OpenFolder(path);

    /// <summary>Everything but folders. What can't be read is in the list with its fault: a broken folder hides nothing that lies beside it.</summary>
    /// <exception cref="Win32Exception">The root itself can't be read.</exception>
    public SlotListing List()
    {
        var walk = new Walker(maxEntries);
        walk.Walk(_root, [], [IdOf(Posix.Stat(_root))]);
        walk.Entries.Sort((a, b) => a.RawPath.AsSpan().SequenceCompareTo(b.RawPath));
        return new SlotListing(walk.Entries, walk.Broken);
    }

    /// <summary>Opens a file by its relative path, each part without following links.</summary>
    /// <exception cref="Win32Exception">It can't be opened; the error tells why.</exception>
    public SafeFileHandle Open(ReadOnlySpan<byte> rawPath)
    {
        SafeFileHandle? opened = null;
        try
        {
            while (rawPath.IndexOf((byte)'/') is >= 0 and var slash)
            {
                var next = Posix.OpenFolderAt(opened ?? _root, rawPath[..slash]);
                opened?.Dispose();
                opened = next;
                rawPath = rawPath[(slash + 1)..];
            }
            return Posix.OpenFileAt(opened ?? _root, rawPath);
        }
        finally
        {
            opened?.Dispose();
        }
    }

    /// <summary>
    /// Removes a file's name where it still leads to what the caller opened and compared, and makes that durable. For
    /// <see cref="DeleteOnRecorder"/> alone, which holds the proof.
    /// </summary>
    /// <returns>False where the name leads elsewhere now; nothing was removed.</returns>
    /// <exception cref="Win32Exception">It could not be removed, or not be made durable.</exception>
    public bool Remove(ReadOnlySpan<byte> rawPath, FileStat compared)
    {
        var slash = rawPath.LastIndexOf((byte)'/');
        using var inner = slash < 0 ? null : OpenFolder(rawPath[..slash]);
        var folder = inner ?? _root;
        var name = rawPath[(slash + 1)..];
        if (Posix.StatAt(folder, name) != compared)
            return false;
        FaultPoint.Pass("unlink", "file on a recorder");
        Posix.RemoveAt(folder, name);
        Posix.SyncFolder(folder);
        return true;
    }

    /// <summary>Whether the root holds any entry.</summary>
    public bool HasEntries() => Posix.List(_root).Count > 0;

    public void Dispose() => _root.Dispose();

    private SafeFileHandle OpenFolder(ReadOnlySpan<byte> rawPath)
    {
        SafeFileHandle? opened = null;
        foreach (var part in rawPath.Split((byte)'/'))
        {
            using var outer = opened;
            opened = Posix.OpenFolderAt(outer ?? _root, rawPath[part]);
        }
        return opened!;
    }

    private static (ulong Device, ulong Inode) IdOf(FileStat folder) => (folder.Device, folder.Inode);

    /// <summary>One walk over the tree.</summary>
    private sealed class Walker(int maxEntries)
    {
        private int _looks;

        public List<SlotEntry> Entries { get; } = [];

        public string? Broken { get; private set; }

        /// <param name="folder">Open folder.</param>
        /// <param name="prefix">Its path, with a '/' at the end.</param>
        /// <param name="above">It and the folders that it lies in: one that turns up among its own children is a loop of a broken FAT.</param>
        public void Walk(SafeFileHandle folder, ReadOnlySpan<byte> prefix, List<(ulong Device, ulong Inode)> above)
        {
            foreach (var name in Posix.List(folder, maxEntries + 1))
            {
                if (++_looks > maxEntries)
                    Broken = $"More than {maxEntries} entries.";
                if (Broken is not null)
                    return;
                byte[] path = [.. prefix, .. name];
                if (Look(folder, name, path) is { Kind: EntryKind.Folder } stat)
                    Enter(folder, name, path, stat, above);
            }
        }

        /// <summary>Takes note of an entry; gives the state of a folder, which is no entry itself.</summary>
        private FileStat? Look(SafeFileHandle folder, byte[] name, byte[] path)
        {
            try
            {
                var stat = Posix.StatAt(folder, name);
                if (stat.Kind == EntryKind.Folder)
                    return stat;
                Entries.Add(new SlotEntry(path, stat));
            }
            catch (Win32Exception e)
            {
                // Gone between the listing and the look at it, or unreadable.
                if (e.NativeErrorCode != Posix.ENOENT)
                    Entries.Add(new SlotEntry(path, new FileStat(EntryKind.Special, 0, DateTimeOffset.UnixEpoch, 0, 0, 1), FailReasons.ReadError));
            }
            return null;
        }

        private void Enter(SafeFileHandle folder, byte[] name, byte[] path, FileStat stat, List<(ulong Device, ulong Inode)> above)
        {
            var fault = above.Contains(IdOf(stat)) ? FailReasons.Loop : above.Count >= MaxDepth ? FailReasons.TooDeep : null;
            if (fault is null)
            {
                try
                {
                    using var inner = Posix.OpenFolderAt(folder, name);
                    Walk(inner, [.. path, (byte)'/'], [.. above, IdOf(stat)]);
                    return;
                }
                catch (Win32Exception e)
                {
                    // Swapped for something else since it was listed: looked at again at the next poll.
                    if (e.NativeErrorCode is Posix.ENOENT or Posix.ENOTDIR or Posix.ELOOP)
                        return;
                    fault = FailReasons.ReadError;
                }
            }
            Entries.Add(new SlotEntry(path, stat, fault));
        }
    }
}
