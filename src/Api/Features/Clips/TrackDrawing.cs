using System.Globalization;
using System.Text.Json;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A line of points, broken where no fix was; positions in the units of the picture.</summary>
internal sealed record TrackStroke(string Points, bool IsGap);

/// <summary>A time beside the line, and the place on it that it belongs to; the ends have their own marks.</summary>
internal sealed record TrackLabel(string X, string Y, string Anchor, string Text, (string X, string Y)? Mark);

/// <summary>A row of the table that stands for the picture.</summary>
internal sealed record TrackRow(string Time, double Latitude, double Longitude, double? Speed);

/// <summary>
/// A track as a plain line: equirectangular about its own middle, without any map, the same scale in both directions. What is drawn is
/// thinned to the pixel; times, gaps and ends are kept.
/// </summary>
internal sealed class TrackDrawing
{
    public const int Width = 348, Height = 196;

    /// <summary>Between two fixes further apart the line is dashed: nobody knows the way.</summary>
    public static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(10);

    private const int Side = 28, Top = 18, Bottom = 40, MostVertices = 1200, MostRows = 60, LabelWidth = 56, LabelHeight = 14, MostInkUnder = 1;

    /// <summary>A recorder that stands still would else be drawn as a scrawl of its receiver's noise.</summary>
    private const double LeastMetres = 60;

    /// <summary>Steps below this are noise and count for no distance.</summary>
    private const double LeastStep = 5;

    private const double MetresPerDegree = 111_195;

    private readonly IReadOnlyList<TrackPoint> _points;
    private readonly (double X, double Y)[] _places;
    private readonly DateTimeOffset? _start;
    private readonly double _pixelsPerMetre;
    private readonly List<int> _kept;

    private TrackDrawing(Track track, ClipRow clip)
    {
        (Track, _points, _start) = (track, track.Points, StartOf(track, clip));
        (_places, _pixelsPerMetre) = PlacesOf(_points);
        Gaps = Enumerable.Range(0, _points.Count - 1).Count(IsGap);
        _kept = Thinned();
        (Strokes, Labels) = (StrokesOf(), LabelsOf());
    }

    public Track Track { get; }

    public IReadOnlyList<TrackStroke> Strokes { get; }

    public IReadOnlyList<TrackLabel> Labels { get; }

    public int Gaps { get; }

    public (string X, string Y) First => (Px(_places[0].X), Px(_places[0].Y));

    public (string X, string Y) Last => (Px(_places[^1].X), Px(_places[^1].Y));

    public string FirstTime => TimeOf(_points[0]);

    public string LastTime => TimeOf(_points[^1]);

    /// <summary>Length of the way in metres.</summary>
    public double Metres => MetresOf(_points);

    /// <summary>The scale's bar: its length in the picture and what that is.</summary>
    public (string Pixels, string Text) Scale
    {
        get
        {
            var most = 90 / _pixelsPerMetre;
            var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
            var metres = (most / power) switch { >= 5 => 5, >= 2 => 2, _ => 1 } * power;
            return (Px(metres * _pixelsPerMetre), Length(metres));
        }
    }

    /// <summary>For the script that moves the dot: <c>[[ms from the start, x, y], …]</c>; null where no point has a time.</summary>
    public string? Moments
    {
        get
        {
            var moments = _kept.Select(i => (Ms: MsOf(_points[i]), Place: _places[i])).Where(moment => moment.Ms is not null)
                .Select(moment => (double[])[moment.Ms!.Value, Math.Round(moment.Place.X, 1), Math.Round(moment.Place.Y, 1)]).ToList();
            return moments.Count == 0 ? null : JsonSerializer.Serialize(moments);
        }
    }

    /// <summary>At most 60 points in even steps, the last among them.</summary>
    public IReadOnlyList<TrackRow> Rows
    {
        get
        {
            var count = Math.Min(MostRows, _points.Count);
            return [.. Enumerable.Range(0, count)
                .Select(row => _points[count == 1 ? 0 : (int)((long)row * (_points.Count - 1) / (count - 1))])
                .Select(point => new TrackRow(TimeOf(point), point.Latitude, point.Longitude, point.Speed))];
        }
    }

    /// <summary>The best of a recording's tracks as it is drawn; null without one.</summary>
    public static TrackDrawing? Of(IReadOnlyList<Track> tracks, ClipRow clip) => tracks is [var best, ..] ? new TrackDrawing(best, clip) : null;

    /// <summary>320 m, 1.2 km.</summary>
    public static string Length(double metres) =>
        metres >= 1000 ? string.Create(CultureInfo.InvariantCulture, $"{metres / 1000:0.#} km") : string.Create(CultureInfo.InvariantCulture, $"{metres:0} m");

