using System.Text.Json;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>
/// An id that is a type of its own: a clip's id can't be passed where a session's is wanted.
/// Ids are UUIDs of version 7 (RFC 9562 §5.7), so they sort by the time they were made.
/// </summary>
public interface IGuidId<TSelf> : IParsable<TSelf>
    where TSelf : struct, IGuidId<TSelf>
{
    /// <summary>The bare UUID, for the database and for paths.</summary>
    Guid Value { get; }

    /// <summary>Wraps a UUID that was made as this kind of id.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>Writes an id as the plain UUID string, without a wrapper object.</summary>
public sealed class GuidIdJsonConverter<T> : JsonConverter<T>
    where T : struct, IGuidId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetGuid());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
