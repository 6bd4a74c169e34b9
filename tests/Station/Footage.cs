using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Xunit.Sdk;

namespace YaoAn.Tests.Station;

/// <summary>Generated recordings. Every file has bytes of its own, so that none is taken for a duplicate by accident.</summary>
public static class Footage
{
    /// <summary>With a time inside, as recorders write it: without one the product asks a second reader.</summary>
    private static readonly Lazy<Task<byte[]>> s_small = new(async () =>
    {
        var file = Path.Combine(Path.GetTempPath(), $"yaoan-small-{Guid.CreateVersion7():N}.mp4");
        try
        {
            await FfmpegAsync("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                "-metadata", "creation_time=2026-11-24T00:00:00Z", file);
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    });

    /// <summary>Writes a playable H.264 file of about 10 kB; gives its SHA-256.</summary>
    public static async Task<byte[]> WriteSmallAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = (await s_small.Value).Concat(FreeBox()).ToArray();
        await File.WriteAllBytesAsync(path, bytes);
        return SHA256.HashData(bytes);
    }

    /// <summary>A playable H.264 film of so many seconds, small.</summary>
    public static async Task<byte[]> FilmAsync(int seconds)
    {
        var file = Path.Combine(Path.GetTempPath(), $"yaoan-film-{Guid.CreateVersion7():N}.mp4");
        try
        {
            await FfmpegAsync("-f", "lavfi", "-i", $"testsrc2=size=160x120:rate=5:duration={seconds}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "5",
                "-movflags", "+faststart", file);
            return [.. await File.ReadAllBytesAsync(file), .. FreeBox()];
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Writes an H.264 file of at least so many bytes by repeating a few seconds of it without encoding them again.</summary>
    public static async Task<string> WriteLargeAsync(string path, long bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = path + ".part.mp4";
        try
        {
            await FfmpegAsync(
                "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=4,noise=alls=30:allf=t", "-f", "lavfi", "-i", "sine=frequency=440:duration=4",
                "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "16M", "-maxrate", "16M", "-bufsize", "16M", "-pix_fmt", "yuv420p", "-g", "50",
                "-c:a", "aac", "-b:a", "96k", part);
            var loops = bytes / new FileInfo(part).Length;
            await FfmpegAsync("-stream_loop", loops.ToString(), "-i", part, "-c", "copy", "-metadata", $"comment={Guid.CreateVersion7()}", path);
        }
        finally
        {
            File.Delete(part);
        }
        return path;
    }

    /// <summary>A small photo, as the simplest cameras write it.</summary>
    public static async Task<byte[]> PhotoAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), $"yaoan-photo-{Guid.CreateVersion7():N}.jpg");
        try
        {
            await FfmpegAsync("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=1:duration=1", "-frames:v", "1", file);
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A short MKV with subtitles in the ASS format and with a file attached to it as a font.</summary>
    public static async Task<byte[]> AttachedAsync(string folder, string subtitles, string attachment)
    {
        var (film, text) = (Path.Combine(folder, "attached.mkv"), Path.Combine(folder, "attached.ass"));
        try
        {
            await File.WriteAllTextAsync(text, subtitles);
            await FfmpegAsync(
                "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=5:duration=2", "-i", text, "-attach", attachment, "-metadata:s:t", "mimetype=application/x-truetype-font",
                "-metadata", "title=<script>alert(1)</script>", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:s", "ass", "-t", "2", film);
            return await File.ReadAllBytesAsync(film);
        }
        finally
        {
            File.Delete(film);
            File.Delete(text);
        }
    }

    /// <summary>Writes an H.264 film of pictures (<c>00.png</c> …), one a second, as a hand-held camera of 720p sees them: turned a little, blurred, with noise.</summary>
    public static async Task WriteFilmAsync(string path, string pictures)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await FfmpegAsync(
            "-framerate", "1", "-i", Path.Combine(pictures, "%02d.png"), "-vf", "fps=15,scale=1280:720,rotate=4*PI/180,gblur=0.8,noise=alls=12:allf=t",
            "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "15", "-pix_fmt", "yuv420p", path);
    }

    /// <summary>Writes an H.265 film of 1080p at 30 pictures a second by repeating a part of it without encoding it again.</summary>
    public static async Task<string> WriteHevcAsync(string path, int partSeconds, int times)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = path + ".part.mp4";
        try
        {
            await FfmpegAsync(
                "-f", "lavfi", "-i", $"testsrc2=size=1920x1080:rate=30:duration={partSeconds},noise=alls=6:allf=t", "-f", "lavfi", "-i", $"sine=frequency=440:duration={partSeconds}",
                "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=60", "-b:v", "5M", "-pix_fmt", "yuv420p", "-tag:v", "hvc1",
                "-c:a", "aac", "-b:a", "64k", part);
            await FfmpegAsync("-stream_loop", (times - 1).ToString(), "-i", part, "-c", "copy", "-metadata", $"comment={Guid.CreateVersion7()}", path);
        }
        finally
        {
            File.Delete(part);
        }
        return path;
    }

    /// <summary>Writes a small file of a recorder that is no recording, with bytes of its own.</summary>
    /// <returns>Its SHA-256.</returns>
    public static async Task<byte[]> WriteRecordAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = RandomNumberGenerator.GetBytes(48 << 10);
        await File.WriteAllBytesAsync(path, bytes);
        return SHA256.HashData(bytes);
    }

    /// <summary>Writes bytes that are no recording.</summary>
    public static async Task WriteNoiseAsync(string path, long bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = File.Create(path);
        var noise = new byte[1 << 20];
        for (var left = bytes; left > 0; left -= noise.Length)
        {
            RandomNumberGenerator.Fill(noise);
            await file.WriteAsync(noise.AsMemory(0, (int)Math.Min(left, noise.Length)));
        }
    }

    /// <summary>SHA-256 of a file, by other code than the product's.</summary>
    public static async Task<string> DigestAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
    }

    /// <summary>An MP4 box that players pass over.</summary>
    private static byte[] FreeBox()
    {
        var text = Encoding.ASCII.GetBytes($"free{Guid.CreateVersion7():N}{Guid.CreateVersion7():N}");
        return [0, 0, 0, (byte)(text.Length + 4), .. text];
    }

    private static async Task FfmpegAsync(params string[] arguments)
    {
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error", "-y", .. arguments]) { RedirectStandardError = true })!;
        var said = await ffmpeg.StandardError.ReadToEndAsync();
        await ffmpeg.WaitForExitAsync();
        if (ffmpeg.ExitCode != 0)
            throw new XunitException($"ffmpeg failed: {said}");
    }
}
