using System.Buffers.Binary;
using System.Text;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>Boxes of ISO/IEC 14496-12 (MP4, MOV): made, found and changed in place.</summary>
internal static class Boxes
{
    public static byte[] Box(string type, params byte[][] content)
    {
        var bytes = content.SelectMany(part => part).ToArray();
        return [.. BigEndian(8 + bytes.Length), .. Encoding.ASCII.GetBytes(type), .. bytes];
    }

    public static byte[] BigEndian(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    /// <summary>A copy in which some bytes of the first box of a type are others; the offset counts from the end of its type.</summary>
    public static byte[] With(byte[] file, string box, int offset, params byte[] bytes)
    {
        var changed = (byte[])file.Clone();
        bytes.CopyTo(changed, PlaceOf(file, box) + 4 + offset);
        return changed;
    }

    /// <summary>A copy in which the first box of a type has other content; boxes around it grow or shrink with it, and chunks behind it are found again.</summary>
    public static byte[] Replaced(byte[] file, string box, params byte[] content)
    {
        var at = PlaceOf(file, box) - 4;
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
        var grown = content.Length + 8 - length;
        byte[] changed = [.. file.AsSpan(0, at), .. Box(box, content), .. file.AsSpan(at + length)];
        foreach (var around in Around(file, at))
            BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(around), (uint)(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(around)) + grown));
        for (var entry = PlaceOf(changed, "stco") + 12; entry < PlaceOf(changed, "stco") - 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(changed.AsSpan(PlaceOf(changed, "stco") - 4)); entry += 4)
        {
            var offset = BinaryPrimitives.ReadUInt32BigEndian(changed.AsSpan(entry));
            BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(entry), (uint)(offset + (offset > at ? grown : 0)));
        }
        return changed;
    }

    /// <summary>Content of the first box of a type.</summary>
    public static byte[] ContentOf(byte[] file, string box)
    {
        var at = PlaceOf(file, box) - 4;
        return file.AsSpan(at + 8, (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) - 8).ToArray();
    }

    private static int PlaceOf(byte[] file, string box) =>
        file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(box)) is > 3 and var at ? at : throw new InvalidOperationException($"The file has no box {box}.");

    /// <summary>Places of the boxes that hold a place.</summary>
    private static List<int> Around(byte[] file, int place)
    {
        var around = new List<int>();
        var (at, end) = (0, file.Length);
        while (at + 8 <= end)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length < 8)
                break;
            if (place <= at || place >= at + length)
            {
                at += length;
                continue;
            }
            around.Add(at);
            // Only these hold boxes on the way to what is changed here.
            var type = Encoding.ASCII.GetString(file, at + 4, 4);
            (at, end) = (at + 8 + (type is "dref" or "stsd" ? 8 : 0), at + length);
        }
        return around;
    }
}
