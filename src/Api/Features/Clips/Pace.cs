namespace YaoAn.Api;

/// <summary>
/// How fast a recording is handed to a player: the first megabytes at once, so that it starts and seeks without a wait, the rest well ahead
/// of what is watched. A player takes whatever it is given; unpaced, one that plays on the machine or network of the docking station
/// takes both from recorders that are being copied, and the browser is too busy taking in bytes to show the first picture.
/// </summary>
internal sealed class Pace
{
    /// <summary>Sent at once at the start of each range.</summary>
    public const long BurstBytes = 4 << 20;

    /// <summary>Times the recording's own rate; twice the fastest playback of the page, 8×.</summary>
    public const int TimesAsFast = 16;

    private const double LeastBytesPerSecond = 4 << 20;

    private readonly TimeProvider _time;
    private readonly double _bytesPerSecond;
    private long _sent;
    private long _paced = -1;

    public Pace(long sizeBytes, long? durationMs, TimeProvider time)
    {
        _time = time;
        _bytesPerSecond = durationMs is > 0 ? Math.Max(LeastBytesPerSecond, TimesAsFast * sizeBytes * 1000.0 / durationMs.Value) : LeastBytesPerSecond * TimesAsFast;
    }

    /// <summary>Waits until <paramref name="bytes"/> more may be sent.</summary>
    public async ValueTask WaitAsync(int bytes, CancellationToken ct)
    {
        _sent += bytes;
        if (_sent <= BurstBytes)
            return;
        if (_paced < 0)
            _paced = _time.GetTimestamp();
        var due = TimeSpan.FromSeconds((_sent - BurstBytes) / _bytesPerSecond) - _time.GetElapsedTime(_paced);
        // A player that was slow itself may not catch up in one go later: that would be the flood again.
        if (due < TimeSpan.FromSeconds(-1))
            (_sent, _paced) = (BurstBytes, _time.GetTimestamp());
        else if (due > TimeSpan.FromMilliseconds(5))
            await Task.Delay(due, _time, ct);
    }
}
