using System.Globalization;
using System.Text;
using CsCheck;
using Xunit;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class DisplayNameTests
{
    [Theory]
    [InlineData("plain 名字.mp4", "plain 名字.mp4")]
    [InlineData("a\nb", "a␊b")]
    [InlineData("a\tb", "a␉b")]
    [InlineData("\u001b[31mred", "␛[31mred")]
    [InlineData("a\u007f", "a␡")]
    [InlineData("gpj.\u202Eexe", "gpj.[U+202E]exe")]
    [InlineData("a\u200Bb", "a[U+200B]b")]
    [InlineData("a\uFEFFb", "a[U+FEFF]b")]
    [InlineData("a\u2028b", "a[U+2028]b")]
    [InlineData("a\u0085b", "a[U+0085]b")]
    [InlineData("\uE000", "[U+E000]")]
    [InlineData("😀.mp4", "😀.mp4")]
    [InlineData("-rf \"x\" ", "-rf \"x\" ")]
    public void Text_is_shown_as_it_is_but_for_what_would_deceive_the_eye(string name, string shown) => Assert.Equal(shown, DisplayName.Of(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void A_name_in_gbk_is_read_as_such() =>
        Assert.Equal("执法.mp4", DisplayName.Of([0xD6, 0xB4, 0xB7, 0xA8, .. ".mp4"u8]));

    [Fact]
    public void Bytes_that_are_no_text_at_all_are_shown_as_numbers() => Assert.Equal(@"a\xFF\xFEb", DisplayName.Of([(byte)'a', 0xFF, 0xFE, (byte)'b']));

    [Fact]
    public void No_bytes_whatever_put_a_control_or_direction_character_on_the_screen() =>
        Gen.Byte.Array[0, 40].Sample(bytes => ShowsNoMischief(DisplayName.Of(bytes)), iter: 3000);

    [Fact]
    public void No_text_whatever_puts_a_control_or_direction_character_on_the_screen() =>
        Gen.String[Gen.Char, 0, 30].Sample(text => ShowsNoMischief(DisplayName.Of(Encoding.UTF8.GetBytes(text))), iter: 3000);

    private static void ShowsNoMischief(string shown) => Assert.All(shown.EnumerateRunes(), rune => Assert.DoesNotContain(
        Rune.GetUnicodeCategory(rune),
        (UnicodeCategory[])[UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.PrivateUse, UnicodeCategory.Surrogate]));
}
