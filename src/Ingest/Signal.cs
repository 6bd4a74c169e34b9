namespace YaoAn.Ingest;

/// <summary>Wakes whoever waits for work; a signal that comes while nobody waits is kept, once.</summary>
internal abstract class Signal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Set()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Set already.
        }
    }

    /// <summary>Waits for the signal, or for a time.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken ct) => _signal.WaitAsync(atMost, ct);

    public void Dispose() => _signal.Dispose();
}

/// <summary>Wakes 03 as soon as a file crossed the durable line.</summary>
internal sealed class RegisterSignal : Signal;

/// <summary>Wakes 04 as soon as the catalog has a clip.</summary>
internal sealed class StoreSignal : Signal;
