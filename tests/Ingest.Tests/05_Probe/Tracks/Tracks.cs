using System.Globalization;
using System.Text;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>Text files with positions, as devices write them; all of them made here.</summary>
internal static class Tracks
{
    /// <summary>A sentence with its checksum.</summary>
    public static string Sentence(string body)
    {
        var sum = body.Aggregate(0, (all, letter) => all ^ letter);
        return string.Create(CultureInfo.InvariantCulture, $"${body}*{sum:X2}");
    }

    /// <summary>A fix at a time, a little further north-east with each second.</summary>
    public static string Rmc(DateTime utc, int second, string state = "A") => Sentence(string.Create(
        CultureInfo.InvariantCulture, $"GNRMC,{utc:HHmmss}.000,{state},25{30 + (second % 4000 * 0.006):00.0000},N,101{14 + (second % 4000 * 0.01):00.0000},E,19.44,45.0,{utc:ddMMyy},,,A"));

    /// <summary>So many seconds of a patrol.</summary>
    public static string Nmea(DateTime start, int seconds) =>
        string.Join("\r\n", Enumerable.Range(0, seconds).Select(second => Rmc(start.AddSeconds(second), second))) + "\r\n";

    public static ReadTrack? Read(string text) => TrackText.Read(Encoding.UTF8.GetBytes(text));

    public static DateTimeOffset Utc(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static IEnumerable<(double Latitude, double Longitude)> Places(ReadTrack? track) =>
        track!.Points.Select(point => (Math.Round(point.Latitude, 5), Math.Round(point.Longitude, 5)));
}
