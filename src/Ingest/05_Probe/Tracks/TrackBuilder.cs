using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What a file told of its positions.</summary>
internal sealed record ReadTrack(string Source, IReadOnlyList<TrackPoint> Points, int Skipped);

/// <summary>Collects the points of a track: at most one a second and <see cref="Track.MostPoints"/> in all, nothing that is no place.</summary>
internal sealed class TrackBuilder
{
    private const double FastestMetresPerSecond = 500;
    private const long LongestMs = 366L * 24 * 3600 * 1000;

    private readonly List<TrackPoint> _points = [];

    /// <summary>Records that looked like a position and weren't readable.</summary>
    public int Skipped { get; private set; }

    public bool IsFull => _points.Count >= Track.MostPoints;

    public void Skip() => Skipped++;

    /// <summary>Takes a point, unless there is one of this second, and leaves out of it what can't be true.</summary>
    public void Add(double latitude, double longitude, DateTimeOffset? at, long? offsetMs, double? speed)
    {
        // 0, 0 is a receiver without a fix: nothing is wrong with such a record.
        if ((latitude, longitude) == (0, 0) || IsFull)
            return;
        if (!TrackPoints.IsPlace(latitude, longitude))
        {
            Skip();
            return;
        }
        var point = new TrackPoint(
            latitude,
            longitude,
            at is { Year: >= 2000 and < 2200 } ? at.Value.ToUniversalTime() : null,
            offsetMs is >= 0 and <= LongestMs ? offsetMs : null,
            speed is >= 0 and <= FastestMetresPerSecond ? speed : null);
        if (SecondOf(point) is { } second && _points.Count > 0 && SecondOf(_points[^1]) == second)
            _points[^1] = _points[^1] with { At = _points[^1].At ?? point.At, Speed = _points[^1].Speed ?? point.Speed };
        else
            _points.Add(point);
    }

    /// <summary>The track in the order of time, where every point has one; null without a point.</summary>
    public ReadTrack? Build(string source)
    {
        if (_points.Count == 0)
            return null;
        var ordered = _points.TrueForAll(point => point.OffsetMs is not null) ? _points.OrderBy(point => point.OffsetMs)
            : _points.TrueForAll(point => point.At is not null) ? _points.OrderBy(point => point.At)
            : (IEnumerable<TrackPoint>)_points;
        return new ReadTrack(source, [.. ordered], Skipped);
    }

    private static long? SecondOf(TrackPoint point) => point.OffsetMs is { } offset ? offset / 1000 : point.At?.ToUnixTimeSeconds();
}
