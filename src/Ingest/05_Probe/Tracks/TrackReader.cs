using System.Globalization;
using System.Text;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Positions in a sidecar, or in a stream of the recording itself. All of it is parsed by a process of its own inside the sandbox: this class
/// starts it, and <see cref="Print"/> is what runs there.
/// </summary>
internal sealed class TrackReader(Sandbox sandbox)
{
    private const int MaxJsonBytes = 16 << 20, MaxStreamBytes = 256 << 20, CpuSeconds = 60;
    private const string Stream = "/out/telemetry", Times = "/out/times";

    private static readonly string[] s_extensions = [".nmea", ".nme", ".gps", ".gpx", ".srt", ".txt", ".log", ".json"];

    private static readonly string[] s_sources =
        [TrackSources.Nmea, TrackSources.Gpx, TrackSources.Srt, TrackSources.GpsTrail, TrackSources.Gpmf, TrackSources.Subtitle];

    /// <summary>Whether a file of this name may be a track: a process for each text file of a card would be felt.</summary>
    public static bool MayHold(string name) => s_extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a text file.</summary>
    /// <returns>Null where it holds no position.</returns>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<ReadTrack?> ReadFileAsync(string path, CancellationToken ct)
    {
        using var job = sandbox.Prepare(path, CpuSeconds);
        return await ParseAsync(job, [Sandbox.Input], ct);
    }

    /// <summary>Reads a stream that <see cref="MediaRow.Telemetry"/> names.</summary>
    /// <returns>Null where it holds no position.</returns>
    /// <exception cref="SandboxUnavailableException">Nothing was read.</exception>
    public async Task<ReadTrack?> ReadStreamAsync(string path, string telemetry, CancellationToken ct)
    {
        if (telemetry.Split(':') is not [var kind, var number] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return null;
        var isGpmf = kind == TrackSources.Gpmf;
        string[] outputs = isGpmf
            ? ["-map", $"0:{index}", "-c", "copy", "-f", "data", Stream, "-map", $"0:{index}", "-c", "copy", "-f", "framecrc", Times]
            : ["-map", $"0:{index}", "-c:s", "subrip", "-f", "srt", Stream];
        using var job = sandbox.Prepare(path, CpuSeconds);
        var taken = await sandbox.RunAsync(
            job, "ffmpeg", ["-v", "error", "-nostdin", "-y", .. Sandbox.InputLimits, "-i", Sandbox.Input, .. outputs], readOutput: null, ct);
        return taken.ExitCode == 0 ? await ParseAsync(job, isGpmf ? [Stream, Times] : [Stream, TrackSources.Subtitle], ct) : null;
    }

    /// <summary>
    /// Inside the sandbox: reads a text file, a stream turned into one (<c>PATH subtitle</c>), or GPMF with its packets' times
    /// (<c>PATH TIMES</c>), and prints what it found as JSON.
    /// </summary>
    /// <returns>Exit code; <see cref="ExitCodes.Finding"/> where there is no position.</returns>
    public static int Print(string path, string? more)
    {
        var track = more switch
        {
            null => TrackText.Read(Head(path, TrackText.MaxBytes)),
            TrackSources.Subtitle => TrackText.Read(Head(path, TrackText.MaxBytes), TrackSources.Subtitle),
            _ => GpmfTrack.Read(Head(path, MaxStreamBytes), Packets(more)),
        };
        if (track is null)
            return ExitCodes.Finding;
        using var output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{track.Source} {track.Skipped}\n")));
        output.Write(TrackPoints.ToJson(track.Points));
        return ExitCodes.Good;
    }

    private async Task<ReadTrack?> ParseAsync(Sandbox.Job job, string[] arguments, CancellationToken ct)
    {
        using var output = new CappedBuffer(MaxJsonBytes);
        var result = await sandbox.RunAsync(job, "track", arguments, output.ReadAsync, ct);
        return result.ExitCode == 0 ? Parse(output.ToText()) : null;
    }

    /// <summary>First line: source and count of skipped records; then the points. The process that wrote it may have been taken over.</summary>
    private static ReadTrack? Parse(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0 || text[..end].Split(' ') is not [var source, var skipped] || !s_sources.Contains(source)
            || !int.TryParse(skipped, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return null;
        try
        {
            return TrackPoints.FromJson(Encoding.UTF8.GetBytes(text[(end + 1)..])) is { Count: > 0 } points ? new ReadTrack(source, points, count) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Head(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var bytes = new byte[Math.Min(file.Length, most)];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>ffmpeg's framecrc: a time base in seconds (<c>#tb 0: 1/1000</c>), then stream, dts, pts, duration, size, checksum a line.</summary>
    private static IEnumerable<DataPacket> Packets(string path)
    {
        var ms = 1.0;
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith("#tb 0:", StringComparison.Ordinal) && line[6..].Split('/') is [var up, var down]
                && double.TryParse(up, CultureInfo.InvariantCulture, out var numerator) && double.TryParse(down, CultureInfo.InvariantCulture, out var denominator) && denominator > 0)
                ms = 1000 * numerator / denominator;
            else if (line.Split(',') is [_, _, var pts, var duration, var size, ..]
                && long.TryParse(pts, CultureInfo.InvariantCulture, out var start) && long.TryParse(duration, CultureInfo.InvariantCulture, out var length) && int.TryParse(size, CultureInfo.InvariantCulture, out var bytes))
                yield return new DataPacket((long)(start * ms), (long)(length * ms), bytes);
        }
    }
}
