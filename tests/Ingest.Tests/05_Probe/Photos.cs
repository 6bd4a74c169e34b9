using System.Buffers.Binary;
using System.Text;

namespace YaoAn.Ingest.Tests.Probe;

/// <summary>JPEGs with EXIF made by hand (EXIF 2.32, TIFF 6.0): no tool writes the odd ones.</summary>
internal static class Photos
{
    public static void WithExif(string path, string make, string taken)
    {
        Media.Ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", "-f", "image2", path);
        var jpeg = File.ReadAllBytes(path);
        var exif = Exif(Encoding.ASCII.GetBytes(make + "\0"), Encoding.ASCII.GetBytes(taken + "\0"));
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
