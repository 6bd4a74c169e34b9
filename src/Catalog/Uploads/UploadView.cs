using System.Text.Json;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>A file that somebody wants to send: what Api asks the station for.</summary>
public sealed record NewUpload
{
    /// <summary>Who sends it.</summary>
    public required Uploader Uploader { get; init; }

    /// <summary>Its name as bytes, '/' between parts; never used to open anything.</summary>
    public required byte[] RawName { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was changed last, by the sender's machine; null where that doesn't tell.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The page visit: its files are one session.</summary>
    public required string Batch { get; init; }

    /// <summary>The sender's own word for this file: asked again with it, the station answers with the same upload.</summary>
    public required string Ticket { get; init; }
}

/// <summary>Where an upload is.</summary>
[JsonConverter(typeof(UploadStateJsonConverter))]
public enum UploadState
{
    /// <summary>Bytes are missing.</summary>
    Uploading,

    /// <summary>All bytes are here and are being copied into the spool, read again and compared.</summary>
    Received,

    /// <summary>Behind the durable line.</summary>
    Kept,

    /// <summary>Stored and read back.</summary>
    Stored,

    /// <summary>The stored bytes, read again, were not the right ones.</summary>
    Damaged,
}

/// <summary>Writes a state as its lower-case word.</summary>
public sealed class UploadStateJsonConverter() : JsonStringEnumConverter<UploadState>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>An upload as its sender may know it. The same facts for the page and for tus.</summary>
public sealed record UploadView
{
    /// <summary>Id.</summary>
    public required UploadId Id { get; init; }

    /// <summary>Its name, safe to show.</summary>
    public required string Name { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When it was changed last, as the sender told.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>Bytes on the station's disk.</summary>
    public required long OffsetBytes { get; init; }

    /// <summary>Bytes of it that 02 has copied.</summary>
    public required long CheckedBytes { get; init; }

    /// <summary>Where it is.</summary>
    public required UploadState State { get; init; }

    /// <summary>Whether bytes are coming in at this moment.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Code of what holds it up: <c>spool-full</c>, <c>spool-differs</c>, <c>read-error</c>; null when nothing does.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of what was taken in, from the durable line on.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The clip that the bytes belong to, once the catalog has it.</summary>
    public ClipId? Clip { get; init; }

    /// <summary>The bytes were known before.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>When it is forgotten: unfinished with its bytes, finished only from this list.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What the station takes.</summary>
/// <param name="MaxBytes">Largest file.</param>
/// <param name="MaxUnfinished">Most unfinished uploads of one account.</param>
public sealed record UploadLimits(long MaxBytes, int MaxUnfinished);

/// <summary>The uploads of one account that the station remembers, oldest first.</summary>
public sealed record UploadList(UploadLimits Limits, IReadOnlyList<UploadView> Uploads);