    /// <summary>
    /// When the recording began, to set its points' times against the film. The device's clock, corrected where that is known, is believed as
    /// long as the fixes don't prove it wrong; then theirs counts. Without it, it is the first fix.
    /// </summary>
    internal static DateTimeOffset? StartOf(Track track, ClipRow clip)
    {
        if ((clip.CorrectedFrom ?? clip.RecordedFrom ?? track.Points.FirstOrDefault(point => point.At is not null).At) is not { } told)
            return null;
        if (GpsClock.OffsetOf(track, told, TimeSpan.FromMilliseconds(clip.DurationMs ?? 0)) is not var (offset, within))
            return told;
        return offset.Duration() <= within ? told : told - offset;
    }

    private static double MetresOf(IReadOnlyList<TrackPoint> points)
    {
        var (sum, from) = (0.0, points[0]);
        foreach (var point in points)
        {
            var step = MetresBetween(from, point);
            if (step < LeastStep)
                continue;
            sum += step;
            from = point;
        }
        return sum;
    }

    private static double MetresBetween(TrackPoint one, TrackPoint other)
    {
        var north = other.Latitude - one.Latitude;
        var east = East(one.Longitude, other.Longitude) * Math.Cos((one.Latitude + other.Latitude) / 2 * Math.PI / 180);
        return Math.Sqrt((north * north) + (east * east)) * MetresPerDegree;
    }

    /// <summary>Degrees from one longitude to another, the short way.</summary>
    private static double East(double from, double to) => Math.IEEERemainder(to - from, 360);

    private static ((double X, double Y)[] Places, double PixelsPerMetre) PlacesOf(IReadOnlyList<TrackPoint> points)
    {
        var shrink = Math.Cos(((points.Min(point => point.Latitude) + points.Max(point => point.Latitude)) / 2) * Math.PI / 180);
        var metres = points.Select(point => (
            X: East(points[0].Longitude, point.Longitude) * shrink * MetresPerDegree, Y: (points[0].Latitude - point.Latitude) * MetresPerDegree)).ToList();
        var (left, right) = (metres.Min(place => place.X), metres.Max(place => place.X));
        var (top, bottom) = (metres.Min(place => place.Y), metres.Max(place => place.Y));
        var scale = Math.Min((Width - (2 * Side)) / Math.Max(right - left, LeastMetres), (Height - Top - Bottom) / Math.Max(bottom - top, LeastMetres));
        var (middleX, middleY) = (Width / 2.0, Top + ((Height - Top - Bottom) / 2.0));
        return ([.. metres.Select(place => (middleX + ((place.X - ((left + right) / 2)) * scale), middleY + ((place.Y - ((top + bottom) / 2)) * scale)))], scale);
    }

    private bool IsGap(int i) => StepOf(_points[i], _points[i + 1]) > LongestStep;

    private static TimeSpan? StepOf(TrackPoint one, TrackPoint next) =>
        one.OffsetMs is { } from && next.OffsetMs is { } to ? TimeSpan.FromMilliseconds(to - from)
        : one.At is { } fix && next.At is { } later ? later - fix
        : null;

    /// <summary>Points that are seen: those that moved, the one before each (it tells how long the recorder stood), ends and gaps.</summary>
    private List<int> Thinned()
    {
        for (var tolerance = 0.7; ; tolerance *= 2)
        {
            var kept = new List<int> { 0 };
            for (var i = 1; i < _places.Length; i++)
            {
                var (x, y) = _places[kept[^1]];
                var moved = Math.Abs(_places[i].X - x) > tolerance || Math.Abs(_places[i].Y - y) > tolerance;
                if (!moved && i < _places.Length - 1 && !IsGap(i) && !IsGap(i - 1))
                    continue;
                if (moved && kept[^1] < i - 1)
                    kept.Add(i - 1);
                kept.Add(i);
            }
            // A track of gaps alone can't be thinned; it is drawn as it is up to a point, and then without them.
            if (kept.Count <= MostVertices)
                return kept;
            if (tolerance > Width)
                return [.. Enumerable.Range(0, MostVertices).Select(i => (int)((long)i * (_places.Length - 1) / (MostVertices - 1)))];
        }
    }

    private List<TrackStroke> StrokesOf()
    {
        var strokes = new List<TrackStroke>();
        var line = new List<int> { _kept[0] };
        for (var i = 1; i < _kept.Count; i++)
        {
            if (_kept[i] == _kept[i - 1] + 1 && IsGap(_kept[i - 1]))
            {
                Add(line, isGap: false);
                Add([_kept[i - 1], _kept[i]], isGap: true);
                line = [];
            }
            line.Add(_kept[i]);
        }
        Add(line, isGap: false);
        return strokes;

        void Add(List<int> points, bool isGap)
        {
            if (points.Count > 1)
                strokes.Add(new TrackStroke(string.Join(' ', points.Select(i => $"{Px(_places[i].X)},{Px(_places[i].Y)}")), isGap));
        }
    }

