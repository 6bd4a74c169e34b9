using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>
/// The binding file of a recorder: serial and issue number under the bureau's key (HMAC-SHA-256, RFC 2104, over <c>SERIAL LF ISSUE</c>), so that
/// a serial can't be claimed by writing a file.
/// </summary>
/// <param name="Serial">Serial of the recorder.</param>
/// <param name="Issue">Which file of this recorder it is, from 1 on.</param>
/// <param name="Hmac">Lower-case hexadecimal.</param>
public sealed record RecorderBinding(string? Serial, int Issue, string? Hmac)
{
    /// <summary>Its name in a recorder's root.</summary>
    public const string FileName = "YAOAN.ID";

    /// <summary>The bytes of the file.</summary>
    public static byte[] Write(string serial, int issue, byte[] bureauKey) => JsonSerializer.SerializeToUtf8Bytes(
        new RecorderBinding(serial, issue, Convert.ToHexStringLower(MacOf(serial, issue, bureauKey))), JsonSerializerOptions.Web);

    /// <summary>The serial in a file, or null where it isn't the bureau's.</summary>
    /// <exception cref="JsonException">It is no such file at all.</exception>
    public static string? ReadSerial(ReadOnlySpan<byte> file, byte[] bureauKey) =>
        JsonSerializer.Deserialize<RecorderBinding>(file, JsonSerializerOptions.Web) is { Serial: { Length: > 0 and <= RecorderTable.LongestSerial } serial, Hmac: not null } binding
            && binding.IsBy(bureauKey) ? serial : null;

    private bool IsBy(byte[] key)
    {
        var claimed = new byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(Hmac!, claimed, out _, out var written) == System.Buffers.OperationStatus.Done && written == claimed.Length
            && CryptographicOperations.FixedTimeEquals(claimed, MacOf(Serial!, Issue, key));
    }

    private static byte[] MacOf(string serial, int issue, byte[] key) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{serial}\n{issue}")));
}
