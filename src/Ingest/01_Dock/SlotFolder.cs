using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One entry found below a slot's root.</summary>
/// <param name="RawPath">Relative path as bytes, '/' between parts.</param>
/// <param name="Stat">State when it was listed.</param>
internal sealed record SlotEntry(byte[] RawPath, FileStat Stat);

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

    /// <summary>Everything but folders, in byte order of the paths.</summary>
    /// <exception cref="Win32Exception">The file system can't be read.</exception>
    /// <exception cref="InvalidDataException">More entries or deeper folders than any recorder has: the card's file system is broken.</exception>
    public List<SlotEntry> List()
    {
        var entries = new List<SlotEntry>();
        var looks = 0;
        Walk(_root, [], 1, entries, ref looks);
        entries.Sort((a, b) => a.RawPath.AsSpan().SequenceCompareTo(b.RawPath));
        return entries;
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

    /// <summary>Whether the root holds any entry.</summary>
    public bool HasEntries() => Posix.List(_root).Count > 0;

    public void Dispose() => _root.Dispose();

    private void Walk(SafeFileHandle folder, ReadOnlySpan<byte> prefix, int depth, List<SlotEntry> entries, ref int looks)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException($"Folders are nested deeper than {MaxDepth}.");
        foreach (var name in Posix.List(folder, maxEntries + 1))
        {
            if (++looks > maxEntries)
                throw new InvalidDataException($"More than {maxEntries} entries.");
            FileStat stat;
            try
            {
                stat = Posix.StatAt(folder, name);
            }
            catch (Win32Exception e) when (e.NativeErrorCode == Posix.ENOENT)
            {
                continue; // gone between the listing and the look at it
            }
            byte[] path = [.. prefix, .. name];
            if (stat.Kind == EntryKind.Folder)
            {
                using var inner = TryOpenFolder(folder, name);
                if (inner is not null)
                    Walk(inner, [.. path, (byte)'/'], depth + 1, entries, ref looks);
            }
            else
            {
                entries.Add(new SlotEntry(path, stat));
            }
        }
    }

    private static SafeFileHandle? TryOpenFolder(SafeFileHandle folder, byte[] name)
    {
        try
        {
            return Posix.OpenFolderAt(folder, name);
        }
        catch (Win32Exception e) when (e.NativeErrorCode is Posix.ENOENT or Posix.ENOTDIR or Posix.ELOOP)
        {
            return null; // swapped for something else since it was listed: looked at again at the next poll
        }
    }
}
