using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests;

public sealed class GiveWayTests
{
    private readonly LeapingTime _time = new();
    private readonly GiveWay _way;

    public GiveWayTests() => _way = new(_time);

    [Fact]
    public async Task NobodyWaits_WorkGoesOn()
    {
        await _way.Begin().PassAsync(default);
        Assert.Equal(TimeSpan.Zero, _time.Passed);
    }

    [Fact]
    public async Task SomebodyOpensAClip_WorkStandsStillForAMoment()
    {
        var turn = _way.Begin();
        _way.Ask();
        await turn.PassAsync(default);
        Assert.Equal(GiveWay.Moment, _time.Passed);
    }

    [Fact]
    public async Task SomebodyOpensClipsForEver_WorkGetsHalfOfTheTime()
    {
        var turn = _way.Begin();
        var (piece, worked) = (TimeSpan.FromMilliseconds(20), TimeSpan.Zero);
        while (_time.Passed < TimeSpan.FromSeconds(60))
        {
            _way.Ask();
            await turn.PassAsync(default);
            _time.Leap(piece);
            worked += piece;
        }
        // Less the first moment, which it gave away whole.
        Assert.InRange(worked, (_time.Passed - GiveWay.Moment) / 2 - 2 * piece, _time.Passed / 2);
    }

    [Fact]
    public async Task Stopped_ItStopsWaiting()
    {
        using var cancel = new CancellationTokenSource();
        _way.Ask();
        var turn = _way.Begin();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await turn.PassAsync(cancel.Token));
    }
}
