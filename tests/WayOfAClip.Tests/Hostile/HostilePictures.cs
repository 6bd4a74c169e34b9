using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>Photos that unfold into more than a machine has, or that lead their readers round in circles.</summary>
internal static class HostilePictures
{
    private const int Huge = 60_000;

    /// <param name="photo">A good JPEG.</param>
    /// <param name="bait">What references point to.</param>
    public static IEnumerable<HostileFile> All(byte[] photo, Bait bait)
    {
        yield return new("pixels.png", Png(Huge, Huge, Zeros(20 << 20)));
        yield return new("pixels-most.png", Png(int.MaxValue, int.MaxValue, Zeros(1 << 10)));
        yield return new("pixels.jpg", Sized(photo, Huge, Huge));
        yield return new("pixels-most.jpg", Sized(photo, ushort.MaxValue, ushort.MaxValue));
        yield return new("text.png", Png(8, 8, Zeros(80), ("zTXt", [.. "Comment\0\0"u8, .. Zeros(300 << 20)])));
        yield return new("profile.png", Png(8, 8, Zeros(80), ("iCCP", [.. "sRGB\0\0"u8, .. Zeros(300 << 20)])));
        yield return new("circle.jpg", WithExif(photo, [.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0]));
        yield return new("counts.jpg", WithExif(photo, [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0x0F, 1, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0]));
        yield return new("address.jpg", WithSegment(photo, 0xE1, Encoding.UTF8.GetBytes($"http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY canary SYSTEM \"file://{bait.File}\">]><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">&canary;<a href=\"{bait.Http}\"/></x:xmpmeta>")));
        yield return new("cut-off.jpg", photo[..(photo.Length / 2)]);
        yield return new("pixels.bmp", Bmp(Huge, Huge));
    }

    private static byte[] Png(int width, int height, byte[] pixels, params (string Type, byte[] Content)[] more)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. more.SelectMany(chunk => Chunk(chunk.Type, chunk.Content)), .. Chunk("IDAT", pixels), .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        return [.. Boxes.BigEndian(content.Length), .. named, .. Boxes.BigEndian(Crc32.HashToUInt32(named))];
    }

    /// <summary>So many zeros, packed: a thousandth of them.</summary>
    private static byte[] Zeros(int count)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            var block = new byte[1 << 20];
            for (var left = count; left > 0; left -= block.Length)
                zip.Write(block, 0, Math.Min(left, block.Length));
        }
        return packed.ToArray();
    }

    /// <summary>The frame header (SOF0, ISO/IEC 10918-1 B.2.2) says another size.</summary>
    private static byte[] Sized(byte[] photo, int width, int height)
    {
        var sized = (byte[])photo.Clone();
        var frame = sized.AsSpan().IndexOf<byte>([0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(sized.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(sized.AsSpan(frame + 7), (ushort)width);
        return sized;
    }

    private static byte[] WithExif(byte[] photo, byte[] tiff) => WithSegment(photo, 0xE1, [.. "Exif\0\0"u8, .. tiff]);

    private static byte[] WithSegment(byte[] photo, byte marker, byte[] content) =>
        [0xFF, 0xD8, 0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content, .. photo.AsSpan(2)];

    private static byte[] Bmp(int width, int height)
    {
        var bmp = new byte[58];
        "BM"u8.CopyTo(bmp);
        bmp[10] = 54;
        bmp[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), height);
        bmp[26] = 1;
        bmp[28] = 24;
        return bmp;
    }
}
