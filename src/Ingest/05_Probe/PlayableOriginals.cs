using FFMpegCore;

namespace YaoAn.Ingest;

/// <summary>
/// What Chromium 109 and newer plays straight from the original, found by trying it (tests/WayOfAClip.Tests, EveryFormatTests): whatever isn't here
/// gets a preview, so that a wrong 'no' costs time and a wrong 'yes' a black picture.
/// </summary>
internal static class PlayableOriginals
{
    /// <summary>By container as ffprobe names it: pictures, and sounds with a picture or alone. Null stands for none.</summary>
    private static readonly (string Container, string?[] Pictures, string?[] Sounds)[] s_playable =
    [
        ("mp4", ["h264", null], ["aac", "mp3", "pcm_alaw", "pcm_mulaw", null]),
        ("matroska", ["h264"], ["aac", "mp3", null]),
        ("webm", ["vp8", "vp9", null], ["opus", "vorbis", null]),
        ("mp3", [null], ["mp3"]),
        ("aac", [null], ["aac"]),
        ("flac", [null], ["flac"]),
        ("ogg", [null], ["vorbis", "opus", "flac"]),
        ("wav", [null], ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_alaw", "pcm_mulaw"]),
    ];

    /// <summary>Pictures of 8 bits, 4:2:0: the only ones that every such browser decodes.</summary>
    public static bool Play(string container, VideoStream? picture, AudioStream? sound) =>
        (picture ?? (MediaStream?)sound) is not null
        && picture?.PixelFormat is null or "yuv420p" or "yuvj420p"
        && s_playable.Any(known => container.Split(',').Contains(known.Container)
            && known.Pictures.Contains(picture?.CodecName) && known.Sounds.Contains(sound?.CodecName));
}
