using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// <c>YAOAN.ID</c> in a recorder's root: serial and issue number under the bureau's key (HMAC-SHA-256, RFC 2104, over
/// <c>SERIAL LF ISSUE</c>), so that a serial can't be claimed by writing a file.
/// </summary>
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
            var binding = JsonSerializer.Deserialize<Binding>(bytes.AsSpan(0, read), JsonSerializerOptions.Web);
            return binding is { Serial.Length: > 0 and <= 64, Hmac: not null } && IsOurs(binding, bureauKey) ? binding.Serial : null;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or JsonException)
        {
            return null;
        }
    }

    private static bool IsOurs(Binding binding, byte[] key)
    {
        var claimed = new byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(binding.Hmac!, claimed, out _, out var written) != System.Buffers.OperationStatus.Done || written != claimed.Length)
            return false;
        var text = string.Create(CultureInfo.InvariantCulture, $"{binding.Serial}\n{binding.Issue}");
        return CryptographicOperations.FixedTimeEquals(claimed, HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    private sealed record Binding(string? Serial, int Issue, string? Hmac);
}
