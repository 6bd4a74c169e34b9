using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>A file on its way from a browser. Random, unlike other ids: whoever has not been told it can not guess it.</summary>
[JsonConverter(typeof(GuidIdJsonConverter<UploadId>))]
public readonly record struct UploadId(Guid Value) : IGuidId<UploadId>
{
    /// <inheritdoc/>
    public static UploadId From(Guid value) => new(value);

    /// <summary>Makes a new id of 128 random bits.</summary>
    public static UploadId New() => new(new Guid(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Reads the 36-character form; a <see cref="FormatException"/> for anything else.</summary>
    public static UploadId Parse(string s) => TryParse(s, null, out var id) ? id : throw new FormatException($"'{s}' is no id.");

    /// <inheritdoc/>
    public static UploadId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads the 36-character form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UploadId result)
    {
        // The length too: .NET passes over spaces around it.
        var good = Guid.TryParseExact(s, "D", out var value) && s.Length == 36;
        result = good ? new(value) : default;
        return good;
    }

    /// <summary>The 36-character lower-case form.</summary>
    public override string ToString() => Value.ToString("D");
}
