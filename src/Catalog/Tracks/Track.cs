namespace YaoAn.Catalog;

/// <summary>One position of a track.</summary>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="At">Time of the fix by GPS; null where the file tells none, or tells a time of the device's own clock.</param>
/// <param name="OffsetMs">Milliseconds from the start of the recording; null where the file doesn't count from there.</param>
/// <param name="Speed">Metres per second over ground.</param>
public readonly record struct TrackPoint(double Latitude, double Longitude, DateTimeOffset? At, long? OffsetMs, double? Speed);

/// <summary>Where a recorder was while it recorded, as a file tells it: a fact for people and clocks, no evidence.</summary>
public sealed record Track
{
    /// <summary>Points kept of one file; 27 hours at one a second.</summary>
    public const int MostPoints = 100_000;

    /// <summary>The file that it was read from.</summary>
    public required ClipId File { get; init; }

    /// <summary>The file is a sidecar of the recording; false where the recording itself holds the positions.</summary>
    public required bool IsSidecar { get; init; }

    /// <summary>Name of that file, safe to show.</summary>
    public required string FileName { get; init; }

    /// <summary>What was read, see <see cref="TrackSources"/>.</summary>
    public required string Source { get; init; }

    /// <summary>At least one and at most <see cref="MostPoints"/>, at most one a second, in the order of time.</summary>
    public required IReadOnlyList<TrackPoint> Points { get; init; }

    /// <summary>Lines or records that looked like a position and weren't readable.</summary>
    public required int Skipped { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }
}

/// <summary>What tracks are read from.</summary>
public static class TrackSources
{
    /// <summary>NMEA 0183 sentences, in whatever text file.</summary>
    public const string Nmea = "nmea";

    /// <summary>GPX 1.0 or 1.1.</summary>
    public const string Gpx = "gpx";

    /// <summary>Positions in the text of an SRT file.</summary>
    public const string Srt = "srt";

    /// <summary>The position file that Axis body-worn systems export.</summary>
    public const string GpsTrail = "gpstrail";

    /// <summary>GoPro's telemetry stream in the recording.</summary>
    public const string Gpmf = "gpmf";

    /// <summary>Positions in a subtitle stream of the recording.</summary>
    public const string Subtitle = "subtitle";
}
