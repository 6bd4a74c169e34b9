using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Api.Tests;

public sealed class PaceTests
{
    private const int Chunk = 128 << 10;

    private readonly LeapingTime _time = new();

    [Fact]
    public async Task The_first_megabytes_go_at_once()
    {
        var pace = new Pace(sizeBytes: 1 << 20, durationMs: 1000, _time);
        for (var sent = 0L; sent < Pace.BurstBytes; sent += Chunk)
            await pace.WaitAsync(Chunk, default);
        Assert.Equal(TimeSpan.Zero, _time.Passed);
    }

    [Theory]
    [InlineData(1L << 20, 1000L, 16 << 20)] // 1 MiB/s: sixteen times that
    [InlineData(1L << 10, 1000L, 4 << 20)] // a slow recording: no slower than the least
    [InlineData(1L << 20, null, 64 << 20)] // nobody knows its rate
    public async Task The_rest_comes_many_times_as_fast_as_it_is_watched(long size, long? durationMs, int bytesPerSecond)
    {
        var pace = new Pace(size, durationMs, _time);
        var more = bytesPerSecond / 2;
        for (var sent = 0L; sent < Pace.BurstBytes + more; sent += Chunk)
            await pace.WaitAsync(Chunk, default);
        Assert.InRange(_time.Passed.TotalSeconds, 0.49, 0.5);
    }
}
