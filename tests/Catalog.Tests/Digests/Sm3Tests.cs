using System.Text;
using CsCheck;
using Xunit;

namespace YaoAn.Catalog.Tests.Digests;

public sealed class Sm3Tests
{
    /// <summary>GB/T 32905-2016, appendix A: both examples.</summary>
    public static TheoryData<string, string, bool> Examples()
    {
        var examples = new TheoryData<string, string, bool>();
        foreach (var openSsl in (bool[])[true, false])
        {
            examples.Add("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", openSsl);
            examples.Add(
                string.Concat(Enumerable.Repeat("abcd", 16)), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732", openSsl);
        }
        return examples;
    }

    [SkippableTheory]
    [MemberData(nameof(Examples))]
    public void The_examples_of_the_standard_come_out(string text, string expected, bool openSsl)
    {
        Skip.If(openSsl && !OpenSslSm3.IsAvailable, "There is no libcrypto 3 here.");
        Assert.Equal(expected, Of(Encoding.ASCII.GetBytes(text), openSsl).ToString());
    }

    [SkippableFact]
    public void Both_implementations_agree_however_the_input_is_cut()
    {
        Skip.IfNot(OpenSslSm3.IsAvailable, "There is no libcrypto 3 here.");
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[1, 130]).Sample((bytes, piece) =>
        {
            var whole = Of(bytes, openSsl: false);
            Assert.Equal(whole, Of(bytes, openSsl: true));
            Assert.Equal(whole, InPieces(bytes, piece, openSsl: true));
            Assert.Equal(whole, InPieces(bytes, piece, openSsl: false));
        });
    }

    private static Sm3Digest Of(byte[] bytes, bool openSsl) => InPieces(bytes, Math.Max(1, bytes.Length), openSsl);

    private static Sm3Digest InPieces(byte[] bytes, int piece, bool openSsl)
    {
        using var sm3 = new Sm3(openSsl);
        foreach (var chunk in bytes.Chunk(piece))
            sm3.Append(chunk);
        return sm3.Finish();
    }
}
