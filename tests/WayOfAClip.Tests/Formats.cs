using System.Diagnostics;
using Xunit;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>How a generated file is meant to reach a person.</summary>
public enum Shown
{
    /// <summary>A moving picture from the original.</summary>
    Film,

    /// <summary>A moving picture by preview.</summary>
    FilmByPreview,

    /// <summary>Sound from the original.</summary>
    Sound,

    /// <summary>Sound by preview.</summary>
    SoundByPreview,

    /// <summary>A photo.</summary>
    Photo,

    /// <summary>Refused, with its reason.</summary>
    Refused,
}

/// <summary>Files of every format that recorders, phones and cameras write, made by the real ffmpeg; what it can't encode is put together from frames.</summary>
internal static class Formats
{
    private const int Seconds = 4;
    private static readonly string[] s_hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1"];

    /// <summary>Makes them all in a folder.</summary>
    /// <returns>Names, and how each is meant to be shown.</returns>
    public static IReadOnlyDictionary<string, Shown> Make(string folder)
    {
        var made = new Dictionary<string, Shown>();
        void Film(string name, Shown shown, params string[] options) => Add(name, shown, ["-f", "lavfi", "-i", $"testsrc2=s=320x180:r=25:d={Seconds}", .. Tone(), .. options]);
        void Sound(string name, Shown shown, params string[] options) => Add(name, shown, [.. Tone(), .. options]);
        void Add(string name, Shown shown, string[] arguments)
        {
            Ffmpeg([.. arguments, Path.Combine(folder, name)]);
            made.Add(name, shown);
        }

        Film("hevc-8-bit.mp4", Shown.FilmByPreview, [.. s_hevc, "-pix_fmt", "yuv420p", "-c:a", "aac"]);
        Film("hevc-10-bit.mp4", Shown.FilmByPreview, [.. s_hevc, "-pix_fmt", "yuv420p10le", "-c:a", "aac"]);
        Film("h264-422.mp4", Shown.FilmByPreview, "-c:v", "libx264", "-pix_fmt", "yuv422p", "-c:a", "aac");
        Film("h264-alaw.mov", Shown.Film, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1");
        Film("h264-mulaw.mov", Shown.Film, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1");
        Film("h264-mulaw.avi", Shown.FilmByPreview, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1");
        Film("h264.mkv", Shown.Film, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac");
        Film("h264.ts", Shown.FilmByPreview, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac");
        Film("mpeg2.mpg", Shown.FilmByPreview, "-c:v", "mpeg2video", "-c:a", "mp2");
        Film("mjpeg.avi", Shown.FilmByPreview, "-c:v", "mjpeg", "-c:a", "pcm_s16le");
        Film("mpeg4.mp4", Shown.FilmByPreview, "-c:v", "mpeg4", "-c:a", "aac");
        Film("sorenson.flv", Shown.FilmByPreview, "-c:v", "flv1", "-c:a", "libmp3lame", "-ar", "44100");
        Film("wmv.asf", Shown.FilmByPreview, "-c:v", "wmv2", "-c:a", "wmav2");
        Film("vp8.webm", Shown.Film, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus");
        Film("changing-rate.mp4", Shown.FilmByPreview, ["-vf", "select='if(lt(n,40),not(mod(n,4)),1)'", "-vsync", "vfr", .. s_hevc, "-pix_fmt", "yuv420p", "-c:a", "aac"]);
        Add("portrait.mp4", Shown.Film, ["-f", "lavfi", "-i", $"testsrc2=s=180x320:r=25:d={Seconds}", .. Tone(), "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"]);
        Add("rotated.mp4", Shown.FilmByPreview, ["-i", Path.Combine(folder, "hevc-8-bit.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"]);
        Add("ten-minutes.mp4", Shown.FilmByPreview, ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=600", .. Tone(600), "-c:v", "mpeg4", "-c:a", "aac"]);
        Sound("pcm.wav", Shown.Sound, "-c:a", "pcm_s16le");
        Sound("alaw.wav", Shown.Sound, "-c:a", "pcm_alaw", "-ar", "8000");
        Sound("adpcm.wav", Shown.SoundByPreview, "-c:a", "adpcm_ima_wav");
        Sound("sound.mp3", Shown.Sound, "-c:a", "libmp3lame");
        Sound("sound.flac", Shown.Sound, "-c:a", "flac");
        Sound("sound.aac", Shown.Sound, "-c:a", "aac");
        Sound("sound.m4a", Shown.Sound, "-c:a", "aac");
        Sound("sound.wma", Shown.SoundByPreview, "-c:a", "wmav2");
        // Frames of random bits at 12.2 and 12.65 kbit/s (RFC 4867 §5.3): noise, but no less AMR.
        made.Add(Write(folder, "narrow.amr", Amr("#!AMR\n"u8, frameType: 7, frameBytes: 31)), Shown.SoundByPreview);
        made.Add(Write(folder, "wide.amr", Amr("#!AMR-WB\n"u8, frameType: 2, frameBytes: 32)), Shown.SoundByPreview);
        Add("48-megapixels.jpg", Shown.Photo, ["-f", "lavfi", "-i", "testsrc2=s=8000x6000:d=1", "-frames:v", "1"]);
        made.Add(Write(folder, "photo.heic", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8]), Shown.Refused);
        made.Add(Write(folder, "no-index.mp4", [.. File.ReadAllBytes(Path.Combine(folder, "hevc-8-bit.mp4")).Take(4000)]), Shown.Refused);
        return made;
    }

    private static string[] Tone(int seconds = Seconds) => ["-f", "lavfi", "-i", $"sine=f=440:r=48000:d={seconds}"];

    private static byte[] Amr(ReadOnlySpan<byte> head, int frameType, int frameBytes)
    {
        var (random, bytes) = (new Random(1), new List<byte>(head.ToArray()));
        for (var frame = 0; frame < Seconds * 50; frame++)
        {
            var bits = new byte[frameBytes];
            random.NextBytes(bits);
            bytes.Add((byte)((frameType << 3) | 4));
            bytes.AddRange(bits);
        }
        return [.. bytes];
    }

    private static string Write(string folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, name), bytes);
        return name;
    }

    private static void Ffmpeg(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
