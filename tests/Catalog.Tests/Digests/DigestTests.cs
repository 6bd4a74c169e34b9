using System.Text.Json;
using CsCheck;
using Xunit;

namespace YaoAn.Catalog.Tests.Digests;

public sealed class DigestTests
{
    private static readonly Gen<byte[]> s_bytes = Gen.Byte.Array[32];

    [Fact]
    public void A_digest_comes_back_from_its_text_and_its_json() => s_bytes.Sample(bytes =>
    {
        RoundTrips<Sha256Digest>(bytes);
        RoundTrips<Sm3Digest>(bytes);
    });

    [Fact]
    public void Equal_bytes_are_equal_digests_and_other_bytes_are_not() => Gen.Select(s_bytes, Gen.Int[0, 31], Gen.Byte[1, 255]).Sample((bytes, at, flip) =>
    {
        var digest = Sha256Digest.From(bytes);
        var same = Sha256Digest.From([.. bytes]);
        bytes[at] ^= flip;
        var other = Sha256Digest.From(bytes);
        Assert.True(digest == same && digest.Equals((object)same) && digest.GetHashCode() == same.GetHashCode());
        Assert.True(digest != other && !digest.Equals((object)other));
    });

    [Fact]
    public void A_digest_keeps_its_own_copy_of_the_bytes()
    {
        var bytes = new byte[32];
        var digest = Sha256Digest.From(bytes);
        bytes[0] = 1;
        Assert.Equal(new string('0', 64), digest.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_digest_of_another_length_is_refused(int length) => Assert.Throws<ArgumentException>(() => Sha256Digest.From(new byte[length]));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000 ")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void Text_that_is_no_digest_is_refused(string? text)
    {
        Assert.False(Sha256Digest.TryParse(text, null, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Sha256Digest>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void A_digest_that_was_never_set_says_so_instead_of_being_zero() =>
        Assert.Throws<InvalidOperationException>(() => default(Sha256Digest).ToString());

    private static void RoundTrips<T>(byte[] bytes)
        where T : struct, IDigest<T>
    {
        var digest = T.From(bytes);
        var text = digest.ToString()!;
        Assert.Equal(Convert.ToHexStringLower(bytes), text);
        Assert.Equal(digest, T.Parse(text, null));
        Assert.Equal(digest, T.Parse(text.ToUpperInvariant(), null));
        Assert.Equal($"\"{text}\"", JsonSerializer.Serialize(digest));
        Assert.Equal(digest, JsonSerializer.Deserialize<T>($"\"{text}\""));
    }
}
