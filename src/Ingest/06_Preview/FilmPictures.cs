using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>Poster and sheet of scrub thumbnails of a film, as further products of a decoding that is made anyway.</summary>
internal sealed record FilmPictures(Thumbnails Plan)
{
    private const string Tiles = "tiles.txt";

    public string[] Arguments()
    {
        var tiles = string.Create(
            CultureInfo.InvariantCulture,
            $"[0:V:0]fps=1/{Plan.IntervalSeconds:0.######}:start_time=0:round=up,scale={Thumbnails.Width}:{Thumbnails.Height}:force_original_aspect_ratio=decrease,"
            + $"pad={Thumbnails.Width}:{Thumbnails.Height}:-1:-1,split[one][each];[one]tile={Plan.Columns}x{Plan.Rows}:nb_frames={Plan.Count}[sheet]");
        return
        [
            "-filter_complex", tiles,
            "-map", "0:V:0", "-frames:v", "1", "-vf", "scale=640:-2", "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "/out/" + DerivedNames.Poster,
            "-map", "[sheet]", "-frames:v", "1", "-q:v", "5", "-map_metadata", "-1", "-f", "image2", "/out/" + DerivedNames.Sheet,
            // One line a tile: an encoder that says it is done with half of them is found out.
            "-map", "[each]", "-frames:v", Plan.Count.ToString(CultureInfo.InvariantCulture), "-map_metadata", "-1", "-f", "framecrc", "/out/" + Tiles,
        ];
    }

    /// <summary>The plan as far as it was carried out: a recording may end before its container says so.</summary>
    /// <exception cref="PreviewFailedException">There are no pictures.</exception>
    public static async Task<Thumbnails> MadeAsync(Thumbnails plan, Sandbox.Job job, CancellationToken ct)
    {
        if (!File.Exists(job.Out(DerivedNames.Sheet)) || !File.Exists(job.Out(DerivedNames.Poster)) || !File.Exists(job.Out(Tiles)))
            throw new PreviewFailedException("ffmpeg ended well and made no pictures.");
        var count = (await File.ReadAllLinesAsync(job.Out(Tiles), ct)).Count(line => line.Length > 0 && line[0] != '#');
        return count > 0 ? plan with { Count = Math.Min(plan.Count, count) } : throw new PreviewFailedException("ffmpeg ended well and made no thumbnails.");
    }
}
