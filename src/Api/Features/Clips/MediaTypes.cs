using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What an original is sent as. Told by what was found in it, never by its name; nothing is sent as something that a browser runs.</summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    public static string Of(ClipKind kind, MediaRow? media) => (kind, media?.Container ?? "") switch
    {
        // ffprobe's one name for the ISO family. QuickTime goes as MP4 too: Chromium says that it can't play video/quicktime, and plays it so.
        (ClipKind.Audio, var box) when box.Contains("mp4", StringComparison.Ordinal) => "audio/mp4",
        (_, var box) when box.Contains("mp4", StringComparison.Ordinal) => "video/mp4",
        (_, "avi") => "video/x-msvideo",
        (_, "mpegts") => "video/mp2t",
        (_, "matroska,webm") => "video/webm",
        (_, "asf") => "video/x-ms-asf",
        (_, "flv") => "video/x-flv",
        (_, "wav") => "audio/wav",
        (_, "mp3") => "audio/mpeg",
        (_, "aac") => "audio/aac",
        (_, "ogg") => "audio/ogg",
        (_, "flac") => "audio/flac",
        (_, "amr") => "audio/amr",
        (ClipKind.Photo, "jpeg_pipe" or "image2" or "mjpeg" or "jpeg") => "image/jpeg",
        (ClipKind.Photo, "png_pipe" or "png") => "image/png",
        _ => Unknown,
    };
}
