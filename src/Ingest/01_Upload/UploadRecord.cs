using System.Text.Json;
using System.Text.Json.Serialization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What is remembered of an upload over restarts (<c>upload.json</c>). How much of it has come is the length of the file beside it.</summary>
internal sealed record UploadRecord
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    public required UploadId Id { get; init; }

    public required Uploader Uploader { get; init; }

    /// <summary>What the sender calls the file; never part of a path of ours.</summary>
    public required byte[] RawName { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>mtime by the sender's machine, or when the upload began.</summary>
    public required DateTimeOffset Modified { get; init; }

    public required string Batch { get; init; }

    public required string Ticket { get; init; }

    public required SessionId Session { get; init; }

    /// <summary>When its session began.</summary>
    public required DateTimeOffset Attached { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>The intake under which 02 last tried to take it in, noted before it tried.</summary>
    public IntakeId? Intake { get; init; }

    /// <summary>When the durable line was crossed; from then on the bytes here are not needed.</summary>
    public DateTimeOffset? Kept { get; init; }

    /// <summary>Digest of what was taken in.</summary>
    public Sha256Digest? Sha256 { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <exception cref="JsonException">It is no such record.</exception>
    public static UploadRecord FromBytes(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize<UploadRecord>(bytes, s_json) is { Uploader.Name: not null, SizeBytes: >= 0 } record && (record.Kept is null || record.Intake is not null)
            ? record
            : throw new JsonException("upload.json is empty, or lacks its sender, its length or its intake.");
}
