using System.Security.Cryptography;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A clip as the API tells of it. Words of stage, health and kind are those of the catalog; times are UTC.</summary>
internal sealed record ClipView
{
    public required ClipId ClipId { get; init; }
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required string Stage { get; init; }
    public required string Health { get; init; }
    public string? HealthReason { get; init; }
    public required string PreviewState { get; init; }
    public string? Plays { get; init; }
    public required long SizeBytes { get; init; }
    public required Sha256Digest Sha256 { get; init; }
    public Sm3Digest? Sm3 { get; init; }
    public required bool Sidecar { get; init; }
    public required bool Sample { get; init; }
    public required string Station { get; init; }
    public int? Slot { get; init; }
    public string? Recorder { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public DateTimeOffset? RecordedFrom { get; init; }
    public DateTimeOffset? RecordedTo { get; init; }
    public string? RecordedSource { get; init; }

    /// <summary>The same for all files of one recording. It is no clip's id: the first file may be one that the reader can't know of.</summary>
    public string? Recording { get; init; }

    /// <summary>The recorder's clock less the true time, in ms; null where it was never compared.</summary>
    public long? ClockOffsetMs { get; init; }

    /// <summary>At most this far from the truth, in ms.</summary>
    public long? ClockWithinMs { get; init; }

    /// <summary>gps, station-qr or entry.</summary>
    public string? ClockBy { get; init; }
    public DateTimeOffset? CorrectedFrom { get; init; }
    public DateTimeOffset? CorrectedTo { get; init; }

    /// <summary>It was handed in later after its end than the bureau's rule allows; false where nobody knows when it ended.</summary>
    public required bool HandedInLate { get; init; }
    public DateTimeOffset? StoredAt { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public DateTimeOffset? LockedUntil { get; init; }
    public string? LockStrength { get; init; }
    public long? DurationMs { get; init; }
    public string? VideoCodec { get; init; }
    public string? AudioCodec { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }
    public required long Sightings { get; init; }

    public static ClipView Of(ClipRow row, OverdueRules rules) => new()
    {
        ClipId = row.ClipId,
        Name = row.DisplayName,
        Kind = row.Kind.Word(),
        Stage = row.Stage.Word(),
        Health = row.Health.Word(),
        HealthReason = row.HealthReason,
        PreviewState = row.PreviewState,
        Plays = row.Plays,
        SizeBytes = row.SizeBytes,
        Sha256 = row.Sha256,
        Sm3 = row.Sm3,
        Sidecar = row.Sidecar,
        Sample = row.Sample,
        Station = row.Station,
        Slot = row.Slot,
        Recorder = row.Recorder,
        ReceivedAt = row.ReceivedAt,
        RecordedFrom = row.RecordedFrom,
        RecordedTo = row.RecordedTo,
        RecordedSource = row.RecordedSource,
        Recording = row.Recording is { } first ? Convert.ToHexStringLower(SHA256.HashData(first.Value.ToByteArray(bigEndian: true)).AsSpan(0, 16)) : null,
        ClockOffsetMs = row.ClockOffsetMs,
        ClockWithinMs = row.ClockWithinMs,
        ClockBy = row.ClockBy,
        CorrectedFrom = row.CorrectedFrom,
        CorrectedTo = row.CorrectedTo,
        HandedInLate = rules.IsLate(row),
        StoredAt = row.StoredAt,
        VerifiedAt = row.VerifiedAt,
        LockedUntil = row.LockedUntil,
        LockStrength = row.LockStrength,
        DurationMs = row.DurationMs,
        VideoCodec = row.VideoCodec,
        AudioCodec = row.AudioCodec,
        Width = row.Width,
        Height = row.Height,
        Sightings = row.Sightings,
    };
}

/// <summary>One page of a list.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Goes into <c>after</c> for older clips; null on the last page.</param>
/// <param name="Previous">Goes into <c>before</c> for newer ones; null on the first page.</param>
/// <param name="Total">How many the filter matches; one more than <see cref="ClipTotals.CountedTo"/> means 'more than that'.</param>
/// <param name="TotalBytes">Their length, of at most that many.</param>
internal sealed record ClipListView(IReadOnlyList<ClipView> Items, string? Next, string? Previous, long Total, long TotalBytes);

/// <summary>A clip with all that is known of it.</summary>
/// <param name="Clip">The clip.</param>
/// <param name="Media">What was found in it; null before that.</param>
/// <param name="Provenance">Its sightings on recorders, oldest first.</param>
/// <param name="Custody">Its custody events, oldest first, as the stored bytes have them.</param>
/// <param name="Derived">What was made from it.</param>
/// <param name="Recording">The files that are one recording with it, and what is missing between them; null for what is no recording.</param>
internal sealed record ClipDetailView(
    ClipView Clip,
    MediaRow? Media,
    IReadOnlyList<ProvenanceRow> Provenance,
    IReadOnlyList<JsonElement> Custody,
    IReadOnlyList<DerivedView> Derived,
    RecordingView? Recording);

/// <summary>Files that are one recording, by the recorder's own clock.</summary>
/// <param name="Parts">In the order of their starts.</param>
/// <param name="Before">The last file of the same series before it; null where none is known within a day.</param>
/// <param name="After">The next one after it.</param>
internal sealed record RecordingView(IReadOnlyList<RecordingPartView> Parts, RecordingPartView? Before, RecordingPartView? After)
{
    public static RecordingView Of(Recording whole) => new(
        [.. whole.Parts.Select((part, index) => RecordingPartView.Of(part, index == 0 ? null : whole.Seams[index - 1]))],
        whole.Before is { } before ? RecordingPartView.Of(before.Part, before.Seam) : null,
        whole.After is { } after ? RecordingPartView.Of(after.Part, after.Seam) : null);
}

/// <summary>One file of a recording.</summary>
/// <param name="ClipId">Clip.</param>
/// <param name="Name">Its name.</param>
/// <param name="RecordedFrom">Start by the recorder's clock.</param>
/// <param name="RecordedTo">End by the recorder's clock.</param>
/// <param name="Seam">What lies between it and the recording or the part before: joined, gap, overlap, missing; null for the first part.</param>
/// <param name="SeamMs">Length of that, in ms.</param>
/// <param name="MissingNumbers">Numbers that no file of this recorder has.</param>
internal sealed record RecordingPartView(
    ClipId ClipId, string Name, DateTimeOffset RecordedFrom, DateTimeOffset RecordedTo, string? Seam, long? SeamMs, IReadOnlyList<long>? MissingNumbers)
{
    public static RecordingPartView Of(RecordingPart part, Seam? seam) => new(
        part.ClipId, part.DisplayName, part.RecordedFrom, part.RecordedTo, seam?.Kind.ToString().ToLowerInvariant(), (long?)seam?.Length.TotalMilliseconds, seam?.MissingNumbers);
}

/// <summary>A derived file.</summary>
internal sealed record DerivedView(string Name, string ContentType, long SizeBytes, Sha256Digest Sha256, DateTimeOffset MadeAt);

/// <summary>One re-reading of stored bytes. <paramref name="Result"/>: running, match, mismatch, missing, unavailable.</summary>
internal sealed record VerificationView(
    VerificationId VerificationId,
    ClipId ClipId,
    string Reason,
    DateTimeOffset RequestedAt,
    DateTimeOffset? EndedAt,
    string Result,
    long? FoundSizeBytes,
    Sha256Digest? FoundSha256,
    Sm3Digest? FoundSm3,
    string? Detail)
{
    public static VerificationView Of(VerificationRow row) => new(
        row.VerificationId, row.ClipId, row.Reason, row.RequestedAt, row.EndedAt, row.Result, row.FoundSize, row.FoundSha256, row.FoundSm3, row.Detail);
}
