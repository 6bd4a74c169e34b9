using System.Globalization;
using System.Text.RegularExpressions;

namespace YaoAn.Ingest;

/// <summary>
/// Positions in the text of SRT subtitles, as flying and vehicle cameras write them. The cue's time counts from the start of the
/// recording. A date in the text is the device's own clock, not the time of GPS, unless the text says UTC or GPS time.
/// </summary>
internal sealed partial class SrtTrack(TrackBuilder track)
{
    private const double MetresPerSecondOfKmh = 1 / 3.6;

    private readonly NmeaTrack _sentences = new(track);
    private long? _cueMs;
    private string _text = "";

    /// <summary>Whether a line is the timing of a cue.</summary>
    public static bool IsCue(string line) => Cue().IsMatch(line);

    public void Read(string line)
    {
        if (Cue().Match(line) is { Success: true } cue)
        {
            EndCue();
            var parts = cue.Groups;
            _cueMs = (((((Whole(parts[1]) * 60) + Whole(parts[2])) * 60) + Whole(parts[3])) * 1000) + Whole(parts[4]);
        }
        else if (_cueMs is { } offset && line.Contains('$', StringComparison.Ordinal) && _sentences.Read(line, offset))
        {
            // A receiver's sentence within the cue: read as it is, with its own time.
        }
        else if (_cueMs is not null && _text.Length < TrackText.MaxLineChars)
        {
            _text += line + "\n";
        }
    }

    public void End()
    {
        EndCue();
        _sentences.End();
    }

    private void EndCue()
    {
        if (_cueMs is { } offset && PlaceOf(_text) is { } place)
            track.Add(place.Latitude, place.Longitude, TimeOf(_text), offset, SpeedOf(_text));
        (_cueMs, _text) = (null, "");
    }

    private static (double Latitude, double Longitude)? PlaceOf(string text)
    {
        if (Latitude().Match(text) is { Success: true } named && Longitude().Match(text) is { Success: true } east)
            return (Number(named.Groups[1]), Number(east.Groups[1]));
        if (Call().Match(text) is { Success: true } call)
        {
            var (first, second) = (Number(call.Groups[1]), Number(call.Groups[2]));
            // GPS(longitude, latitude, height); what can't be a latitude is none.
            return Math.Abs(second) > 90 ? (first, second) : (second, first);
        }
        if (SideFirst().Match(text) is { Success: true } before)
            return (Signed(before.Groups[2], before.Groups[1]), Signed(before.Groups[4], before.Groups[3]));
        if (SideLast().Match(text) is { Success: true } after)
            return (Signed(after.Groups[1], after.Groups[2]), Signed(after.Groups[3], after.Groups[4]));
        return null;
    }

    private static DateTimeOffset? TimeOf(string text)
    {
        if (GpsTime().Match(text) is not { Success: true } match || !(match.Groups["before"].Success || match.Groups["after"].Success))
            return null;
        return DateTime.TryParseExact(
            $"{match.Groups["date"].Value.Replace('/', '-').Replace('.', '-')} {match.Groups["time"].Value}",
            "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time)
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : null;
    }

    private static double? SpeedOf(string text)
    {
        if (Speed().Match(text) is not { Success: true } match)
            return null;
        return match.Groups[2].Value.ToUpperInvariant() is "M/S" ? Number(match.Groups[1]) : Number(match.Groups[1]) * MetresPerSecondOfKmh;
    }

    private static double Signed(Group number, Group side) => Number(number) * (side.Value.ToUpperInvariant() is "S" or "W" ? -1 : 1);

    private static double Number(Group digits) => double.Parse(digits.Value, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static long Whole(Group digits) => long.Parse(digits.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*([0-9]{1,4}):([0-9]{2}):([0-9]{2})[,.]([0-9]{1,3})\s*-->", RegexOptions.CultureInvariant)]
    private static partial Regex Cue();

    [GeneratedRegex(@"\blat(?:itude)?\s*[:=]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Latitude();

    /// <summary>One maker's files say longtitude.</summary>
    [GeneratedRegex(@"\b(?:lng|lon(?:g(?:t?itude)?)?)\s*[:=]\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Longitude();

    [GeneratedRegex(@"\bGPS\s*\(\s*([+-]?[0-9]{1,3}\.[0-9]{1,12})\s*,\s*([+-]?[0-9]{1,3}\.[0-9]{1,12})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Call();

    [GeneratedRegex(@"\b([NS])\s*:?\s*([0-9]{1,2}\.[0-9]{1,12})°?[\s,;]{1,4}([EW])\s*:?\s*([0-9]{1,3}\.[0-9]{1,12})", RegexOptions.CultureInvariant)]
    private static partial Regex SideFirst();

    [GeneratedRegex(@"(?<![0-9.])([0-9]{1,2}\.[0-9]{1,12})°?\s?([NS])\b[\s,;]{1,4}([0-9]{1,3}\.[0-9]{1,12})°?\s?([EW])\b", RegexOptions.CultureInvariant)]
    private static partial Regex SideLast();

    [GeneratedRegex(@"(?<before>\b(?:UTC|GMT|GPS[ _]?time)\s*[:=]?\s*)?(?<date>[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2})[ T](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,][0-9]{1,9})*(?<after>\s?(?:Z|UTC|GMT)\b(?![+-]))?", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex GpsTime();

    [GeneratedRegex(@"(?<![0-9.])([0-9]{1,4}(?:\.[0-9]{1,6})?)\s?(km/h|kmh|m/s)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Speed();
}
