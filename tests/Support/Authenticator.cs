using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace YaoAn.Tests.Support;

/// <summary>An authenticator, from RFC 6238 and RFC 4226 alone: what the program takes is so what a telephone shows.</summary>
public sealed class Authenticator(string secret)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code of an instant; <paramref name="steps"/> of 30 s later or earlier.</summary>
    public string CodeAt(DateTimeOffset now, int steps = 0)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (now.ToUnixTimeSeconds() / 30) + steps);
#pragma warning disable CA5350 // The algorithm of every authenticator.
        var mac = HMACSHA1.HashData(Key(secret), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Key(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(part => part.Length == 8).Select(part => Convert.ToByte(new string(part), 2))];
    }
}
