using System.Globalization;
using System.Text;

namespace YaoAn.Catalog;

/// <summary>
/// How the preview of a recording is cut into segments. It follows from the probe alone, so that a player has the whole list, and may go to any
/// second, before anything was made.
/// </summary>
public sealed record PreviewTimeline
{
    /// <summary>A recording that claims to be longer is previewed only once it was decoded to its end: the claim is more likely wrong.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    /// <summary>With a picture: so short that the one somebody waits for is made in a second or two.</summary>
    private static readonly TimeSpan s_filmSegment = TimeSpan.FromSeconds(2);

    /// <summary>Sound alone: 480 frames of 1,024 samples at <see cref="SoundRateHz"/>, since a cut must fall between two frames.</summary>
    private static readonly TimeSpan s_soundSegment = TimeSpan.FromSeconds(10.24);

    private const int MostFps = 30, UsualFps = 25;

    /// <summary>Samples per second of every preview's sound.</summary>
    public const int SoundRateHz = 48_000;

    /// <summary>Length of each segment but the last.</summary>
    public required TimeSpan Segment { get; init; }

    /// <summary>Length of the whole preview.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Count of segments.</summary>
    public int Count => (int)((Length.Ticks + Segment.Ticks - 1) / Segment.Ticks);

    /// <summary>Length of a segment of a recording, which has a picture or only sound.</summary>
    public static TimeSpan SegmentOf(MediaRow media) => media.VideoCodec is null ? s_soundSegment : s_filmSegment;

    /// <summary>Whole pictures per second of a preview, so that each segment has the same count of them.</summary>
    public static int FpsOf(MediaRow media) =>
        media.FrameRate is { } rate and > 0 ? (int)Math.Clamp(Math.Round(rate, MidpointRounding.AwayFromZero), 1, MostFps) : UsualFps;

    /// <summary>The segments of a recording; null where its length isn't known or can't be believed.</summary>
    public static PreviewTimeline? Of(MediaRow media) =>
        media is { Plays: "needs-preview", DurationMs: > 0 and var ms } && TimeSpan.FromMilliseconds(ms) <= s_longest
            ? new PreviewTimeline { Segment = SegmentOf(media), Length = TimeSpan.FromMilliseconds(ms) }
            : null;

    /// <summary>The segment that a moment falls into.</summary>
    public int At(TimeSpan moment) => (int)Math.Clamp(moment.Ticks / Segment.Ticks, 0, Count - 1);

    /// <summary>The complete list as a media playlist of HTTP Live Streaming, version 7 (RFC 8216).</summary>
    /// <param name="init">Address of the header that all segments share.</param>
    /// <param name="segment">Address of a segment by its number, from 0.</param>
    public string ToPlaylist(string init, Func<int, string> segment)
    {
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{Math.Ceiling(Segment.TotalSeconds)}\n");
        text.Append("#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"{init}\"\n");
        for (var number = 0; number < Count; number++)
        {
            var length = number < Count - 1 ? Segment : Length - (Segment * number);
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{length.TotalSeconds:0.000},\n{segment(number)}\n");
        }
        return text.Append("#EXT-X-ENDLIST\n").ToString();
    }
}
