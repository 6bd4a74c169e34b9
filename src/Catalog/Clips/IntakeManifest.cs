using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace YaoAn.Catalog;

/// <summary>
/// The write-ahead record of one file taken off a recorder (<c>intake.json</c>). Once it and its folder are synced, the file is safe on
/// this station (the durable line); everything after it can be repeated from here. It is stored beside the original, so that the
/// catalog can be rebuilt from the store alone.
/// </summary>
public sealed record IntakeManifest
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        // Whoever reads a manifest relies on what its types promise: one with a null in such a place is none.
        RespectNullableAnnotations = true,
    };

    /// <summary>Version of this form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>Id of this sighting; the first sighting's id becomes the clip's.</summary>
    public required IntakeId Intake { get; init; }

    /// <summary>Clip that the bytes belong to, filled in when the manifest is put into the store.</summary>
    public ClipId? Clip { get; init; }

    /// <summary>SHA-256 computed while the recorder was read, equal to that of the spooled copy read again.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the first 64 KiB (or less): recognises a file without reading it whole.</summary>
    public required Sha256Digest Head { get; init; }

    /// <summary>Path on the recorder as raw bytes (base64 in JSON), relative to its root, '/' between parts.</summary>
    public required byte[] RawPath { get; init; }

    /// <summary>The same path made safe to show; never used to open anything.</summary>
    public required string DisplayPath { get; init; }

    /// <summary>mtime on the recorder, UTC, cut to microseconds.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>Which recorder, and how that is known.</summary>
    public required RecorderIdentity Recorder { get; init; }

    /// <summary>What the file's name says, where a profile matched it.</summary>
    public NameFacts? Name { get; init; }

    /// <summary>Sighting of the file that this one is a sidecar of.</summary>
    public IntakeId? SidecarOf { get; init; }

    /// <summary>Station that took it in.</summary>
    public required string Station { get; init; }

    /// <summary>Slot, counted from 1; null for a browser upload.</summary>
    public int? Slot { get; init; }

    /// <summary>Session it was taken in under.</summary>
    public required SessionId Session { get; init; }

    /// <summary><c>dock</c>, <c>import</c> or <c>browser</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Who sent it by a browser; null for what was docked or imported.</summary>
    public Uploader? Uploader { get; init; }

    /// <summary>When the recorder was plugged in, or the upload's session began.</summary>
    public required DateTimeOffset Attached { get; init; }

    /// <summary>When the copy was complete and compared: the time of the durable line.</summary>
    public required DateTimeOffset Spooled { get; init; }

    /// <summary>When the stored original had been read back whole and equal; in the manifest that 04 put beside it, null in all others.</summary>
    public DateTimeOffset? Stored { get; init; }

    /// <summary>SM3 that this read-back found: the second digest of bytes that may be damaged by the time somebody asks.</summary>
    public Sm3Digest? Sm3 { get; init; }

    /// <summary>As it lay in the spool, before the store's facts were added to it: what the catalog keeps.</summary>
    [JsonIgnore]
    public IntakeManifest AsSpooled => this with { Clip = null, Stored = null, Sm3 = null };

    /// <summary>Made by <c>deploy/run --sample</c>; says so on every screen.</summary>
    [JsonIgnore]
    public bool IsSample => Recorder.Serial?.StartsWith("SAMPLE-", StringComparison.Ordinal) == true;

    /// <summary>The bytes of <c>intake.json</c>.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>Reads <c>intake.json</c>.</summary>
    /// <exception cref="JsonException">It is no manifest of a form known here.</exception>
    public static IntakeManifest FromBytes(ReadOnlySpan<byte> bytes)
    {
        var manifest = JsonSerializer.Deserialize<IntakeManifest>(bytes, s_json) ?? throw new JsonException("intake.json is empty.");
        if (manifest.Schema != 1)
            throw new JsonException($"intake.json has schema {manifest.Schema}; this program knows 1.");
        // Members of these that are null aren't written, so that the serializer can't ask for the others.
        var isWhole = manifest is { Recorder: { Key: not null, By: not null }, Uploader: null or { Name: not null }, Name: null or { Profile: not null } };
        return isWhole && manifest is { Size: >= 0, RawPath.Length: > 0 }
            ? manifest
            : throw new JsonException("intake.json lacks a part of its recorder, sender, name or path, or tells a negative size.");
    }
}

/// <summary>Which recorder a file came from.</summary>
/// <param name="Key">
/// Serial where one is known, else <c>slot:STATION:N</c>, or <c>account:ID</c> for an upload: recognises a file seen before.
/// </param>
/// <param name="Serial">Serial number, or null for an unknown recorder.</param>
/// <param name="By">What told it: <c>binding</c>, <c>volume</c>, <c>name</c> or <c>none</c>.</param>
public sealed record RecorderIdentity(string Key, string? Serial, string By);

/// <summary>Who sent a file by a browser.</summary>
/// <param name="Account">The account.</param>
/// <param name="Name">Its name and number at that time.</param>
public sealed record Uploader(AccountId Account, string Name)
{
    /// <summary>The person as the custody log names him.</summary>
    public CustodyActor Actor => CustodyActor.Person(Account, Name);
}

/// <summary>What a recorder's naming scheme says of a file. A hint, not evidence.</summary>
/// <param name="Profile">Profile that matched, from recorder-profiles.json.</param>
/// <param name="Device">Device number in the name; null where it is all zeros.</param>
/// <param name="Person">Officer's number in the name; null where it is all zeros.</param>
/// <param name="LocalTime">Start of the recording by the camera's clock.</param>
/// <param name="Zone">IANA zone of that clock.</param>
/// <param name="Utc">The same instant in UTC.</param>
/// <param name="Class">Recording class (NOR, SOS, IMP …).</param>
/// <param name="Sequence">Number within the recorder's counter.</param>
/// <param name="Channel">Camera of a recorder that has several (A front, B rear), which record side by side.</param>
public sealed record NameFacts(
    string Profile, string? Device, string? Person, DateTime? LocalTime, string? Zone, DateTimeOffset? Utc, string? Class, long? Sequence,
    string? Channel = null);
