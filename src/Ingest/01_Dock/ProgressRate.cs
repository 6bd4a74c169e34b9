namespace YaoAn.Ingest;

/// <summary>Speed over the last ten seconds, from the counts themselves: a stall shows as 0, never as yesterday's speed.</summary>
internal sealed class ProgressRate
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private readonly Queue<(DateTimeOffset At, long Value)> _samples = new();
    private readonly Lock _gate = new();

    /// <summary>Notes a count and returns units per second over the window; null before there are two samples a second apart.</summary>
    public double? Sample(long value, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_samples.Count == 0 || now - _samples.Last().At >= TimeSpan.FromMilliseconds(400))
                _samples.Enqueue((now, value));
            while (_samples.Count > 1 && now - _samples.Peek().At > s_window)
                _samples.Dequeue();
            var (at, first) = _samples.Peek();
            var seconds = (now - at).TotalSeconds;
            return seconds < 1 ? null : Math.Max(0, (value - first) / seconds);
        }
    }
}
