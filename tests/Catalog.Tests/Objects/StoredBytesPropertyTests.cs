using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

/// <summary>Invariants 5 and 6: stored bytes are the source's bytes or are refused, under keys that ids alone make.</summary>
public sealed class StoredBytesPropertyTests
{
    /// <summary>Around the chunks of a full read.</summary>
    private static readonly Gen<int> s_size = Gen.OneOf(Gen.Int[1, 5000], Gen.OneOf((1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2 << 20));

    [Fact]
    public Task Whatever_a_store_gives_back_is_the_original_or_is_refused() =>
        Gen.Select(s_size, Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).SampleAsync(
            async (size, lie, where, bits) =>
            {
                using var folder = new TempFolder();
                var bytes = RandomNumberGenerator.GetBytes(size);
                var honest = new FolderObjectStore(folder.At("store"), TimeProvider.System);
                var at = where % size;
                var store = new LyingStore(honest, given => Lie(given, lie, at, bits));
                // A shifted tail may be the same bytes by chance.
                var isHonest = lie == 0 || (lie == 4 && IsSameShifted(bytes, at, bits));
                var clip = ClipId.New(Given.Now);
                var receive = new ObjectGate(store, new GiveWay(TimeProvider.System)).ReceiveAsync(clip, new ObjectSource.FromFile(folder.Write("original", bytes), size), Given.Sha256(bytes), null, default);
                if (isHonest)
                {
                    var read = await receive;
                    Assert.Equal((size, Independent(bytes), ReferenceSm3.Of(bytes)), ((int)read.SizeBytes, read.Sha256, read.Sm3));
                }
                else
                {
                    await Assert.ThrowsAsync<CorruptOriginalException>(() => receive);
                }
                // Another source under the same key changes nothing.
                Assert.Equal(PutOutcome.AlreadyThere, await honest.PutNewAsync(ObjectKey.Original(clip), new ObjectSource.FromMemory(Given.Bytes()), default));
                Assert.Equal(Given.Sha256(bytes), Given.Sha256(await File.ReadAllBytesAsync(honest.PathOf(ObjectKey.Original(clip)))));
            },
            iter: Fuzz.Times(60));

    [Fact]
    public void Both_digests_are_those_of_other_programs_however_the_bytes_come() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[1, 400]).Sample((bytes, piece) =>
        {
            foreach (var openSsl in OpenSslSm3.IsAvailable ? (bool[])[true, false] : [false])
            {
                using var sm3 = new Sm3(openSsl);
                foreach (var chunk in bytes.Chunk(piece))
                    sm3.Append(chunk);
                Assert.Equal(ReferenceSm3.Of(bytes), sm3.Finish());
            }
            Assert.Equal(Independent(bytes), Given.Sha256(bytes));
        });

