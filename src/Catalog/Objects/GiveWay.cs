namespace YaoAn.Catalog;

/// <summary>
/// Long work that nobody waits for, like the read-back of a whole original, stands still for a moment while somebody opens a clip: they
/// share disk and processor, and a person waits for each tenth of a second. It stands still half of the time at most, so that nobody can hold
/// it up by opening clips for ever.
/// </summary>
public sealed class GiveWay
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(25);
    private readonly TimeProvider _time;
    private long _until = long.MinValue;

    /// <summary>Nobody waits yet.</summary>
    public GiveWay(TimeProvider time) => _time = time;

    /// <summary>How long work stands still after somebody asked: about what a page and its first picture take.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(1.5);

    /// <summary>Somebody waits from now on, for a <see cref="Moment"/>.</summary>
    public void Ask() => Volatile.Write(ref _until, _time.GetTimestamp() + TicksOf(Moment));

    /// <summary>One long work's view of it; not for use by several threads at once.</summary>
    public Turn Begin() => new(this);

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>Asked before each piece of work.</summary>
    public sealed class Turn
    {
        private readonly GiveWay _way;
        // A moment ago, so that the first time it can stand still for a whole one.
        private readonly long _begun;
        private long _stood;

        internal Turn(GiveWay way) => (_way, _begun) = (way, way._time.GetTimestamp() - way.TicksOf(Moment));

        /// <summary>Returns at once, or when nobody waits any more, or when this work has stood still for half of its time.</summary>
        public async ValueTask PassAsync(CancellationToken ct)
        {
            for (var now = _way._time.GetTimestamp(); now < Volatile.Read(ref _way._until) && _stood < (now - _begun) / 2;)
            {
                await Task.Delay(s_look, _way._time, ct);
                var later = _way._time.GetTimestamp();
                _stood += later - now;
                now = later;
            }
        }
    }
}
