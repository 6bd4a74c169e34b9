using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace YaoAn.Catalog;

/// <summary>
/// What a station's clock shows as a QR code, so that a recorder that films it tells how far its own clock is off: the time, and a MAC by the
/// bureau's key, since anybody can show a code to a camera. Upper-case letters, digits and ':' only, which QR codes hold in 5.5 bits each
/// (ISO/IEC 18004 §7.4.4).
/// </summary>
public static class StationClockCode
{
    /// <summary>How often a page shows a new code.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private const string Prefix = "YAOAN1", Synchronized = "S", Alone = "A";

    /// <summary>Half of the hash, the least that RFC 2104 §5 recommends.</summary>
    private const int MacBytes = 16;

    /// <summary>The code of an instant.</summary>
    /// <param name="at">Instant; cut to ms.</param>
    /// <param name="isSynchronized">Whether the clock that tells it follows a time server.</param>
    /// <param name="bureauKey">The bureau's key.</param>
    public static string Of(DateTimeOffset at, bool isSynchronized, ReadOnlySpan<byte> bureauKey)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{Prefix}:{at.ToUnixTimeMilliseconds()}:{(isSynchronized ? Synchronized : Alone)}");
        return $"{said}:{MacOf(said, bureauKey)}";
    }

    /// <summary>The instant in a code, and whether its clock followed a time server; null for anything that this bureau's stations don't show.</summary>
    public static (DateTimeOffset At, bool IsSynchronized)? Read(string text, ReadOnlySpan<byte> bureauKey)
    {
        var parts = text.Split(':');
        return parts is [Prefix, { Length: <= 14 } ms, Synchronized or Alone, var mac]
            && long.TryParse(ms, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(MacOf($"{Prefix}:{ms}:{parts[2]}", bureauKey)), Encoding.ASCII.GetBytes(mac))
            ? (DateTimeOffset.FromUnixTimeMilliseconds(at), parts[2] == Synchronized)
            : null;
    }

    private static string MacOf(string said, ReadOnlySpan<byte> bureauKey)
    {
        // A key of its own (RFC 5869): what a page shows to everybody must not help with binding files.
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, bureauKey.ToArray(), 32, info: "YaoAn station clock"u8.ToArray());
        return Convert.ToHexString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(said)).AsSpan(0, MacBytes));
    }
}
