using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace YaoAn.Tests.Support;

/// <summary>
/// Inputs that are almost what a parser reads, and the bounds that hold for each of them. A run takes two seconds a parser;
/// <c>YAOAN_FUZZ_SECONDS</c> makes it as long as one likes.
/// </summary>
public static class Fuzz
{
    /// <summary>Longest input that is made.</summary>
    public const int MostBytes = 64 << 10;

    /// <summary>No input of that length may take longer; with room for a machine that does something else too.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5), s_hangs = TimeSpan.FromMinutes(2);

    private static readonly byte[] s_telling = [0x00, 0x09, 0x0A, 0x20, (byte)'"', (byte)'$', (byte)'*', (byte)',', (byte)'-', (byte)'.', (byte)'/', (byte)'0', (byte)'9', (byte)':', (byte)'<', (byte)'E', (byte)'[', (byte)'\\', (byte)'{', 0x7F, 0x80, 0xFF];

    /// <summary>Digits that are none of 0–9, the ends of number types, and what formats treat as special.</summary>
    private static readonly byte[][] s_pieces =
    [
        .. new[]
        {
            "٠١٢٣٤٥٦٧٨٩", "१२३४", "9223372036854775808", "99999999999999999999999", "-9223372036854775809", "2147483648", "1e999", "-1e999", "NaN", "Infinity", "null", "0x10", "\u0000", "\uFEFF", "\u202E", "\uD83D\uDE00",
            "--> ", "00:00:00,000 --> ", "<!DOCTYPE a [<!ENTITY b \"c\">]>", "&b;", "]]>", "<![CDATA[", "<trkpt lat=\"1\" lon=\"1\">", "}{", "[[[[[[[[[[[[[[[[[[[[", "{\"a\":", "\\ud800", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "00000000", "240229", "990230", "$GPRMC,", "*00", "../", "//",
        }.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFE], [0xFE, 0xFF, 0x00], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ];

    /// <summary>Seconds for each parser.</summary>
    public static int Seconds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("YAOAN_FUZZ_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : 2;

    /// <summary>As often as usual in a run of two seconds, and as much more often as it takes longer.</summary>
    public static int Times(int usual) => usual * Seconds / 2;

    /// <summary>A valid input, changed at one to six places. The same seed gives the same bytes.</summary>
    public static byte[] Changed(IReadOnlyList<byte[]> valid, int seed)
    {
        var random = new Random(seed);
        var bytes = valid[random.Next(valid.Count)];
        for (var changes = random.Next(1, 7); changes > 0; changes--)
            bytes = ChangedOnce(bytes, valid, random);
        return bytes.Length > MostBytes ? bytes[..MostBytes] : bytes;
    }

    /// <summary>A valid input with each of its bytes, one at a time, turned into others: each bit flipped, and what formats treat as special.</summary>
    public static IEnumerable<byte[]> OneByteOff(byte[] valid)
    {
        for (var at = 0; at < valid.Length; at++)
        {
            foreach (var other in Enumerable.Range(0, 8).Select(bit => (byte)(valid[at] ^ (1 << bit))).Concat(s_telling).Distinct().Where(other => other != valid[at]))
            {
                var bytes = (byte[])valid.Clone();
                bytes[at] = other;
                yield return bytes;
            }
        }
    }

    /// <summary>Reads an input, and fails where that takes too long or too much memory. What it throws is let out.</summary>
    public static T Bounded<T>(byte[] input, Func<T> read)
    {
        // A parser that never ends can't be ended from outside: the process goes, and says at what.
        using var hangs = new Timer(_ => Environment.FailFast($"A parser hangs at {Convert.ToBase64String(input)}"), null, s_hangs, Timeout.InfiniteTimeSpan);
        var (started, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        T result;
        try
        {
            result = read();
        }
        catch (Exception e) when (e is not BoundBrokenException)
        {
            Check();
            throw;
        }
        Check();
        return result;

        void Check()
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (Stopwatch.GetElapsedTime(started) > s_longest)
                throw new BoundBrokenException($"{input.Length} bytes took {Stopwatch.GetElapsedTime(started)}: {Convert.ToBase64String(input)}");
            if (allocated > (16 << 20) + (400L * input.Length))
                throw new BoundBrokenException($"{input.Length} bytes took {allocated >> 20} MiB: {Convert.ToBase64String(input)}");
        }
    }

    /// <summary>The same of a parser that has one way to refuse, in words; null where it did.</summary>
    public static T? BoundedOrRefused<T, TRefusal>(byte[] input, Func<T> read)
        where T : class
        where TRefusal : Exception
    {
        try
        {
            return Bounded(input, read);
        }
        catch (TRefusal e)
        {
            return e.Message.Contains(' ', StringComparison.Ordinal) ? null : throw new BoundBrokenException($"'{e.Message}' is no sentence.");
        }
    }

    /// <summary>What a failing input is printed as: text where it is some, so that it can be read, and what brings it back.</summary>
    public static string Print(byte[] input) => $"{Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(400, input.Length)))} (base64 {Convert.ToBase64String(input.AsSpan(0, Math.Min(4096, input.Length)))})";

    private static byte[] ChangedOnce(byte[] bytes, IReadOnlyList<byte[]> valid, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        var length = random.Next(Math.Min(bytes.Length - at, 64) + 1);
        switch (random.Next(10))
        {
            case 0 when at < bytes.Length:
                return [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]];
            case 1 when at < bytes.Length:
                return [.. bytes[..at], s_telling[random.Next(s_telling.Length)], .. bytes[(at + 1)..]];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. s_pieces[random.Next(s_pieces.Length)], .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. s_pieces[random.Next(s_pieces.Length)], .. bytes[(at + length)..]];
            case 6:
                return [.. bytes[..at], .. Enumerable.Repeat(bytes[at..(at + length)], random.Next(2, 200)).SelectMany(piece => piece), .. bytes[at..]];
            case 7:
                var other = valid[random.Next(valid.Count)];
                return [.. bytes[..at], .. other[random.Next(other.Length + 1)..]];
            case 8:
                return OtherDigits(bytes, random);
            default:
                var noise = new byte[random.Next(1, 9)];
                random.NextBytes(noise);
                return [.. bytes[..at], .. noise, .. bytes[Math.Min(bytes.Length, at + noise.Length)..]];
        }
    }

    /// <summary>One run of digits becomes another number, or digits of another script.</summary>
    private static byte[] OtherDigits(byte[] bytes, Random random)
    {
        var runs = new List<(int Start, int End)>();
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is < (byte)'0' or > (byte)'9')
                continue;
            var start = i;
            while (i < bytes.Length && bytes[i] is >= (byte)'0' and <= (byte)'9')
                i++;
            runs.Add((start, i));
        }
        if (runs.Count == 0)
            return bytes;
        var (from, to) = runs[random.Next(runs.Count)];
        var digits = Encoding.UTF8.GetString(bytes, from, to - from);
        var others = random.Next(4) switch
        {
            0 => string.Concat(digits.Select(digit => (char)('٠' + (digit - '0')))),
            1 => new string('9', digits.Length),
            2 => new string('0', digits.Length),
            _ => string.Concat(digits.Select(_ => (char)('0' + random.Next(10)))),
        };
        return [.. bytes[..from], .. Encoding.UTF8.GetBytes(others), .. bytes[to..]];
    }
}

/// <summary>A parser took more time or memory than any input of its length may cost, or refused without words.</summary>
public sealed class BoundBrokenException(string message) : Exception(message);
