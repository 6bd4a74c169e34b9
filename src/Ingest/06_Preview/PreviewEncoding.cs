using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The one way in which previews are encoded, so that segments of different runs are pieces of one film: same header, pictures and sound frames on
/// one grid from the recording's start, no jump where the segments of two runs meet.
/// <list type="bullet">
/// <item>Times count from the recording's start whatever a run begins with (<c>-copyts -start_at_zero</c>, <c>frag_discont</c>).</item>
/// <item>A fixed count of pictures per second from the segment's first moment; a key picture at each border, none elsewhere; no B-pictures.</item>
/// <item>Sound frames of 1,024 samples begin at multiples of 1,024. An encoder needs some frames to settle: they are encoded and dropped.</item>
/// </list>
/// </summary>
internal sealed record PreviewEncoding
{
    private const int LongSide = 960, ShortSide = 540;
    private const int SoundFrame = 1024, SettlingFrames = 4;

    /// <summary>What is decoded before a run's first moment: the picture that stands there, and the settling frames.</summary>
    private static readonly TimeSpan s_lead = TimeSpan.FromSeconds(0.2);

    /// <summary>A decoder on a machine with very many cores would ask for more memory than the sandbox gives.</summary>
    private static readonly string s_threads = Math.Min(Environment.ProcessorCount, 4).ToString(CultureInfo.InvariantCulture);

    private readonly MediaRow _media;

    private PreviewEncoding(MediaRow media) => _media = media;

    /// <summary>Length of a segment.</summary>
    public TimeSpan Segment => PreviewTimeline.SegmentOf(_media);

    /// <summary>Whether it has a picture.</summary>
    public bool HasPicture => _media.VideoCodec is not null;

    /// <summary>Whether it has sound.</summary>
    public bool HasSound => _media.AudioCodec is not null;

    public static PreviewEncoding For(MediaRow media) => new(media);

    /// <summary>Time units of the fragments' first track, of which their numbers are told.</summary>
    public int TimeScale => HasPicture ? 90_000 : PreviewTimeline.SoundRateHz;

    /// <summary>Arguments of a run that begins with a segment, and makes more of the same decoding.</summary>
    public string[] Arguments(int from, IReadOnlyList<string> more) => [.. InputArguments(from), .. OutputArguments(from), .. more];

    /// <summary>Up to and with the input.</summary>
    private string[] InputArguments(int from)
    {
        var lead = Begin(from) - s_lead;
        return
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", .. Sandbox.InputLimits, "-max_pixels", "40000000", "-threads", s_threads,
            "-copyts", "-start_at_zero", .. lead > TimeSpan.Zero ? ["-ss", Seconds(lead)] : Array.Empty<string>(),
            "-i", Sandbox.Input,
        ];
    }

    /// <summary>Fragmented MP4 (ISO/IEC 14496-12 §8.8) on standard output, one fragment a segment.</summary>
    private string[] OutputArguments(int from) =>
    [
        .. HasPicture ? PictureArguments(from) : [],
        .. HasSound ? SoundArguments(from) : [],
        "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-avoid_negative_ts", "disabled", "-use_editlist", "0", "-flush_packets", "1",
        "-movflags", HasPicture ? "+empty_moov+default_base_moof+frag_discont+frag_keyframe" : "+empty_moov+default_base_moof+frag_discont",
        .. HasPicture ? Array.Empty<string>() : ["-frag_duration", ((long)Segment.TotalMicroseconds).ToString(CultureInfo.InvariantCulture)],
        "-f", "mp4", "pipe:1",
    ];

    private string[] PictureArguments(int from)
    {
        var (fps, begin) = (PreviewTimeline.FpsOf(_media), Seconds(Begin(from)));
        var (width, height) = Size();
        var between = (fps * (int)Segment.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return
        [
            "-map", "0:V:0",
            "-vf", string.Create(CultureInfo.InvariantCulture, $"fps={fps}:start_time={begin},scale={width}:{height},format=yuv420p"),
            "-fps_mode", "passthrough", "-c:v", "libx264", "-threads:v", s_threads, "-preset", "veryfast", "-profile:v", "high",
            "-crf", "25", "-maxrate", "1500k", "-bufsize", "3000k", "-bf", "0", "-g", between, "-keyint_min", between, "-sc_threshold", "0",
            "-force_key_frames", string.Create(CultureInfo.InvariantCulture, $"expr:gte(t,{begin}+n_forced*{Segment.TotalSeconds})"),
            "-video_track_timescale", TimeScale.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private string[] SoundArguments(int from)
    {
        // The first whole sound frame of the segment.
        var frame = (long)Math.Ceiling(Begin(from).TotalSeconds * PreviewTimeline.SoundRateHz / SoundFrame);
        var settling = Math.Max(0, frame - SettlingFrames) * SoundFrame;
        var first = (double)(frame * SoundFrame) / PreviewTimeline.SoundRateHz;
        var channels = _media.AudioChannels > 1 ? "stereo" : "mono";
        return
        [
            "-map", "0:a:0",
            // Two resamplers: 'first_pts' counts samples of its input, which must be those of the grid already.
            "-af", string.Create(
                CultureInfo.InvariantCulture,
                $"aresample={PreviewTimeline.SoundRateHz},aresample=async=1:first_pts={settling},aformat=sample_fmts=fltp:channel_layouts={channels}"),
            "-c:a", "aac", "-b:a", _media.AudioChannels > 1 ? "96k" : "64k",
            "-bsf:a", string.Create(CultureInfo.InvariantCulture, $"noise=drop=lt(pts*tb\\,{first - 0.001:0.######})"),
        ];
    }

    /// <summary>Upright, even, never larger than the recording.</summary>
    private (int Width, int Height) Size()
    {
        var (width, height) = _media.Rotation is 90 or 270 ? (_media.Height ?? ShortSide, _media.Width ?? LongSide) : (_media.Width ?? LongSide, _media.Height ?? ShortSide);
        var scale = Math.Min(1, Math.Min((double)LongSide / Math.Max(width, height), (double)ShortSide / Math.Max(1, Math.Min(width, height))));
        return (Even(width * scale), Even(height * scale));
    }

    private static int Even(double length) => Math.Max(2, (int)Math.Round(length / 2) * 2);

    private TimeSpan Begin(int from) => Segment * from;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
