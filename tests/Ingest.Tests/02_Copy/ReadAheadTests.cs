using Xunit;

namespace YaoAn.Ingest.Tests.Copy;

/// <summary>What is made ahead on another thread is the same as without it, whoever fails or stops.</summary>
public sealed class ReadAheadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void The_same_in_the_same_order(int count) => Assert.Equal(Enumerable.Range(0, count), ReadAhead.Of(Enumerable.Range(0, count), 2));

    [Fact]
    public void A_failure_comes_in_its_place_and_as_what_it_is()
    {
        var seen = new List<int>();
        Assert.Throws<IOException>(() =>
        {
            foreach (var one in ReadAhead.Of(FailingAfter(3), 1))
                seen.Add(one);
        });
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public void Who_stops_early_finds_that_nothing_more_is_made()
    {
        var made = 0;
        using (var ahead = ReadAhead.Of(Enumerable.Range(0, 1000).Select(one => made = one), 2).GetEnumerator())
        {
            Assert.True(ahead.MoveNext());
            Assert.True(ahead.MoveNext());
        }
        Assert.InRange(made, 1, 5);
        var then = made;
        Thread.Sleep(20);
        Assert.Equal(then, made);
    }

    private static IEnumerable<int> FailingAfter(int count)
    {
        for (var at = 0; at < count; at++)
            yield return at;
        throw new IOException("The disk broke.");
    }
}
