using System.Globalization;
using System.Text;

namespace YaoAn.Ingest;

/// <summary>
/// Plan of the scrub thumbnails of one clip: at most 100 tiles of 160×90 in one sheet, and the WebVTT (W3C) that says which tile stands for
/// which seconds (Media Fragments <c>xywh</c>).
/// </summary>
internal sealed record Thumbnails(double IntervalSeconds, int Count, int Columns, int Rows)
{
    public const int Width = 160, Height = 90;

    private const int MaxCount = 100, MaxColumns = 10;

    /// <summary>A cue has a length, whatever the clip's.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(40);

    public static Thumbnails For(TimeSpan duration)
    {
        var seconds = Math.Max(duration.TotalSeconds, 0.04);
        var interval = Math.Max(2, seconds / MaxCount);
        var count = Math.Clamp((int)Math.Ceiling(seconds / interval), 1, MaxCount);
        var columns = Math.Min(count, MaxColumns);
        return new Thumbnails(interval, count, columns, (count + columns - 1) / columns);
    }

    /// <summary>The WebVTT of a sheet that lies beside it.</summary>
    public byte[] ToVtt(string sheet, TimeSpan duration)
    {
        var text = new StringBuilder("WEBVTT\n");
        for (var i = 0; i < Count; i++)
        {
            var from = TimeSpan.FromSeconds(i * IntervalSeconds);
            var to = i < Count - 1 ? TimeSpan.FromSeconds((i + 1) * IntervalSeconds) : duration > from + s_shortest ? duration : from + s_shortest;
            text.Append(CultureInfo.InvariantCulture, $"\n{Clock(from)} --> {Clock(to)}\n");
            text.Append(CultureInfo.InvariantCulture, $"{sheet}#xywh={i % Columns * Width},{i / Columns * Height},{Width},{Height}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Clock(TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");
}
