using System.Text.Json;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 05: container, codecs, length, times and place, by ffprobe and MetadataExtractor, both inside the sandbox. A file that can't be read
/// goes on with the reason: its original is safe, only what is made from it is missing.
/// </summary>
internal sealed partial class ProbeClip(
    FfprobeReader ffprobe,
    MetadataReader metadata,
    ReadTracks tracks,
    StoredFiles files,
    ClipTable clips,
    MediaTable media,
    RegistrationTable registrations,
    IOptions<StationOptions> station,
    TimeProvider time,
    ILogger<ProbeClip> logger)
{
    /// <exception cref="SandboxUnavailableException">Nothing was read; the step is tried again.</exception>
    public async Task<ProbedClip> RunAsync(StoredClip clip, CancellationToken ct)
    {
        await using var file = await files.OpenAsync(clip.Id, ct);
        // Facts that the early probe read from the same bytes need not be read twice.
        var facts = await media.FindAsync(clip.Id, ct) ?? await ffprobe.ReadAsync(clip.Id, file.Path, isWaitedFor: false, ct);
        // A process of its own costs as much as a small clip's whole preview: it is asked where ffprobe leaves something open.
        var embedded = facts is { Plays: "photo" } or { CreatedAt: null } or { Make: not null } || (facts is null && clip.Kind == ClipKind.Photo)
            ? await metadata.ReadAsync(file.Path, ct)
            : null;
        if (facts is null && embedded is { Type: "heif" or "heic" })
            facts = UndecodablePhoto(clip.Id);
        if (facts is not null)
        {
            facts = With(facts, embedded);
            await media.WriteAsync(facts, ct);
        }
        await tracks.RunAsync(clip, file.Path, facts, ct);
        var kind = KindOf(clip, facts);
        var start = await StartOfAsync(clip.Id, facts, embedded, ct);
        // A name that promises media with bytes that hold none: somebody should know.
        var attention = facts is null && clip.Kind != ClipKind.Data ? "unreadable" : null;
        await clips.MoveAsync(
            new StageMove
            {
                Clip = clip.Id,
                From = ClipStage.Stored,
                To = ClipStage.Probed,
                Kind = kind,
                RecordedFrom = start?.At,
                RecordedTo = start?.At.AddMilliseconds(facts?.DurationMs ?? 0),
                RecordedSource = start?.Source,
                Attention = attention,
                Event = EventOf(clip, kind, facts, start, attention),
            },
            ct);
        LogProbed(logger, clip.Id, facts?.Container, facts?.VideoCodec, facts?.AudioCodec);
        return new ProbedClip(clip.Id, clip.Sha256, facts);
    }

    /// <summary>Lets a clip go on without facts after the last attempt: a person has to look at it.</summary>
    public Task GiveUpAsync(StoredClip clip, CancellationToken ct) => clips.MoveAsync(
        new StageMove
        {
            Clip = clip.Id,
            From = ClipStage.Stored,
            To = ClipStage.Probed,
            Attention = "probe-failed",
            Event = EventOf(clip, clip.Kind, facts: null, start: null, "probe-failed"),
        },
        ct);

    private static MediaRow With(MediaRow facts, EmbeddedMetadata? embedded)
    {
        if (embedded is null)
            return facts;
        // What a sidecar told meanwhile is second to the file's own word.
        if (facts.PlaceSource == "track")
            facts = facts with { Latitude = null, Longitude = null, PlaceSource = null };
        var tags = JsonSerializer.Deserialize<SortedDictionary<string, string>>(facts.Tags)!;
        foreach (var (name, text) in embedded.Tags)
            tags[name] = text.Replace("\0", "", StringComparison.Ordinal);
        var placeIsNew = facts.Latitude is null && embedded.Latitude is not null;
        return facts with
        {
            CreatedAt = facts.CreatedAt ?? embedded.Utc,
            Latitude = facts.Latitude ?? embedded.Latitude,
            Longitude = facts.Longitude ?? embedded.Longitude,
            PlaceSource = placeIsNew ? "exif" : facts.PlaceSource,
            Make = facts.Make ?? embedded.Make,
            Model = facts.Model ?? embedded.Model,
            Rotation = facts is { Plays: "photo" } or { Container: "heif" } ? embedded.Rotation ?? facts.Rotation : facts.Rotation,
            Tags = JsonSerializer.Serialize(tags),
        };
    }

    /// <summary>A HEIF photo (ISO/IEC 23008-12), which ffmpeg 5 and browsers can't decode; its metadata can be read all the same.</summary>
    private MediaRow UndecodablePhoto(ClipId clip) => new()
    {
        ClipId = clip,
        Container = "heif",
        VideoCodec = "hevc",
        Plays = "no",
        Tags = "{}",
        ProbedAt = time.GetUtcNow(),
        Tool = "MetadataExtractor",
    };

    private static ClipKind KindOf(StoredClip clip, MediaRow? facts) => facts switch
    {
        null => clip.Kind,
        { Plays: "photo" } or { Container: "heif" } => ClipKind.Photo,
        { VideoCodec: not null } => ClipKind.Video,
        _ => ClipKind.Audio,
    };

    /// <summary>
    /// Start of the recording, best source first: the name's time, EXIF, the container's creation time, mtime less the duration.
    /// </summary>
    private async Task<(DateTimeOffset At, string Source)?> StartOfAsync(ClipId clip, MediaRow? facts, EmbeddedMetadata? embedded, CancellationToken ct)
    {
        var sighting = await registrations.ProvenanceAsync(clip, ct) is [var first, ..] ? first : null;
        if (sighting?.DeviceTime is { } named && sighting.DeviceZone is { } zone)
            return (InZone(named, TimeZoneInfo.FindSystemTimeZoneById(zone)), "name");
        if (embedded?.LocalTime is { } taken)
            return (InZone(taken, FfprobeReader.CameraZone), "exif");
        if (facts?.CreatedAt is { } created)
            return (created, "creation-time");
        return facts is not null && sighting is not null ? (sighting.ModifiedAt.AddMilliseconds(-(facts.DurationMs ?? 0)), "mtime") : null;
    }

    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();

    private CustodyEvent EventOf(StoredClip clip, ClipKind kind, MediaRow? facts, (DateTimeOffset At, string Source)? start, string? attention)
    {
        var now = time.GetUtcNow();
        return new CustodyEvent
        {
            Id = EventId.New(now),
            At = now,
            Kind = CustodyKinds.ClipProbed,
            Actor = CustodyActor.Worker(station.Value.Name),
            Clip = clip.Id,
            Once = $"probed/{clip.Id}",
            Facts =
            [
                new("kind", kind.Word()),
                new("container", facts?.Container),
                new("video", facts?.VideoCodec),
                new("audio", facts?.AudioCodec),
                new("durationMs", facts?.DurationMs),
                new("recordedFrom", start?.At),
                new("recordedSource", start?.Source),
                new("attention", attention),
            ],
        };
    }

    [LoggerMessage(5002, LogLevel.Information, "Probe: {Clip} is {Container}, {Video}, {Audio}")]
    private static partial void LogProbed(ILogger logger, ClipId clip, string? container, string? video, string? audio);
}
