using System.Text;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Reads <see cref="RecorderBinding"/> from a recorder's root, and writes a new one there: the only thing that is ever written to a recorder.</summary>
internal static class BindingFile
{
    private const int MaxBytes = 4096;

    /// <summary>The serial, or null where there is no such file, or it isn't ours.</summary>
    public static string? ReadSerial(SlotFolder root, string name, byte[]? bureauKey)
    {
        if (bureauKey is null)
            return null;
        try
        {
            using var file = root.Open(Encoding.UTF8.GetBytes(name));
            if (Posix.Stat(file) is not { Kind: EntryKind.File, SizeBytes: > 0 and <= MaxBytes and var size })
                return null;
            var bytes = new byte[size];
            var read = RandomAccess.Read(file, bytes, 0);
            return RecorderBinding.ReadSerial(bytes.AsSpan(0, read), bureauKey);
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the file where none of its name is, syncs it and its folder, and reads it back. Nothing else on the recorder is touched, and a file that
    /// lies there stays as it is. Gives one of <see cref="BindingOutcomes"/>.
    /// </summary>
    public static string WriteNew(string root, string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(root, name);
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            Posix.SyncFolder(root);
            return content.SequenceEqual(File.ReadAllBytes(path)) ? BindingOutcomes.Written : BindingOutcomes.Failed;
        }
        catch (IOException e) when (e.HResult == Posix.EROFS)
        {
            return BindingOutcomes.ReadOnly;
        }
        catch (IOException e) when (e.HResult == Posix.EEXIST)
        {
            return BindingOutcomes.There;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return BindingOutcomes.Failed;
        }
    }
}
