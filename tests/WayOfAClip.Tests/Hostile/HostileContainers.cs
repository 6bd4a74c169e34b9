using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>Other containers: a playlist among subtitles, things attached, tags that act, and headers that lie.</summary>
internal static class HostileContainers
{
    /// <param name="photo">A good JPEG: the picture of the AVI.</param>
    /// <param name="bait">What references point to.</param>
    public static IEnumerable<HostileFile> All(byte[] photo, Bait bait)
    {
        yield return new("subtitles.avi", Avi(photo, Gab2($"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile://{bait.File}\n#EXTINF:1.0,\n{bait.Http}.ts\n#EXT-X-ENDLIST\n")));
        yield return new("subtitles-xbin.avi", Avi(photo, Gab2($"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nconcat:file://{bait.File}|subfile,,start,0,end,9,,:{bait.File}\n#EXT-X-ENDLIST\n")));
        yield return new("chunks.avi", [.. Avi(photo, new byte[8])[..200], .. Enumerable.Repeat((byte)0xFF, 4096)]);
        yield return new("address.mp3", [.. "ID3"u8, 3, 0, 0, 0x7F, 0x7F, 0x7F, 0x7F, .. "APIC"u8, 0, 0, 0x10, 0, 0, 0, 0, .. "-->\0"u8, 3, 0, .. Encoding.ASCII.GetBytes(bait.Http), 0]);
        yield return new("picture.flac", [.. "fLaC"u8, 0x86, 0xFF, 0xFF, 0xFF, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[64]]);
        yield return new("longest.wav", [.. "RIFF"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 8, 0, .. "data"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. new byte[4096]]);
        yield return new("channels.wav", [.. "RIFF"u8, 0, 16, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0, 1, 0, 8, 0, .. "data"u8, 0, 8, 0, 0, .. new byte[4096]]);
        yield return new("program.mp4", [0x7F, .. "ELF"u8, 2, 1, 1, 0, .. new byte[4096]]);
        yield return new("archive.mp4", [.. "PK"u8, 3, 4, .. Enumerable.Repeat((byte)'z', 4096)]);
        yield return new("page.mp4", Encoding.UTF8.GetBytes($"<!DOCTYPE html><script src=\"{bait.Http}.js\"></script><meta http-equiv=refresh content=\"0;url={bait.Http}\">"));
        yield return new("streams.ts", Streams(2000));
        yield return new("one-line.srt", [.. Encoding.ASCII.GetBytes("1\n00:00:00,000 --> 99:59:59,999\n"), .. Enumerable.Repeat((byte)'<', 4 << 20)]);
        yield return new("positions.nmea", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("$GNRMC,999999.999,A,9999.9999,N,99999.9999,E,1e308,NaN,999999,,,A*00\r\n", 30_000))));
    }

    /// <summary>Subtitles as AVI carries them (as the attack of 2017): whoever guesses their format finds a playlist.</summary>
    private static byte[] Gab2(string subtitles)
    {
        var text = Encoding.ASCII.GetBytes(subtitles);
        return [.. "GAB2\0"u8, 2, 0, 2, 0, 0, 0, 0, 0, 4, 0, .. Number(text.Length), .. text];
    }

    private static byte[] Avi(byte[] photo, byte[] subtitles)
    {
        var main = new byte[56];
        Number(100_000).CopyTo(main, 0);
        Number(1).CopyTo(main, 16);
        Number(2).CopyTo(main, 24);
        byte[] format = [.. Number(40), .. Number(160), .. Number(120), 1, 0, 24, 0, .. "MJPG"u8, .. new byte[20]];
        return Chunk("RIFF", "AVI "u8.ToArray(), List(
            "hdrl", Chunk("avih", main), List("strl", Chunk("strh", Stream("vids", "MJPG")), Chunk("strf", format)), List("strl", Chunk("strh", Stream("txts", "\0\0\0\0")), Chunk("strf", []))),
            List("movi", Chunk("01tx", subtitles), Chunk("00dc", photo)));
    }

    private static byte[] Stream(string kind, string codec)
    {
        var header = new byte[56];
        Encoding.ASCII.GetBytes(kind + codec).CopyTo(header, 0);
        Number(1).CopyTo(header, 20);
        Number(10).CopyTo(header, 24);
        Number(1).CopyTo(header, 32);
        return header;
    }

    private static byte[] List(string type, params byte[][] chunks) => Chunk("LIST", Encoding.ASCII.GetBytes(type), [.. chunks.SelectMany(chunk => chunk)]);

    private static byte[] Chunk(string type, params byte[][] content)
    {
        var bytes = content.SelectMany(part => part).ToArray();
        return [.. Encoding.ASCII.GetBytes(type), .. Number(bytes.Length), .. bytes, .. bytes.Length % 2 == 1 ? [(byte)0] : Array.Empty<byte>()];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>A transport stream in which every packet begins another stream of pictures.</summary>
    private static byte[] Streams(int count)
    {
        var packets = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            var pid = 0x100 + i;
            byte[] head = [0x47, (byte)(0x40 | (pid >> 8)), (byte)pid, 0x10, 0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0];
            packets.AddRange([.. head, .. Encoding.ASCII.GetBytes(i.ToString("000000", CultureInfo.InvariantCulture)), .. new byte[188 - head.Length - 6]]);
        }
        return [.. packets];
    }
}
