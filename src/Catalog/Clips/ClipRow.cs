namespace YaoAn.Catalog;

/// <summary>A clip with what was found in it, as lists and pages show it.</summary>
public sealed record ClipRow
{
    /// <summary>Id.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Digest taken while copying.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Second digest, from the first read-back on.</summary>
    public Sm3Digest? Sm3 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public required ClipStage Stage { get; init; }

    /// <summary>Whether somebody has to act.</summary>
    public required ClipHealth Health { get; init; }

    /// <summary>Code of the reason where health is not ok, e.g. <c>unreadable</c>.</summary>
    public string? HealthReason { get; init; }

    /// <summary><c>pending</c>, <c>ready</c>, <c>unsupported</c>, <c>none</c> or <c>failed</c>.</summary>
    public required string PreviewState { get; init; }

    /// <summary>Every sighting of it was as a sidecar of another file.</summary>
    public required bool Sidecar { get; init; }

    /// <summary>Made by <c>deploy/run --sample</c>.</summary>
    public required bool Sample { get; init; }

    /// <summary>Station that saw it first.</summary>
    public required string Station { get; init; }

    /// <summary>Slot of that station.</summary>
    public int? Slot { get; init; }

    /// <summary>Serial of the recorder it was first seen on.</summary>
    public string? Recorder { get; init; }

    /// <summary>File name, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>When it became safe on the station.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Start of the recording by the recorder's clock.</summary>
    public DateTimeOffset? RecordedFrom { get; init; }

    /// <summary>End of the recording by the recorder's clock.</summary>
    public DateTimeOffset? RecordedTo { get; init; }

    /// <summary>What told the start: <c>name</c>, <c>exif</c>, <c>creation-time</c>, <c>mtime</c>.</summary>
    public string? RecordedSource { get; init; }

    /// <summary>First file of the recording that it is a part of, itself where it is the first; null where it is no recording.</summary>
    public ClipId? Recording { get; init; }

    /// <summary>How far the recorder's clock was off, in ms; positive is fast. Null where nobody knows.</summary>
    public long? ClockOffsetMs { get; init; }

    /// <summary>The true offset is at most this far from it, in ms.</summary>
    public long? ClockWithinMs { get; init; }

    /// <summary>What told it, one of <see cref="ClockSources"/>.</summary>
    public string? ClockBy { get; init; }

    /// <summary>Start of the recording in true time; null where the clock's offset is unknown.</summary>
    public DateTimeOffset? CorrectedFrom { get; init; }

    /// <summary>End of the recording in true time.</summary>
    public DateTimeOffset? CorrectedTo { get; init; }

    /// <summary>The best known time: corrected, else the recorder's, else when it was received.</summary>
    public DateTimeOffset At => CorrectedFrom ?? RecordedFrom ?? ReceivedAt;

    /// <summary>How long after the end of the recording it was handed in; null where nobody knows when it ended.</summary>
    public TimeSpan? HandedInAfter => ReceivedAt - (CorrectedTo ?? RecordedTo);

    /// <summary>When the read-back succeeded.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Date before which it can't be deleted.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary><c>advisory</c> or <c>enforced</c>.</summary>
    public string? LockStrength { get; init; }

    /// <summary>Last full read that gave the right bytes.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Length in ms.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Codec of the picture as ffprobe names it.</summary>
    public string? VideoCodec { get; init; }

    /// <summary>Codec of the sound as ffprobe names it.</summary>
    public string? AudioCodec { get; init; }

    /// <summary>Picture width in pixels, as coded.</summary>
    public int? Width { get; init; }

    /// <summary>Picture height in pixels, as coded.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// <c>original</c>: a browser plays the original; <c>needs-preview</c>: it needs a preview; <c>photo</c>; <c>no</c>; null before it is known.
    /// </summary>
    public string? Plays { get; init; }

    /// <summary>Count of sightings.</summary>
    public required long Sightings { get; init; }

    /// <summary>Files of its recording, itself among them; 0 where it is no recording.</summary>
    public required long Parts { get; init; }

    /// <summary>Its place among them, from 1.</summary>
    public required long Part { get; init; }
}

/// <summary>One sighting of a clip's bytes on a recorder.</summary>
public sealed record ProvenanceRow
{
    /// <summary>Id of the sighting.</summary>
    public required IntakeId IntakeId { get; init; }

    /// <summary>Serial of the recorder.</summary>
    public string? Recorder { get; init; }

    /// <summary>What told it: <c>binding</c>, <c>volume</c>, <c>name</c>, <c>none</c>.</summary>
    public required string RecorderBy { get; init; }

    /// <summary>Officer's number in the name.</summary>
    public string? Person { get; init; }

    /// <summary>Naming profile.</summary>
    public string? Profile { get; init; }

    /// <summary>Station.</summary>
    public required string Station { get; init; }

    /// <summary>Slot.</summary>
    public int? Slot { get; init; }

    /// <summary>Session.</summary>
    public required SessionId SessionId { get; init; }

    /// <summary><c>dock</c>, <c>import</c> or <c>browser</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Who sent it by a browser.</summary>
    public string? Uploader { get; init; }

    /// <summary>Path on the recorder, safe to show.</summary>
    public required string DisplayPath { get; init; }

    /// <summary>mtime on the recorder.</summary>
    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Start of the recording by the camera's clock, without zone.</summary>
    public DateTime? DeviceTime { get; init; }

    /// <summary>Zone of that clock.</summary>
    public string? DeviceZone { get; init; }

    /// <summary>When the recorder was plugged in.</summary>
    public required DateTimeOffset AttachedAt { get; init; }

    /// <summary>When the copy was safe.</summary>
    public required DateTimeOffset SpooledAt { get; init; }
}

/// <summary>What 05 found in a clip.</summary>
public sealed record MediaRow
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Container as ffprobe names it.</summary>
    public string? Container { get; init; }

    /// <summary>Length in ms.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Codec of the picture.</summary>
    public string? VideoCodec { get; init; }

    /// <summary>Pixel format.</summary>
    public string? PixelFormat { get; init; }

    /// <summary>Width in pixels, as coded.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels, as coded.</summary>
    public int? Height { get; init; }

    /// <summary>Rotation to show it upright, in degrees clockwise.</summary>
    public int? Rotation { get; init; }

    /// <summary>Frames per second.</summary>
    public double? FrameRate { get; init; }

    /// <summary>Codec of the sound.</summary>
    public string? AudioCodec { get; init; }

    /// <summary>Channels of the sound.</summary>
    public int? AudioChannels { get; init; }

    /// <summary>Samples per second.</summary>
    public int? AudioRateHz { get; init; }

    /// <summary>Bits per second.</summary>
    public long? BitRate { get; init; }

    /// <summary>See <see cref="ClipRow.Plays"/>.</summary>
    public required string Plays { get; init; }

    /// <summary>Start by the file's own metadata.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Degrees north, WGS 84.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    public double? Longitude { get; init; }

    /// <summary>What told the place.</summary>
    public string? PlaceSource { get; init; }

    /// <summary>Maker of the device.</summary>
    public string? Make { get; init; }

    /// <summary>Model of the device.</summary>
    public string? Model { get; init; }

    /// <summary>Stream in which positions may stand, as <c>gpmf:3</c> or <c>subtitle:2</c> with its index; null without one.</summary>
    public string? Telemetry { get; init; }

    /// <summary>All other tags as a flat JSON object of strings.</summary>
    public required string Tags { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset ProbedAt { get; init; }

    /// <summary>Program and version.</summary>
    public required string Tool { get; init; }
}
