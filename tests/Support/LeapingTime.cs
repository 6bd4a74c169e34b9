namespace YaoAn.Tests.Support;

/// <summary>A clock without any wait: who waits a second on it finds a second gone, at once, however busy the machine is.</summary>
public sealed class LeapingTime : TimeProvider
{
    private long _ticks;

    /// <summary>Since it was made.</summary>
    public TimeSpan Passed => new(GetTimestamp());

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Leap(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Leap(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
