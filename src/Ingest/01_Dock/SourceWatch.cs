using System.Diagnostics;

namespace YaoAn.Ingest;

/// <summary>
/// Tells that a recorder doesn't answer. A read of a hanging card stays inside the kernel and can't be ended from here; what can be done is to say
/// so, and to let everybody else go on (fault 13).
/// </summary>
internal sealed class SourceWatch
{
    private long _since;

    /// <summary>Whether what was begun last has been going on for longer.</summary>
    public bool WaitsLonger(TimeSpan than) => Volatile.Read(ref _since) is var since and not 0 && Stopwatch.GetElapsedTime(since) > than;

    /// <summary>Does something that waits for the recorder.</summary>
    public T Await<T>(Func<T> look)
    {
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        try
        {
            return look();
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }
    }
}
