using System.Globalization;
using System.Xml;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Points of the tracks in a GPX file (1.0 and 1.1, in any namespace). Its times are UTC by the format; one without a zone may be
/// anybody's, so it is no GPS time here. A document type is refused, and with it every entity; what was read before a fault counts.
/// </summary>
internal static class GpxTrack
{
    private const long MaxCharacters = 64 << 20;
    private const int MaxDepth = 32;

    public static ReadTrack? Read(Stream file)
    {
        var track = new TrackBuilder();
        try
        {
            using var xml = XmlReader.Create(file, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MaxCharacters,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
            while (!track.IsFull && xml.Read())
            {
                if (xml.Depth > MaxDepth)
                    break;
                if (xml is { NodeType: XmlNodeType.Element, LocalName: "trkpt" })
                    Point(xml, track);
            }
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            // The reader of .NET 10 stumbles itself where bytes that are no UTF-8 stand behind a broken declaration.
            track.Skip();
        }
        return track.Build(TrackSources.Gpx);
    }

    private static void Point(XmlReader xml, TrackBuilder track)
    {
        var (latitude, longitude) = (xml.GetAttribute("lat"), xml.GetAttribute("lon"));
        DateTimeOffset? at = null;
        double? speed = null;
        if (!xml.IsEmptyElement)
        {
            using var inside = xml.ReadSubtree();
            var name = "";
            while (inside.Read() && inside.Depth <= MaxDepth)
            {
                if (inside.NodeType == XmlNodeType.Element)
                    name = inside.LocalName;
                else if (inside.NodeType == XmlNodeType.Text && name == "time")
                    at = TimeOf(inside.Value) ?? at;
                else if (inside.NodeType == XmlNodeType.Text && name == "speed")
                    speed = NumberOf(inside.Value) ?? speed;
            }
        }
        if (NumberOf(latitude) is { } north && NumberOf(longitude) is { } east)
            track.Add(north, east, at, offsetMs: null, speed);
        else
            track.Skip();
    }

    private static DateTimeOffset? TimeOf(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Kind != DateTimeKind.Unspecified
            ? new DateTimeOffset(time.ToUniversalTime())
            : null;

    private static double? NumberOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
