using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class ClipCursorTests
{
    [Fact]
    public void A_cursor_comes_back_from_its_text() => Gen.Select(Gen.Long[-60_000_000_000_000_000, 190_000_000_000_000_000], Gen.Guid).Sample((microseconds, id) =>
    {
        var cursor = new ClipCursor(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), new ClipId(id));
        Assert.Equal(cursor, ClipCursor.TryParse(cursor.ToString()));
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("1_2")]
    [InlineData("1")]
    [InlineData("x_01919191-9191-7191-9191-919191919191")]
    [InlineData("1_01919191-9191-7191-9191-919191919191_")]
    [InlineData("999999999999999999_01919191-9191-7191-9191-919191919191")]
    [InlineData("-199999999999999999_01919191-9191-7191-9191-919191919191")]
    [InlineData("-9223372036854775808_01919191-9191-7191-9191-919191919191")]
    [InlineData("9223372036854775807_01919191-9191-7191-9191-919191919191")]
    public void Anything_else_in_the_url_is_no_cursor_and_no_error(string? text) => Assert.Null(ClipCursor.TryParse(text));

    [Fact]
    public void No_text_makes_it_throw() => Gen.Select(Gen.Long, Gen.String[Gen.Char["0123456789-_ "], 0, 8]).Sample((number, rest) =>
    {
        ClipCursor.TryParse($"{number}_{ClipId.New(Given.Now)}");
        ClipCursor.TryParse(rest);
        return true;
    });
}
