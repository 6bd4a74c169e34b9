using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>A digest of exactly 32 bytes; lower-case hexadecimal only at the edges (JSON, pages, logs).</summary>
public interface IDigest<TSelf> : IParsable<TSelf>
    where TSelf : struct, IDigest<TSelf>
{
    /// <summary>The 32 bytes.</summary>
    ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Copies 32 bytes; an <see cref="ArgumentException"/> for any other length.</summary>
    static abstract TSelf From(ReadOnlySpan<byte> bytes);
}

/// <summary>SHA-256 (FIPS 180-4) of an original, a derived file or a log entry: the digest that proves.</summary>
[JsonConverter(typeof(DigestJsonConverter<Sha256Digest>))]
public readonly struct Sha256Digest : IDigest<Sha256Digest>, IEquatable<Sha256Digest>
{
    private readonly byte[]? _bytes;

    private Sha256Digest(byte[] bytes) => _bytes = bytes;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes => Digests.Checked(_bytes);

    /// <inheritdoc/>
    public static Sha256Digest From(ReadOnlySpan<byte> bytes) => new(Digests.Copy(bytes));

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static Sha256Digest Parse(string s) => From(Convert.FromHexString(s));

    /// <inheritdoc/>
    public static Sha256Digest Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads 64 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Sha256Digest result) =>
        Digests.TryParse(s, out result);

    /// <inheritdoc/>
    public bool Equals(Sha256Digest other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);
}

/// <summary>SM3 (GB/T 32905-2016) of an original: the second digest, recorded by the first full read-back.</summary>
[JsonConverter(typeof(DigestJsonConverter<Sm3Digest>))]
public readonly struct Sm3Digest : IDigest<Sm3Digest>, IEquatable<Sm3Digest>
{
    private readonly byte[]? _bytes;

    private Sm3Digest(byte[] bytes) => _bytes = bytes;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes => Digests.Checked(_bytes);

    /// <inheritdoc/>
    public static Sm3Digest From(ReadOnlySpan<byte> bytes) => new(Digests.Copy(bytes));

    /// <summary>Reads 64 hexadecimal digits.</summary>
    public static Sm3Digest Parse(string s) => From(Convert.FromHexString(s));

    /// <inheritdoc/>
    public static Sm3Digest Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads 64 hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Sm3Digest result) =>
        Digests.TryParse(s, out result);

    /// <inheritdoc/>
    public bool Equals(Sm3Digest other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sm3Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(Bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(Sm3Digest left, Sm3Digest right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(Sm3Digest left, Sm3Digest right) => !left.Equals(right);
}

/// <summary>Writes a digest as 64 lower-case hexadecimal digits.</summary>
public sealed class DigestJsonConverter<T> : JsonConverter<T>
    where T : struct, IDigest<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.TryParse(reader.GetString(), null, out var digest) ? digest : throw new JsonException("A digest is 64 hexadecimal digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Convert.ToHexStringLower(value.Bytes));
}

internal static class Digests
{
    public const int Length = 32;

    public static ReadOnlySpan<byte> Checked(byte[]? bytes) =>
        bytes ?? throw new InvalidOperationException("This digest was never set.");

    public static byte[] Copy(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length ? bytes.ToArray() : throw new ArgumentException($"A digest has {Length} bytes, not {bytes.Length}.");

    public static bool TryParse<T>(string? s, out T result)
        where T : struct, IDigest<T>
    {
        result = default;
        if (s is not { Length: Length * 2 })
            return false;
        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(s, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        result = T.From(bytes);
        return true;
    }
}
