using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One physical place for a recorder: a folder that counts as occupied while it holds an entry, or a mount point.</summary>
internal abstract class SlotSource(int number, string path)
{
    /// <summary>Counted from 1.</summary>
    public int Number => number;

    /// <summary>Root of the recorder's files while one is in.</summary>
    public string Path => path;

    /// <summary><c>folder</c> or <c>mount</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether a recorder is in. A slot that can't be looked at throws <see cref="IOException"/>.</summary>
    public abstract bool IsAttached();

    /// <summary>Label of the mounted volume, or null.</summary>
    public virtual string? VolumeLabel() => null;

    /// <summary>
    /// Room on the recorder's own volume. Null where nothing is mounted at the root: a folder tells of the station's disk, which is no recorder. Null too
    /// where the volume doesn't tell.
    /// </summary>
    public VolumeSpace? Space()
    {
        try
        {
            return IsMountOfItsOwn() && new DriveInfo(path) is { TotalSize: > 0 and var total } drive ? new VolumeSpace(Math.Clamp(drive.AvailableFreeSpace, 0, total), total) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Whether a file system of its own is mounted at the root.</summary>
    protected bool IsMountOfItsOwn()
    {
        if (!Directory.Exists(path))
            return false;
        using var here = Posix.OpenFolder(path);
        using var above = Posix.OpenFolder(System.IO.Path.Combine(path, ".."));
        return Posix.Stat(here).Device != Posix.Stat(above).Device;
    }

    /// <summary>The slots of a station, in the order of their numbers.</summary>
    public static IReadOnlyList<SlotSource> All(StationOptions station, DataOptions data)
    {
        var folders = Enumerable.Range(1, station.Slots).Select(n =>
            (SlotSource)new FolderSlot(n, System.IO.Path.Combine(data.DocksFolder, string.Create(CultureInfo.InvariantCulture, $"slot-{n:00}"))));
        var mounts = station.MountRoots.Select((root, i) => (SlotSource)new MountSlot(station.Slots + i + 1, root));
        return [.. folders, .. mounts];
    }
}

/// <summary>Room on a volume, in bytes.</summary>
/// <param name="FreeBytes">Free for who has no privilege.</param>
/// <param name="TotalBytes">All of it, more than nothing.</param>
internal sealed record VolumeSpace(long FreeBytes, long TotalBytes);

/// <summary>A folder as a slot: what tests, imports and network drops use.</summary>
internal sealed class FolderSlot(int number, string path) : SlotSource(number, path)
{
    public override string Kind => "folder";

    public override bool IsAttached()
    {
        Directory.CreateDirectory(Path);
        using var folder = new SlotFolder(Path);
        return folder.HasEntries();
    }
}

/// <summary>A mount point as a slot: occupied while a file system is mounted there.</summary>
internal sealed class MountSlot(int number, string path) : SlotSource(number, path)
{
    public override string Kind => "mount";

    public override bool IsAttached() => IsMountOfItsOwn();

    /// <summary>udev's link whose target is the mounted device (<c>/dev/disk/by-label</c>), with its <c>\x20</c> escapes undone.</summary>
    public override string? VolumeLabel()
    {
        const string Labels = "/dev/disk/by-label";
        // proc(5), mountinfo: field 5 is the mount point; after " - " come type, source, options.
        var source = File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(" - "))
            .Where(parts => parts.Length == 2 && parts[0].Split(' ') is { Length: > 4 } fields && fields[4] == Path.Replace(" ", @"\040", StringComparison.Ordinal))
            .Select(parts => parts[1].Split(' ')[1])
            .LastOrDefault();
        if (source is null || !Directory.Exists(Labels))
            return null;
        var link = Directory.EnumerateFiles(Labels).FirstOrDefault(label =>
            new FileInfo(label).ResolveLinkTarget(returnFinalTarget: true)?.FullName == source);
        return link is null ? null : System.IO.Path.GetFileName(link).Replace(@"\x20", " ", StringComparison.Ordinal);
    }
}