    [Fact]
    public void Two_clips_and_two_sightings_never_share_a_key_and_no_key_lies_in_another_s_folder() =>
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Guid, Gen.Guid).Sample((a, b, c, d) =>
        {
            ObjectKey[] keys =
            [
                .. new[] { a, b }.Distinct().Select(clip => ObjectKey.Original(new ClipId(clip))),
                .. new[] { a, b }.Distinct().SelectMany(clip => new[] { c, d }.Distinct().Select(intake => ObjectKey.Manifest(new ClipId(clip), new IntakeId(intake)))),
                .. new[] { a, b }.Distinct().Select(clip => ObjectKey.Derived(new ClipId(clip), "original")),
            ];
            Assert.Equal(keys.Length, keys.Select(key => key.Value).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            foreach (var key in keys)
            {
                Assert.All(key.Value, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '/'));
                Assert.Equal($"/store/{key}", Path.GetFullPath($"/store/{key}"));
                Assert.True(ObjectKey.TryParse(key.Value, out var again) && again == key);
                Assert.Equal(key.Value.StartsWith("originals/", StringComparison.Ordinal), key.IsOfClip(out var clip, out var intake));
                if (key.Value.StartsWith("originals/", StringComparison.Ordinal))
                    Assert.Equal(key, intake is { } of ? ObjectKey.Manifest(clip, of) : ObjectKey.Original(clip));
            }
        });

    [Fact]
    public void Any_text_as_a_key_stays_below_the_store_or_is_refused() =>
        Gen.String[Gen.Char["abz09.-/~\\ \0\nA一：%"], 0, 16].Sample(
            text =>
            {
                if (ObjectKey.TryParse(text, out var key))
                    Assert.Equal("/store/" + text, Path.GetFullPath("/store/" + key.Value));
            },
            iter: Fuzz.Times(20_000));

    private static byte[] Lie(byte[] given, int lie, int at, byte bits)
    {
        switch (lie)
        {
            case 0:
                return given;
            case 1:
                return [.. given[..at], (byte)(given[at] ^ bits), .. given[(at + 1)..]];
            case 2:
                return given[..at];
            case 3:
                return [.. given, .. given[..Math.Min(given.Length, 1 + (at % 100))]];
            case 4:
                return [.. given[..at], .. given[(at + 1)..], bits];
            default:
                return [.. given[..at], bits, .. given[at..]];
        }
    }

    private static bool IsSameShifted(byte[] bytes, int at, byte last) => bytes.SequenceEqual(Lie(bytes, 4, at, last));

    private static Sha256Digest Independent(byte[] bytes)
    {
        var sha = new Org.BouncyCastle.Crypto.Digests.Sha256Digest();
        var digest = new byte[32];
        sha.BlockUpdate(bytes.AsSpan());
        sha.DoFinal(digest);
        return Sha256Digest.From(digest);
    }
}

/// <summary>SM3 as GB/T 32905-2016 §5 writes it, word by word: slow, and code of nobody else.</summary>
internal static class ReferenceSm3
{
    public static Sm3Digest Of(ReadOnlySpan<byte> message)
    {
        // §5.2: a one bit, zeros, and the length in bits as 64 bits.
        var padded = new byte[(message.Length + 9 + 63) / 64 * 64];
        message.CopyTo(padded);
        padded[message.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)message.Length * 8);
        uint[] v = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
        for (var block = 0; block < padded.Length; block += 64)
            v = Compress(v, padded.AsSpan(block, 64));
        var digest = new byte[32];
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * 4), v[i]);
        return Sm3Digest.From(digest);
    }

    /// <summary>§5.3.2 and §5.3.3.</summary>
    private static uint[] Compress(uint[] v, ReadOnlySpan<byte> block)
    {
        var w = new uint[68];
        for (var j = 0; j < 16; j++)
            w[j] = BinaryPrimitives.ReadUInt32BigEndian(block[(j * 4)..]);
        for (var j = 16; j < 68; j++)
            w[j] = P1(w[j - 16] ^ w[j - 9] ^ BitOperations.RotateLeft(w[j - 3], 15)) ^ BitOperations.RotateLeft(w[j - 13], 7) ^ w[j - 6];
        var (a, b, c, d, e, f, g, h) = (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
        for (var j = 0; j < 64; j++)
        {
            var t = j < 16 ? 0x79cc4519u : 0x7a879d8au;
            var ss1 = BitOperations.RotateLeft(BitOperations.RotateLeft(a, 12) + e + BitOperations.RotateLeft(t, j % 32), 7);
            var ss2 = ss1 ^ BitOperations.RotateLeft(a, 12);
            var ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
            var gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
            var (tt1, tt2) = (ff + d + ss2 + (w[j] ^ w[j + 4]), gg + h + ss1 + w[j]);
            (d, c, b, a) = (c, BitOperations.RotateLeft(b, 9), a, tt1);
            (h, g, f, e) = (g, BitOperations.RotateLeft(f, 19), e, P0(tt2));
        }
        return [a ^ v[0], b ^ v[1], c ^ v[2], d ^ v[3], e ^ v[4], f ^ v[5], g ^ v[6], h ^ v[7]];
    }

    private static uint P0(uint x) => x ^ BitOperations.RotateLeft(x, 9) ^ BitOperations.RotateLeft(x, 17);

    private static uint P1(uint x) => x ^ BitOperations.RotateLeft(x, 15) ^ BitOperations.RotateLeft(x, 23);
}
