using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>One waiver.</summary>
[JsonConverter(typeof(GuidIdJsonConverter<WaiverId>))]
public readonly record struct WaiverId(Guid Value) : IGuidId<WaiverId>
{
    /// <inheritdoc/>
    public static WaiverId From(Guid value) => new(value);

    /// <summary>Makes a new id that sorts by <paramref name="now"/>.</summary>
    public static WaiverId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the 36-character form; a <see cref="FormatException"/> for anything else.</summary>
    public static WaiverId Parse(string s) => TryParse(s, null, out var id) ? id : throw new FormatException($"'{s}' is no id.");

    /// <inheritdoc/>
    public static WaiverId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads the 36-character form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out WaiverId result)
    {
        // The length too: .NET passes over spaces around it.
        var good = Guid.TryParseExact(s, "D", out var value) && s.Length == 36;
        result = good ? new(value) : default;
        return good;
    }

    /// <summary>The 36-character lower-case form.</summary>
    public override string ToString() => Value.ToString("D");
}
