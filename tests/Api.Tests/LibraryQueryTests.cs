using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;
using YaoAn.Catalog;

namespace YaoAn.Api.Tests;

public sealed class LibraryQueryTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?from=2026-11-18&to=2026-11-24&kind=video&kind=photo&state=damaged&recorder=DSJ-1234567&q=9f2c&sidecars=1&sort=received")]
    [InlineData("?after=1795069604000000_01a20bf6-0a07-7fb7-9321-02b4415c9f20")]
    [InlineData("?q=%E4%BA%91E%20%26%20100%25")]
    public void An_address_that_is_read_is_written_the_same(string address) =>
        Assert.Equal(QueryHelpers.ParseQuery(address), QueryHelpers.ParseQuery(Read(address).ToString()));

    [Fact]
    public void Days_are_days_in_China_and_the_last_one_counts_whole()
    {
        var filter = Read("?from=2026-11-18&to=2026-11-24").Filter();

        Assert.Equal(new DateTimeOffset(2026, 11, 17, 16, 0, 0, TimeSpan.Zero), filter.From);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 16, 0, 0, TimeSpan.Zero), filter.Before);
    }

    [Theory]
    [InlineData("?from=18.11.2026&kind=hologram&state=perfect&after=x&q=%20&recorder=")]
    public void What_is_not_understood_is_left_out(string address)
    {
        var query = Read(address);

        Assert.False(query.HasConditions);
        Assert.True(query.IsFirstPage);
    }

    [Fact]
    public void Leaving_the_page_keeps_the_conditions()
    {
        var first = Read("?kind=audio&before=1795069604000000_01a20bf6-0a07-7fb7-9321-02b4415c9f20").FirstPage();

        Assert.Equal("?kind=audio", first.ToString());
        Assert.Equal([ClipKind.Audio], first.Kinds);
    }

    [Fact]
    public void The_last_day_there_is_has_no_day_after_it() => Assert.Null(Read("?to=9999-12-31").Filter().Before);

    private static LibraryQuery Read(string address) => LibraryQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(address)));
}
