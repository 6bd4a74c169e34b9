using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>One link of a clip with an item of an activity.</summary>
[JsonConverter(typeof(GuidIdJsonConverter<LinkId>))]
public readonly record struct LinkId(Guid Value) : IGuidId<LinkId>
{
    /// <inheritdoc/>
    public static LinkId From(Guid value) => new(value);

    /// <summary>Makes a new id that sorts by <paramref name="now"/>.</summary>
    public static LinkId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>Reads the 36-character form; a <see cref="FormatException"/> for anything else.</summary>
    public static LinkId Parse(string s) => TryParse(s, null, out var id) ? id : throw new FormatException($"'{s}' is no id.");

    /// <inheritdoc/>
    public static LinkId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Reads the 36-character form; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LinkId result)
    {
        // The length too: .NET passes over spaces around it.
        var good = Guid.TryParseExact(s, "D", out var value) && s.Length == 36;
        result = good ? new(value) : default;
        return good;
    }

    /// <summary>The 36-character lower-case form.</summary>
    public override string ToString() => Value.ToString("D");
}
