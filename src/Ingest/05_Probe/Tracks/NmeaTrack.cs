using System.Globalization;

namespace YaoAn.Ingest;

/// <summary>
/// Positions in NMEA 0183 sentences: RMC (time, date, speed), GGA (time alone; its date is that of the RMC or ZDA around it). Only
/// sentences with a right checksum count. Sentences may stand behind anything else on a line, as loggers write them.
/// </summary>
internal sealed class NmeaTrack(TrackBuilder track)
{
    private const double MetresPerSecondOfKnot = 1852.0 / 3600;
    private static readonly TimeSpan s_halfDay = TimeSpan.FromHours(12);

    /// <summary>Positions before the first date, at most so many: they get the day of the first one.</summary>
    private const int MostUndated = 3600;

    private readonly List<(double Latitude, double Longitude, TimeSpan Time, long? OffsetMs)> _undated = [];
    private (DateTime Day, TimeSpan Time)? _last;

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="offsetMs">Milliseconds from the start of the recording, where the file around it counts from there.</param>
    /// <returns>Whether there was a sentence with a right checksum in it, of whatever kind.</returns>
    public bool Read(ReadOnlySpan<char> line, long? offsetMs = null)
    {
        var start = line.IndexOf('$');
        if (start < 0)
            return false;
        var sentence = line[(start + 1)..].TrimEnd();
        var star = sentence.IndexOf('*');
        if (star < 0 || sentence.Length < star + 3 || !byte.TryParse(sentence.Slice(star + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var told)
            || told != Checksum(sentence[..star]))
        {
            track.Skip();
            return false;
        }
        var fields = sentence[..star].ToString().Split(',');
        // The first two letters name the satellites: GP, GN, BD, GB …
        if (fields[0].Length != 5)
            return true;
        var read = fields[0][2..] switch
        {
            "RMC" => Rmc(fields, offsetMs),
            "GGA" => Gga(fields, offsetMs),
            "ZDA" => Zda(fields),
            _ => true,
        };
        if (!read)
            track.Skip();
        return true;
    }

    /// <summary>To be called after the last line: positions that never got a date are kept without a time.</summary>
    public void End()
    {
        foreach (var (latitude, longitude, _, offset) in _undated)
            track.Add(latitude, longitude, null, offset, null);
        _undated.Clear();
    }

    private bool Rmc(string[] fields, long? offsetMs)
    {
        if (fields.Length < 10)
            return false;
        // V: no fix; mode N, E, M, S (field 12, since 2.3): none, reckoned, put in by hand, simulated.
        var hasFix = fields[2] == "A" && (fields.Length < 13 || fields[12] is not ("N" or "E" or "M" or "S"));
        if (!hasFix)
            return true;
        if (TimeOf(fields[1]) is not { } time || PlaceOf(fields, 3) is not { } place)
            return false;
        if (DateTime.TryParseExact(fields[9], "ddMMyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            SetDay(day, time);
        Add(place, time, offsetMs, double.TryParse(fields[7], NumberStyles.Float, CultureInfo.InvariantCulture, out var knots) ? knots * MetresPerSecondOfKnot : null);
        return true;
    }

    private bool Gga(string[] fields, long? offsetMs)
    {
        if (fields.Length < 7)
            return false;
        // Quality 0, 6, 7, 8: none, reckoned, put in by hand, simulated.
        if (fields[6] is "" or "0" or "6" or "7" or "8")
            return true;
        if (TimeOf(fields[1]) is not { } time || PlaceOf(fields, 2) is not { } place)
            return false;
        Add(place, time, offsetMs, speed: null);
        return true;
    }

    private bool Zda(string[] fields)
    {
        if (fields.Length < 5 || TimeOf(fields[1]) is not { } time
            || !DateTime.TryParseExact($"{fields[2]}{fields[3]}{fields[4]}", "ddMMyyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return false;
        SetDay(day, time);
        return true;
    }

    private void SetDay(DateTime day, TimeSpan time)
    {
        _last = (day, time);
        foreach (var (latitude, longitude, earlier, offset) in _undated)
            track.Add(latitude, longitude, At(earlier), offset, null);
        _undated.Clear();
    }

    private void Add((double Latitude, double Longitude) place, TimeSpan time, long? offsetMs, double? speed)
    {
        if (_last is null)
        {
            if (_undated.Count < MostUndated)
                _undated.Add((place.Latitude, place.Longitude, time, offsetMs));
            return;
        }
        var at = At(time);
        _last = (at.Date, time);
        track.Add(place.Latitude, place.Longitude, at, offsetMs, speed);
    }

    /// <summary>A time of day near the last one: half a day earlier or more is tomorrow's, half a day later or more yesterday's.</summary>
    private DateTimeOffset At(TimeSpan time)
    {
        var (day, last) = _last!.Value;
        var shift = last - time > s_halfDay ? 1 : time - last > s_halfDay ? -1 : 0;
        return new DateTimeOffset(day.AddDays(shift) + time, TimeSpan.Zero);
    }

    private static byte Checksum(ReadOnlySpan<char> text)
    {
        byte sum = 0;
        foreach (var letter in text)
            sum ^= (byte)letter;
        return sum;
    }

    /// <summary>hhmmss or hhmmss.sss; a leap second is read as the one before it.</summary>
    private static TimeSpan? TimeOf(string field)
    {
        if (field.Length is < 6 or > 12 || !double.TryParse(field, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;
        var (whole, part) = ((int)number, number - (int)number);
        var (hours, minutes, seconds) = (whole / 10_000, whole / 100 % 100, whole % 100);
        return hours > 23 || minutes > 59 || seconds > 60
            ? null
            : new TimeSpan(0, hours, minutes, Math.Min(seconds, 59), (int)(part * 1000));
    }

    /// <summary>Four fields: ddmm.mmmm, N or S, dddmm.mmmm, E or W.</summary>
    private static (double Latitude, double Longitude)? PlaceOf(string[] fields, int first) =>
        DegreesOf(fields[first], fields[first + 1], "N", "S") is { } latitude && DegreesOf(fields[first + 2], fields[first + 3], "E", "W") is { } longitude
            ? (latitude, longitude)
            : null;

    private static double? DegreesOf(string number, string side, string plus, string minus)
    {
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || (side != plus && side != minus))
            return null;
        var degrees = Math.Floor(value / 100);
        var minutes = value - (degrees * 100);
        return minutes >= 60 || degrees > 180 ? null : (side == plus ? 1 : -1) * (degrees + (minutes / 60));
    }
}
