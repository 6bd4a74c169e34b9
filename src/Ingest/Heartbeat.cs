using Npgsql;

namespace YaoAn.Ingest;

/// <summary>
/// Signs of life of a worker that holds a lease: renews it four times in its length, and stops the work once it was lost, since another
/// worker has it then.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _beating;

    /// <param name="length">Length of the lease.</param>
    /// <param name="renew">Renews it; false where it was lost.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Cancels the work.</param>
    public Heartbeat(TimeSpan length, Func<CancellationToken, Task<bool>> renew, TimeProvider time, CancellationToken ct)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _beating = BeatAsync(length / 4, renew, time);
    }

    /// <summary>Cancelled with the caller's token, or when the lease was lost.</summary>
    public CancellationToken Token => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(TimeSpan pause, Func<CancellationToken, Task<bool>> renew, TimeProvider time)
    {
        while (true)
        {
            await Task.Delay(pause, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;
            try
            {
                if (!await renew(_stop.Token))
                    await _stop.CancelAsync();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                // Tried again at the next beat; the lease is four beats long.
            }
        }
    }
}
