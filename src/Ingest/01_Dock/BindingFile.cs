using System.Text;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Reads <see cref="RecorderBinding"/> from a recorder's root.</summary>
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
}
