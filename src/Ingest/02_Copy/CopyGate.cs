using Microsoft.Extensions.Options;

namespace YaoAn.Ingest;

/// <summary>How many files are copied at once over all slots; turns are given in the order they were asked for, so no slot starves.</summary>
internal sealed class CopyGate(IOptions<CopyOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.AtOnce);

    /// <summary>Waits for a turn; disposing gives it back, once.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken ct)
    {
        await _turns.WaitAsync(ct);
        return new Turn(_turns);
    }

    public void Dispose() => _turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                turns.Release();
        }
    }
}
