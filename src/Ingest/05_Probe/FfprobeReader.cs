using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FFMpegCore;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Reads container, codecs, length and the container's own tags with ffprobe, through FFMpegCore, inside the sandbox.</summary>
internal sealed partial class FfprobeReader(Sandbox sandbox, TimeProvider time)
{
    private const string Tool = "ffprobe";
    private const int MaxJsonBytes = 4 << 20;

    /// <summary>A container can claim any length; beyond this it is a lie, and times computed with it would overflow.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(366);

    /// <summary>Zone of cameras that write local times without one.</summary>
    internal static readonly TimeZoneInfo CameraZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static readonly string[] s_arguments =
        ["-loglevel", "error", "-print_format", "json", "-show_format", "-sexagesimal", "-show_streams", .. Sandbox.InputLimits, Sandbox.Input];

    /// <param name="clip">Clip.</param>
    /// <param name="path">Its bytes.</param>
    /// <param name="isWaitedFor">It is just being taken in, and may be opened at once.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null where ffprobe finds no media in it.</returns>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<MediaRow?> ReadAsync(ClipId clip, string path, bool isWaitedFor, CancellationToken ct)
    {
        using var job = sandbox.Prepare(path, cpuSeconds: 60, isWaitedFor);
        using var json = new CappedBuffer(MaxJsonBytes);
        var result = await sandbox.RunAsync(job, Tool, s_arguments, json.ReadAsync, ct);
        return result.ExitCode == 0 ? FactsOf(clip, json.ToText(), time.GetUtcNow()) : null;
    }

    /// <summary>Facts in the JSON that ffprobe printed; null where it found no media.</summary>
    internal static MediaRow? FactsOf(ClipId clip, string json, DateTimeOffset now)
    {
        try
        {
            return Read(clip, json, now);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Another's code over what a process printed that read hostile bytes: whatever it throws, this is no media that can be told.
            return null;
        }
    }

    private static MediaRow? Read(ClipId clip, string json, DateTimeOffset now)
    {
        var analysis = FFProbe.FromJson(json);
        var picture = analysis.VideoStreams.FirstOrDefault(stream => stream.Disposition?.GetValueOrDefault("attached_pic") != true);
        var sound = analysis.PrimaryAudioStream;
        if (picture is null && sound is null)
            return null;
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // PostgreSQL's text has no NUL, tags of old cameras have; without it two keys may be one.
        foreach (var (key, value) in analysis.Format.Tags ?? new Dictionary<string, string>())
            tags.TryAdd(Clean(key), Clean(value ?? ""));
        var place = PlaceOf(tags);
        var isPhoto = sound is null && PhotoContainers().IsMatch(analysis.Format.FormatName);
        return new MediaRow
        {
            ClipId = clip,
            Container = analysis.Format.FormatName,
            DurationMs = isPhoto || analysis.Duration <= TimeSpan.Zero || analysis.Duration > s_longest ? null : (long)analysis.Duration.TotalMilliseconds,
            VideoCodec = picture?.CodecName,
            PixelFormat = picture?.PixelFormat,
            Width = picture?.Width,
            Height = picture?.Height,
            Rotation = picture is null ? null : ClockwiseOf(picture),
            FrameRate = picture is null || !double.IsFinite(picture.AverageFrameRate) ? null : picture.AverageFrameRate,
            AudioCodec = sound?.CodecName,
            AudioChannels = sound?.Channels,
            AudioRateHz = sound?.SampleRateHz,
            BitRate = analysis.Format.BitRate > 0 ? analysis.Format.BitRate : null,
            Plays = PlaysOf(isPhoto, analysis.Format.FormatName, picture, sound),
            CreatedAt = CreatedOf(tags),
            Latitude = place?.Latitude,
            Longitude = place?.Longitude,
            PlaceSource = place is null ? null : "container",
            Make = tags.GetValueOrDefault("com.apple.quicktime.make") ?? tags.GetValueOrDefault("make"),
            Model = tags.GetValueOrDefault("com.apple.quicktime.model") ?? tags.GetValueOrDefault("model"),
            Telemetry = TelemetryOf(json),
            Tags = JsonSerializer.Serialize(tags),
            ProbedAt = now,
            Tool = Tool,
        };
    }

