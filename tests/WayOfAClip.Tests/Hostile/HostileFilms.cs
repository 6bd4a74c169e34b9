using System.Text;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>MP4 and MOV files made from a good one: references to other files, and numbers that no camera writes.</summary>
internal static class HostileFilms
{
    /// <param name="film">A good film whose index stands before its pictures.</param>
    /// <param name="bait">What references point to.</param>
    public static IEnumerable<HostileFile> All(byte[] film, Bait bait)
    {
        yield return new("external-url.mov", Boxes.Replaced(film, "dref", [0, 0, 0, 0, .. Boxes.BigEndian(1), .. Boxes.Box("url ", [0, 0, 0, 0], Text("file://" + bait.File))]));
        yield return new("external-http.mp4", Boxes.Replaced(film, "dref", [0, 0, 0, 0, .. Boxes.BigEndian(1), .. Boxes.Box("url ", [0, 0, 0, 0], Text(bait.Http + ".mp4"))]));
        yield return new("external-alias.mov", Boxes.Replaced(film, "dref", [0, 0, 0, 0, .. Boxes.BigEndian(1), .. Boxes.Box("alis", [0, 0, 0, 0], Alias(bait.File))]));
        yield return new("reference-movie.mov", [.. Boxes.Box("ftyp", "qt  "u8.ToArray(), [0, 0, 0, 0]), .. Boxes.Box("moov", Boxes.Box("rmra", Reference(bait.Http + ".mov"), Reference("file://" + bait.File)))]);
        yield return new("time-scale-0.mp4", Boxes.With(film, "mdhd", 12, 0, 0, 0, 0));
        yield return new("longest.mp4", Boxes.With(Boxes.With(film, "mvhd", 12, 0, 0, 0, 1, 0xFE, 0xFF, 0xFF, 0xFF), "mdhd", 12, 0, 0, 0, 1, 0x7F, 0xFF, 0xFF, 0xFF));
        yield return new("million-pictures-a-second.mp4", Boxes.With(film, "mdhd", 12, 0x3B, 0x9A, 0xCA, 0x00));
        yield return new("samples.mp4", Boxes.With(film, "stsz", 8, 0xFF, 0xFF, 0xFF, 0xF0));
        yield return new("chunks.mp4", Boxes.With(film, "stco", 4, 0x3F, 0xFF, 0xFF, 0xFF));
        yield return new("times.mp4", Boxes.With(film, "stts", 4, 0x1F, 0xFF, 0xFF, 0xFF));
        yield return new("one-picture-for-ever.mp4", Boxes.With(film, "stts", 8, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF));
        yield return new("samples-of-2-gib.mp4", Boxes.With(film, "stsz", 4, 0x7F, 0xFF, 0xFF, 0xFF));
        yield return new("wide.mp4", Boxes.With(film, "avc1", 24, 0xFF, 0xFF, 0xFF, 0xFF));
        yield return new("endless-list.mp4", EditedAgainAndAgain(film, 60_000));
        yield return new("thousand-tracks.mp4", Tracks(film, 1000));
        yield return new("ten-thousand-deep.mp4", Deep(10_000));
        yield return new("box-beyond-the-end.mp4", [.. film.AsSpan(0, film.Length / 3), .. Boxes.BigEndian(0xFFFFFFFF), .. "moov"u8]);
        yield return new("cut-off.mp4", film[..(film.Length / 2)]);
        yield return new("no-index.mp4", Without(film, "moov"));
        foreach (var seed in (int[])[1, 2, 3, 4])
            yield return new($"flipped-{seed}.mp4", Flipped(film, seed));
    }

    /// <summary>Scattered bytes are others, the first ones aside: what a worn card gives.</summary>
    private static byte[] Flipped(byte[] film, int seed)
    {
        var random = new Random(seed);
        var flipped = (byte[])film.Clone();
        for (var i = 0; i < film.Length / 100; i++)
            flipped[random.Next(32, film.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>QuickTime's reference to another film.</summary>
    private static byte[] Reference(string url) => Boxes.Box("rmda", Boxes.Box("rdrf", [0, 0, 0, 0], "url "u8.ToArray(), Boxes.BigEndian(url.Length + 1), Text(url)));

    /// <summary>An alias of the Macintosh, with the path of the file (type 18) and of its volume (type 19) behind its fixed part.</summary>
    private static byte[] Alias(string path)
    {
        var alias = new byte[150];
        var name = Encoding.ASCII.GetBytes(path.TrimStart('/'));
        return [.. alias, .. Tagged(2, name), .. Tagged(18, name), .. Tagged(19, "/"u8.ToArray()), 0xFF, 0xFF, 0, 0];

        static byte[] Tagged(byte type, byte[] text) => [0, type, (byte)(text.Length >> 8), (byte)text.Length, .. text, .. text.Length % 2 == 1 ? [(byte)0] : Array.Empty<byte>()];
    }

    /// <summary>A list of edits that plays the same film again and again, each time from its beginning, at its usual rate.</summary>
    private static byte[] EditedAgainAndAgain(byte[] film, int times)
    {
        byte[] edit = [0, 0, 0x03, 0xE8, 0, 0, 0, 0, 0, 1, 0, 0];
        return Boxes.Replaced(film, "elst", [0, 0, 0, 0, .. Boxes.BigEndian(times), .. Enumerable.Repeat(edit, times).SelectMany(bytes => bytes)]);
    }

    private static byte[] Tracks(byte[] film, int count)
    {
        var track = Boxes.ContentOf(film, "trak");
        return Boxes.Replaced(film, "moov", [.. Boxes.ContentOf(film, "moov"), .. Enumerable.Range(2, count).SelectMany(_ => Boxes.Box("trak", track))]);
    }

    private static byte[] Deep(int depth)
    {
        var bytes = new byte[8 * depth];
        for (var i = 0; i < depth; i++)
        {
            Boxes.BigEndian(bytes.Length - (8 * i)).CopyTo(bytes, 8 * i);
            (i == 0 ? "moov"u8 : "trak"u8).CopyTo(bytes.AsSpan((8 * i) + 4));
        }
        return [.. Boxes.Box("ftyp", "isom"u8.ToArray(), [0, 0, 0, 0]), .. bytes];
    }

    private static byte[] Without(byte[] film, string box)
    {
        var without = (byte[])film.Clone();
        // ffmpeg looks for an index in what is called 'free' too.
        "junk"u8.CopyTo(without.AsSpan(film.AsSpan().IndexOf(Encoding.ASCII.GetBytes(box))));
        return without;
    }
}
