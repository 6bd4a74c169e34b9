using System.Diagnostics;
using System.Text;
using Xunit;

namespace YaoAn.Ingest.Tests;

/// <summary>Small media files made by the real ffmpeg.</summary>
internal static class Media
{
    /// <summary>First lines of every test that reads media in the sandbox.</summary>
    public static void NeedTools()
    {
        var isThere = File.Exists("/usr/bin/ffmpeg") && File.Exists("/usr/bin/bwrap");
        if (!isThere && Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail("ffmpeg and bubblewrap are not installed: in CI these tests must run. deploy/test installs them.");
        Skip.IfNot(isThere, "ffmpeg and bubblewrap are not installed: deploy/test installs them.");
    }

    /// <summary>H.264 and AAC, a few seconds; the text makes its bytes its own.</summary>
    public static void Clip(string path, string text, int seconds = 3) => Ffmpeg(
        "-f", "lavfi", "-i", $"testsrc2=size=320x180:rate=10:duration={seconds}", "-f", "lavfi", "-i", $"sine=frequency=440:duration={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", "-metadata", $"comment={text}", path);

    public static void Ffmpeg(params string[] arguments) => Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    /// <summary>What ffprobe says, without the line's end.</summary>
    public static string Ffprobe(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffprobe", ["-v", "error", .. arguments]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Trim();
    }

    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors}");
    }

    /// <summary>A file with any bytes as its name, which .NET can't make.</summary>
    public static void MakeRaw(string folder, byte[] name, string content)
    {
        var octal = string.Concat(name.Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')));
        Run("sh", "-c", $"LC_ALL=C; n=$(printf '{octal}x'); printf %s \"$2\" > \"$1/${{n%x}}\"", "sh", folder, content);
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