    /// <summary>Times of both ends, and of up to three places between, where there is room for them.</summary>
    private List<TrackLabel> LabelsOf()
    {
        var along = new double[_kept.Count];
        for (var i = 1; i < _kept.Count; i++)
            along[i] = along[i - 1] + Math.Sqrt(Math.Pow(_places[_kept[i]].X - _places[_kept[i - 1]].X, 2) + Math.Pow(_places[_kept[i]].Y - _places[_kept[i - 1]].Y, 2));
        var at = new List<int> { 0 };
        if (_kept.Count > 1 && along[^1] > 1)
        {
            at.Add(_kept.Count - 1);
            foreach (var share in (double[])[0.5, 0.25, 0.75])
                at.Add(Array.FindIndex(along, length => length >= along[^1] * share));
        }
        var line = Inked();
        var taken = new List<(double X, double Y)>();
        var labels = new List<TrackLabel>();
        foreach (var i in at)
        {
            var (text, isEnd) = (TimeOf(_points[_kept[i]]), i == 0 || i == _kept.Count - 1);
            if (text.Length > 0 && RoomBeside(_places[_kept[i]], line, isEnd ? int.MaxValue : MostInkUnder, taken) is { } room)
            {
                taken.Add((room.X, room.Y));
                labels.Add(new TrackLabel(Px(room.X + (room.Anchor == "end" ? LabelWidth : room.Anchor == "middle" ? LabelWidth / 2.0 : 0)), Px(room.Y + LabelHeight - 3), room.Anchor, text, isEnd ? null : (Px(_places[_kept[i]].X), Px(_places[_kept[i]].Y))));
            }
        }
        return labels;
    }

    /// <summary>Places all along the line as it is drawn, gaps too.</summary>
    private List<(double X, double Y)> Inked()
    {
        const double Every = 5;
        var places = new List<(double X, double Y)> { _places[_kept[0]] };
        for (var i = 1; i < _kept.Count; i++)
        {
            var (from, to) = (_places[_kept[i - 1]], _places[_kept[i]]);
            var steps = (int)Math.Ceiling(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)) / Every);
            for (var step = 1; step <= steps; step++)
                places.Add((from.X + ((to.X - from.X) * step / steps), from.Y + ((to.Y - from.Y) * step / steps)));
        }
        return places;
    }

    /// <summary>Upper left corner of a free box beside a place, on the side where the least of the line is.</summary>
    private static (double X, double Y, string Anchor)? RoomBeside((double X, double Y) place, List<(double X, double Y)> line, int mostInk, List<(double X, double Y)> taken)
    {
        (double X, double Y, string Anchor)[] sides =
        [
            (place.X + 9, place.Y - (LabelHeight / 2.0), "start"),
            (place.X - 9 - LabelWidth, place.Y - (LabelHeight / 2.0), "end"),
            (place.X - (LabelWidth / 2.0), place.Y - LabelHeight - 7, "middle"),
            (place.X - (LabelWidth / 2.0), place.Y + 7, "middle"),
        ];
        return sides
            .Where(side => side is { X: >= 2, Y: >= 1 } && side.X + LabelWidth <= Width - 2 && side.Y + LabelHeight <= Height - 24
                && !taken.Exists(other => Math.Abs(other.X - side.X) < LabelWidth + 4 && Math.Abs(other.Y - side.Y) < LabelHeight + 2))
            .Select(side => (Side: side, Ink: line.Count(ink => ink.X >= side.X - 2 && ink.X <= side.X + LabelWidth + 2 && ink.Y >= side.Y && ink.Y <= side.Y + LabelHeight)))
            .Where(found => found.Ink <= mostInk)
            .OrderBy(found => found.Ink)
            .Select(found => ((double, double, string)?)found.Side)
            .FirstOrDefault();
    }

    private double? MsOf(TrackPoint point) => (double?)point.OffsetMs ?? (point.At is { } at && _start is { } start ? (at - start).TotalMilliseconds : null);

    /// <summary>HH:mm:ss in UTC+8; by the length of the recording where nothing tells when that began.</summary>
    private string TimeOf(TrackPoint point) =>
        point.At is { } at ? ChinaTime.Format(at, "HH:mm:ss")
        : point.OffsetMs is not { } offset ? ""
        : _start is { } start ? ChinaTime.Format(start.AddMilliseconds(offset), "HH:mm:ss")
        : Amounts.Duration(TimeSpan.FromMilliseconds(offset));

    private static string Px(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
