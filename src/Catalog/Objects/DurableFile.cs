namespace YaoAn.Catalog;

/// <summary>
/// Files that become visible whole or not at all, and that survive a power loss once a method here has returned
/// (write, fsync, name, fsync of the folder). .NET has no durable form of File.Move.
/// </summary>
public static class DurableFile
{
    /// <summary>Writes a new file; an <see cref="IOException"/> if the name is taken, and then nothing was changed.</summary>
    public static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        var part = path + ".part";
        Write(part, content);
        PublishNew(part, path);
    }

    /// <summary>Writes a file in place of an older version; a reader sees the old bytes or the new ones, never a mixture.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var part = path + ".part";
        Write(part, content);
        FaultPoint.Pass("rename", path);
#pragma warning disable RS0030 // The durable form: both folders are the same one, and it is synced below.
        File.Move(part, path, overwrite: true);
#pragma warning restore RS0030
        Posix.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Gives a finished, synced temporary file its name, never replacing another; the temporary name is gone afterwards.</summary>
    /// <exception cref="IOException">The name is taken; the temporary file is still there.</exception>
    public static void PublishNew(string part, string path)
    {
        NameNew(part, path);
        Posix.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>As <see cref="PublishNew"/>, for a caller that syncs the folder itself, after the last name it makes there.</summary>
    /// <exception cref="IOException">The name is taken; the temporary file is still there.</exception>
    public static void NameNew(string part, string path)
    {
#pragma warning disable RS0030 // The durable form; rename without overwrite is refused by .NET where the target exists.
        if (Posix.Link(part, path) switch
        {
            LinkOutcome.Linked => true,
            LinkOutcome.NameTaken => throw new IOException($"{path} exists already; it was not changed."),
            LinkOutcome.CannotLink => false,
        })
        {
            FaultPoint.Pass("delete", part);
            File.Delete(part);
        }
        else
        {
            File.Move(part, path, overwrite: false);
        }
#pragma warning restore RS0030
    }

    /// <summary>Makes a folder and its parents, each synced into its own parent.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateFolder(parent);
        FaultPoint.Pass("create", path);
        Directory.CreateDirectory(path);
        Posix.SyncFolder(parent);
    }

    private static void Write(string part, ReadOnlySpan<byte> content)
    {
        FaultPoint.Pass("create", part);
        using var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(content);
        FaultPoint.Pass("fsync", part);
        file.Flush(flushToDisk: true);
    }
}