    /// <summary>The stream in which positions may stand: GoPro's telemetry, else text subtitles. FFMpegCore doesn't tell of data streams.</summary>
    private static string? TelemetryOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        var streams = document.RootElement.GetProperty("streams").EnumerateArray()
            .Select(stream => (Index: stream.GetProperty("index").GetInt32(), Tag: TextOf(stream, "codec_tag_string"), Codec: TextOf(stream, "codec_name"))).ToList();
        foreach (var (index, tag, _) in streams)
        {
            if (tag == "gpmd")
                return $"{TrackSources.Gpmf}:{index}";
        }
        foreach (var (index, _, codec) in streams)
        {
            if (codec is "mov_text" or "subrip")
                return $"{TrackSources.Subtitle}:{index}";
        }
        return null;
    }

    private static string? TextOf(JsonElement stream, string name) =>
        stream.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string PlaysOf(bool isPhoto, string container, VideoStream? picture, AudioStream? sound) => (isPhoto, picture, sound) switch
    {
        (true, _, _) => "photo",
        _ when PlayableOriginals.Play(container, picture, sound) => "original",
        // A codec that ffprobe has no name for is one that ffmpeg has no decoder for.
        (_, { CodecName: null or "" or "none" }, null) or (_, null, { CodecName: null or "" or "none" }) => "no",
        _ => "needs-preview",
    };

    /// <summary>
    /// Start of the recording by the container. Apple's key has the zone; <c>creation_time</c> of MP4 is UTC by ISO/IEC 14496-12 §8.2.2 and
    /// ends in Z; that of AVI (IDIT) is the camera's local time and has no zone. Times before 1990 are the zero of a clock that was never set.
    /// </summary>
    private static DateTimeOffset? CreatedOf(SortedDictionary<string, string> tags)
    {
        foreach (var name in (string[])["com.apple.quicktime.creationdate", "creation_time"])
        {
            if (!tags.TryGetValue(name, out var text)
                || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var created) || created.Year is < 1990 or >= 2200)
                continue;
            return created.Kind == DateTimeKind.Unspecified
                ? new DateTimeOffset(created, CameraZone.GetUtcOffset(created)).ToUniversalTime()
                : new DateTimeOffset(created).ToUniversalTime();
        }
        return null;
    }

    /// <summary>ffprobe gives the display matrix counterclockwise, −180 to 180; the older tag <c>rotate</c> was clockwise.</summary>
    private static int ClockwiseOf(VideoStream picture) =>
        ((picture.Tags?.ContainsKey("rotate") == true ? picture.Rotation : -picture.Rotation) + 360) % 360;

    /// <summary>ISO 6709 as phones write it (<c>+27.5916+086.5640+8850/</c>); 0, 0 is a receiver without a fix.</summary>
    private static (double Latitude, double Longitude)? PlaceOf(SortedDictionary<string, string> tags)
    {
        var text = tags.GetValueOrDefault("com.apple.quicktime.location.ISO6709") ?? tags.GetValueOrDefault("location");
        if (text is null || Iso6709().Match(text) is not { Success: true } match)
            return null;
        var latitude = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        var longitude = double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return (latitude, longitude) == (0, 0) || Math.Abs(latitude) > 90 || Math.Abs(longitude) > 180 ? null : (latitude, longitude);
    }

    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^(image2|jpeg_pipe|png_pipe|bmp_pipe|mjpeg)$", RegexOptions.CultureInvariant)]
    private static partial Regex PhotoContainers();

    [GeneratedRegex(@"^([+-][0-9]{1,2}(?:\.[0-9]+)?)([+-][0-9]{1,3}(?:\.[0-9]+)?)", RegexOptions.CultureInvariant)]
    private static partial Regex Iso6709();
}
