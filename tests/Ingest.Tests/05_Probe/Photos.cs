using System.Buffers.Binary;
using System.Text;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>JPEGs with EXIF made by hand (EXIF 2.32, TIFF 6.0): no tool writes the odd ones.</summary>
internal static class Photos
{
    public static void WithExif(string path, string make, string taken)
    {
        Media.Ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", "-f", "image2", path);
        Insert(path, Exif(Encoding.ASCII.GetBytes(make + "\0"), Encoding.ASCII.GetBytes(taken + "\0")));
    }

    /// <summary>Red on the left of the sensor, blue on the right; held so that the left is the top (EXIF orientation 6).</summary>
    public static void OnItsSide(string path, int width, int height)
    {
        Media.Ffmpeg(
            "-f", "lavfi", "-i", $"color=red:s={width / 2}x{height}", "-f", "lavfi", "-i", $"color=blue:s={width / 2}x{height}",
            "-filter_complex", "hstack", "-frames:v", "1", "-f", "image2", path);
        using var tiff = new MemoryStream();
        using (var write = new BinaryWriter(tiff, Encoding.ASCII, leaveOpen: true))
        {
            write.Write("II"u8);
            write.Write((ushort)42);
            write.Write(8u);
            write.Write((ushort)1);
            Entry(write, 0x0112, 3, 1, 6);
            write.Write(0u);
        }
        Insert(path, [.. "Exif\0\0"u8, .. tiff.ToArray()]);
    }

    /// <summary><c>red</c> or <c>blue</c>, whichever the middle of the picture's upper edge has more of.</summary>
    public static string ColourAtTop(string path)
    {
        using var folder = new TempFolder();
        var pixel = folder.At("pixel.rgb");
        Media.Ffmpeg("-i", path, "-vf", "crop=16:16:iw/2-8:16,scale=1:1", "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", pixel);
        var rgb = File.ReadAllBytes(pixel);
        return rgb[0] > rgb[2] ? "red" : "blue";
    }

    private static void Insert(string path, byte[] exif)
    {
        var jpeg = File.ReadAllBytes(path);
        var marker = new byte[4];
        (marker[0], marker[1]) = (0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(marker.AsSpan(2), (ushort)(exif.Length + 2));
        File.WriteAllBytes(path, [.. jpeg[..2], .. marker, .. exif, .. jpeg[2..]]);
    }

    private static byte[] Exif(byte[] make, byte[] taken)
    {
        // Header 8; IFD0 of 2 entries at 8 (30 bytes); Exif IFD of 1 entry at 38 (18 bytes); texts from 56 on.
        using var tiff = new MemoryStream();
        using var write = new BinaryWriter(tiff);
        write.Write("II"u8);
        write.Write((ushort)42);
        write.Write(8u);
        write.Write((ushort)2);
        Entry(write, 0x010F, 2, make.Length, 56);
        Entry(write, 0x8769, 4, 1, 38);
        write.Write(0u);
        write.Write((ushort)1);
        Entry(write, 0x9003, 2, taken.Length, 56 + make.Length);
        write.Write(0u);
        write.Write(make);
        write.Write(taken);
        return [.. "Exif\0\0"u8, .. tiff.ToArray()];
    }

    private static void Entry(BinaryWriter write, int tag, int type, int count, int value)
    {
        write.Write((ushort)tag);
        write.Write((ushort)type);
        write.Write((uint)count);
        write.Write((uint)value);
    }
}
