using System.Globalization;
using System.Text;

namespace YaoAn.Ingest;

/// <summary>A picture of one byte a pixel.</summary>
internal sealed record GreyPicture(int Width, int Height, byte[] Pixels)
{
    private const int MostPixels = 4096 * 4096;

    /// <summary>Reads the next picture of a stream of binary PGM files (Netpbm P5, at most 255).</summary>
    /// <returns>Null at the end, or where no picture stands.</returns>
    public static async Task<GreyPicture?> ReadAsync(Stream stream, CancellationToken ct)
    {
        if (await WordAsync(stream, ct) != "P5"
            || !int.TryParse(await WordAsync(stream, ct), CultureInfo.InvariantCulture, out var width)
            || !int.TryParse(await WordAsync(stream, ct), CultureInfo.InvariantCulture, out var height)
            || await WordAsync(stream, ct) != "255"
            || width <= 0 || height <= 0 || (long)width * height > MostPixels)
        {
            return null;
        }
        var pixels = new byte[width * height];
        return await stream.ReadAtLeastAsync(pixels, pixels.Length, throwOnEndOfStream: false, ct) == pixels.Length ? new GreyPicture(width, height, pixels) : null;
    }

    /// <summary>A word, and the one blank that ends it.</summary>
    private static async Task<string> WordAsync(Stream stream, CancellationToken ct)
    {
        var word = new StringBuilder();
        var one = new byte[1];
        while (word.Length < 16 && await stream.ReadAsync(one, ct) == 1 && one[0] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r'))
            word.Append((char)one[0]);
        return word.ToString();
    }
}
