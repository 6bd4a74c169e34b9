using System.Diagnostics;
using Xunit;

namespace YaoAn.Catalog.Tests;

public sealed class GiveWayTests
{
    private readonly GiveWay _way = new(TimeProvider.System);

    [Fact]
    public async Task NobodyWaits_WorkGoesOn()
    {
        var begun = Stopwatch.GetTimestamp();
        await _way.Begin().PassAsync(default);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task SomebodyOpensAClip_WorkStandsStillForAMoment()
    {
        var turn = _way.Begin();
        _way.Ask();
        var begun = Stopwatch.GetTimestamp();
        await turn.PassAsync(default);
        var stood = Stopwatch.GetElapsedTime(begun);
        Assert.InRange(stood, GiveWay.Moment - TimeSpan.FromMilliseconds(50), GiveWay.Moment + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task SomebodyOpensClipsForEver_WorkGetsHalfOfTheTime()
    {
        var turn = _way.Begin();
        var begun = Stopwatch.GetTimestamp();
        var worked = TimeSpan.Zero;
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(5))
        {
            _way.Ask();
            await turn.PassAsync(default);
            var piece = Stopwatch.GetTimestamp();
            await Task.Delay(20);
            worked += Stopwatch.GetElapsedTime(piece);
        }
        // Less the first moment, which it gave away whole.
        Assert.True(worked > TimeSpan.FromSeconds(1.2), $"worked {worked}");
    }

    [Fact]
    public async Task Stopped_ItStopsWaiting()
    {
        using var cancel = new CancellationTokenSource(50);
        _way.Ask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _way.Begin().PassAsync(cancel.Token));
    }
}
