using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Grey pictures of the beginning of a short film, as one more product of a decoding that is made anyway: somebody may have filmed the
/// station's clock with it. Longer films are duty, and nobody films a clock for a minute.
/// </summary>
internal static class ClockPictures
{
    private const string Pictures = "clock.pgm", Times = "clock.txt";

    /// <summary>About one a second of the first twenty.</summary>
    private const int Most = 20;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    public static string[] Arguments(MediaRow media) => !MayShowClock(media) ? [] :
    [
        "-filter_complex", @"[0:V:0]select='isnan(prev_selected_t)+gte(t-prev_selected_t\,0.9)',scale=-2:'min(720,ih)',format=gray,split[code][when]",
        "-map", "[code]", "-frames:v", Most.ToString(CultureInfo.InvariantCulture), "-fps_mode", "passthrough", "-c:v", "pgm", "-f", "image2pipe", "/out/" + Pictures,
        "-map", "[when]", "-frames:v", Most.ToString(CultureInfo.InvariantCulture), "-fps_mode", "passthrough", "-f", "framecrc", "/out/" + Times,
    ];

    /// <summary>The pictures that may hold a code, by their time in the film; the file with all of them is what a reader of codes gets.</summary>
    public static async Task<(string Path, IReadOnlyList<TimeSpan> Times)?> WithCodeAsync(MediaRow media, Sandbox.Job job, CancellationToken ct)
    {
        var path = job.Out(Pictures);
        if (!MayShowClock(media) || !File.Exists(path) || !File.Exists(job.Out(Times)))
            return null;
        var found = false;
        await using (var stream = File.OpenRead(path))
        {
            while (!found && await GreyPicture.ReadAsync(stream, ct) is { } picture)
                found = FinderPattern.IsIn(picture);
        }
        return found ? (path, TimesOf(await File.ReadAllLinesAsync(job.Out(Times), ct))) : null;
    }

    private static bool MayShowClock(MediaRow media) =>
        media is { VideoCodec: not null, DurationMs: > 0 } && media.DurationMs <= s_longest.TotalMilliseconds;

    /// <summary>Lines of ffmpeg's framecrc: <c>stream, dts, pts, …</c> in the time base that its head names.</summary>
    private static List<TimeSpan> TimesOf(string[] lines)
    {
        var unit = 1.0;
        var times = new List<TimeSpan>();
        foreach (var line in lines)
        {
            if (line.StartsWith("#tb 0: ", StringComparison.Ordinal) && line[7..].Split('/') is [var over, var under])
                unit = double.Parse(over, CultureInfo.InvariantCulture) / double.Parse(under, CultureInfo.InvariantCulture);
            else if (line.Length > 0 && line[0] != '#')
                times.Add(TimeSpan.FromSeconds(long.Parse(line.Split(',')[2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) * unit));
        }
        return times;
    }
}
