using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Positions in a text file, told apart by what stands in it, not by its name: XML is GPX, JSON an Axis trail, cues make it SRT, and
/// anything else is looked through for NMEA sentences.
/// </summary>
internal static class TrackText
{
    /// <summary>Characters of a line that are looked at; a line without end is read on and dropped.</summary>
    public const int MaxLineChars = 4096;

    /// <summary>Bytes of a file that are looked at: NMEA of a day's shift has 30 MB.</summary>
    public const int MaxBytes = 64 << 20;

    private const int LinesBeforeFirstCue = 20;

    /// <param name="bytes">The file, or its first <see cref="MaxBytes"/>.</param>
    /// <param name="source">What its cues are: <see cref="TrackSources.Srt"/>, or a stream that was turned into it.</param>
    public static ReadTrack? Read(byte[] bytes, string source = TrackSources.Srt)
    {
        var text = bytes.AsSpan();
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[3..];
        return text.TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'<', ..] or [0xFF, 0xFE, (byte)'<', ..] or [0xFE, 0xFF, 0, ..] => GpxTrack.Read(new MemoryStream(bytes, writable: false)),
            [(byte)'{' or (byte)'[', ..] json => GpsTrailTrack.Read(json.ToArray()) ?? Lines(bytes, source),
            _ => Lines(bytes, source),
        };
    }

    private static ReadTrack? Lines(byte[] bytes, string source)
    {
        var lines = LinesOf(bytes);
        var track = new TrackBuilder();
        if (lines.Take(LinesBeforeFirstCue).Any(SrtTrack.IsCue))
        {
            var cues = new SrtTrack(track);
            foreach (var line in lines.TakeWhile(_ => !track.IsFull))
                cues.Read(line);
            cues.End();
            return track.Build(source);
        }
        var sentences = new NmeaTrack(track);
        foreach (var line in lines.TakeWhile(_ => !track.IsFull))
            sentences.Read(line);
        sentences.End();
        return track.Build(TrackSources.Nmea);
    }

    /// <summary>Lines by LF, CR or both; bytes that are no UTF-8 (GBK, or noise) become replacement characters.</summary>
    private static IEnumerable<string> LinesOf(byte[] bytes)
    {
        var start = 0;
        while (start < bytes.Length)
        {
            var end = bytes.AsSpan(start).IndexOfAny((byte)'\n', (byte)'\r') is var found and >= 0 ? start + found : bytes.Length;
            if (end > start)
                yield return Encoding.UTF8.GetString(bytes, start, Math.Min(end - start, MaxLineChars));
            else if (end < bytes.Length && bytes[end] == '\n')
                yield return "";
            start = end + 1;
        }
    }
}
