using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clocks;

public sealed class StationClockCodeTests
{
    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void What_is_shown_is_read_and_fits_the_short_alphabet_of_QR_codes()
    {
        Gen.Select(Gen.Long[0, 4_000_000_000_000], Gen.Bool).Sample((ms, isSynchronized) =>
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(ms);
            var code = StationClockCode.Of(at, isSynchronized, s_key);
            Assert.Matches("^[0-9A-Z $%*+./:-]+$", code);
            Assert.Equal((at, isSynchronized), StationClockCode.Read(code, s_key));
        });
    }

    [Fact]
    public void A_code_that_anybody_changed_or_made_is_none()
    {
        var code = StationClockCode.Of(Given.Now, isSynchronized: false, s_key);
        Gen.Select(Gen.Int[0, code.Length - 1], Gen.Char['0', 'Z']).Sample((place, letter) =>
        {
            var changed = code[..place] + letter + code[(place + 1)..];
            Assert.True(changed == code || StationClockCode.Read(changed, s_key) is null);
        });
        Assert.Null(StationClockCode.Read(code, [.. s_key.Reverse()]));
        foreach (var text in new[] { "", ":", ":::", "YAOAN1:1:S", "https://example.org", "YAOAN1:99999999999999999999:S:00" })
            Assert.Null(StationClockCode.Read(text, s_key));
    }
}
