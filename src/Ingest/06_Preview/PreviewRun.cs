namespace YaoAn.Ingest;

/// <summary>
/// One running encoder that puts segment after segment on a clip's shelf, from a number on. For a viewer it keeps a little ahead of what was
/// asked for and then stands still (nobody reads its pipe); for the store it runs to the end.
/// </summary>
internal sealed class PreviewRun : IAsyncDisposable
{
    /// <summary>Segments made beyond the last one that was asked for: about what a player buffers.</summary>
    private const int Ahead = 12;

    private readonly Sandbox _sandbox;
    private readonly Sandbox.Job _job;
    private readonly PreviewShelf _shelf;
    private readonly PreviewEncoding _encoding;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private volatile int _next;
    private volatile int _upTo;
    private long _asked;

    private PreviewRun(Sandbox sandbox, Sandbox.Job job, PreviewEncoding encoding, PreviewShelf shelf, int from, bool toTheEnd, TimeProvider time)
    {
        (_sandbox, _job, _encoding, _shelf, _time) = (sandbox, job, encoding, shelf, time);
        (_next, From, ToTheEnd) = (from, from, toTheEnd);
        _upTo = toTheEnd ? int.MaxValue : from + Ahead;
        _asked = time.GetTimestamp();
        Done = Task.CompletedTask;
    }

    /// <summary>Number it began with.</summary>
    public int From { get; }

    /// <summary>It makes what will be stored.</summary>
    public bool ToTheEnd { get; }

    /// <summary>Number of the segment that it makes now.</summary>
    public int Next => _next;

    /// <summary>Since when nobody asked for a segment of it.</summary>
    public TimeSpan Unasked => _time.GetElapsedTime(Volatile.Read(ref _asked));

    /// <summary>Ends with the run; fails with <see cref="PreviewFailedException"/> where the encoder did.</summary>
    public Task Done { get; private set; }

    /// <param name="sandbox">Sandbox.</param>
    /// <param name="job">Prepared with the original; a viewer's run takes it over.</param>
    /// <param name="encoding">Encoding.</param>
    /// <param name="shelf">Where segments go.</param>
    /// <param name="from">First segment.</param>
    /// <param name="more">Arguments of further products of the same decoding; null for a viewer.</param>
    /// <param name="time">Clock.</param>
    /// <param name="ct">Ends it.</param>
    public static PreviewRun Start(
        Sandbox sandbox, Sandbox.Job job, PreviewEncoding encoding, PreviewShelf shelf, int from, IReadOnlyList<string>? more, TimeProvider time, CancellationToken ct)
    {
        var run = new PreviewRun(sandbox, job, encoding, shelf, from, more is not null, time);
        run.Done = run.RunAsync(encoding.Arguments(from, more ?? []), ct);
        return run;
    }

    /// <summary>Stands still until it is wanted again: somebody waits for another place of the same clip.</summary>
    public void Stand() => _job.Stand();

    /// <summary>Somebody asks for a segment that it makes or is about to make.</summary>
    public void Want(int number)
    {
        if (ToTheEnd)
            return;
        _job.GoOn();
        Volatile.Write(ref _asked, _time.GetTimestamp());
        if (number + Ahead <= _upTo)
            return;
        _upTo = number + Ahead;
        lock (_wanted)
        {
            if (_wanted.CurrentCount == 0)
                _wanted.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _wanted.Dispose();
    }

    private async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        using var ours = ToTheEnd ? null : _job;
        var result = await _sandbox.RunAsync(_job, "ffmpeg", arguments, ReadAsync, either.Token);
        if (result.ExitCode != 0)
            throw new PreviewFailedException($"ffmpeg ended with {result.ExitCode}: {result.Errors}");
        // An input that can't be gone into from the middle also ends at once: only what was decoded to its end has one.
        if (From == 0 || _next > From)
            _shelf.End(_next);
    }

    private async Task ReadAsync(Stream output, CancellationToken ct)
    {
        var reader = new FragmentReader(output, _encoding.TimeScale, _encoding.Segment);
        if (await reader.ReadInitAsync(ct) is not { } init)
            return;
        await _shelf.PutInitAsync(init, ct);
        while (await reader.ReadNextAsync(ct) is { } segment)
        {
            await _shelf.PutAsync(segment, ct);
            _next = segment.Number + 1;
            while (_next > _upTo)
                await _wanted.WaitAsync(ct);
        }
    }
}
