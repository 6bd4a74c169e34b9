using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>The preview of one clip while somebody watches it, or while it is made to be stored: its source, its shelf, its runs.</summary>
internal sealed class LivePreview : IAsyncDisposable
{
    /// <summary>A run that is at most so many segments before the one asked for reaches it sooner than a new one would.</summary>
    private const int Near = 2;

    /// <summary>Two people at two places of one clip; a third takes the place of the one who asked least lately.</summary>
    private const int MostRuns = 2;

    private const int Attempts = 3;

    private readonly Sandbox _sandbox;
    private readonly MediaRow _media;
    private readonly StoredFile _source;
    private readonly TimeProvider _time;
    private readonly PreviewEncoding _encoding;
    private readonly Lock _lock = new();
    private readonly List<PreviewRun> _runs = [];
    private long _asked;

    public LivePreview(Sandbox sandbox, MediaRow media, StoredFile source, PreviewShelf shelf, TimeProvider time)
    {
        (_sandbox, _media, _source, Shelf, _time) = (sandbox, media, source, shelf, time);
        _encoding = PreviewEncoding.For(media);
        Touch();
    }

    public PreviewShelf Shelf { get; }

    /// <summary>Since when nobody asked for anything of it; zero while what is stored is being made.</summary>
    public TimeSpan Unasked
    {
        get
        {
            lock (_lock)
                return _runs.Any(run => run is { ToTheEnd: true, Done.IsCompleted: false }) ? TimeSpan.Zero : _time.GetElapsedTime(_asked);
        }
    }

    /// <summary>The header's file; a run that begins where somebody will watch makes it first.</summary>
    /// <exception cref="PreviewFailedException">The encoder failed.</exception>
    public async Task<string> InitAsync(int from, CancellationToken ct)
    {
        Touch();
        if (!Shelf.Init.IsCompleted)
            await EitherAsync(Shelf.Init, RunFor(from), ct);
        return Shelf.Init.IsCompleted ? Shelf.InitPath : throw new PreviewFailedException("The encoder made no header.");
    }

    /// <summary>A segment's file; null where the recording ends before it.</summary>
    /// <exception cref="PreviewFailedException">The encoder failed.</exception>
    public async Task<string?> SegmentAsync(int number, CancellationToken ct)
    {
        Touch();
        // A run may be ended between the choice and the wait, or the input may not be gone into from the middle: then another is begun, which decodes from the start.
        for (var attempt = 0; attempt < Attempts && !Shelf.Holds(number) && !Shelf.EndsBefore(number); attempt++)
            await EitherAsync(Shelf.WaitAsync(number), RunFor(number, fromStart: attempt > 0), ct);
        if (!Shelf.Holds(number))
            return null;
        WantMore(number);
        return Shelf.PathOf(number);
    }

    /// <summary>Makes all segments, and further products from the same decoding, in <paramref name="job"/>'s folder.</summary>
    /// <exception cref="PreviewFailedException">The encoder failed.</exception>
    public async Task MakeAllAsync(Sandbox.Job job, IReadOnlyList<string> more, CancellationToken ct)
    {
        PreviewRun run;
        lock (_lock)
        {
            run = PreviewRun.Start(_sandbox, job, _encoding, Shelf, 0, more, _time, ct);
            _runs.Add(run);
        }
        await run.Done;
    }

    /// <summary>Prepares a job on its source.</summary>
    public Sandbox.Job Prepare(bool isWaitedFor) =>
        _sandbox.Prepare(_source.Path, DecodingTime.Of(_media.DurationMs, _source.Path), isWaitedFor);

    /// <summary>Ends runs whose viewer is gone; what is being made to be stored goes on.</summary>
    public async Task EndUnaskedAsync(TimeSpan longest)
    {
        List<PreviewRun> gone;
        lock (_lock)
        {
            gone = _runs.FindAll(run => run.Done.IsCompleted || (!run.ToTheEnd && run.Unasked > longest));
            _runs.RemoveAll(gone.Contains);
        }
        foreach (var run in gone)
            await run.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        List<PreviewRun> all;
        lock (_lock)
        {
            all = [.. _runs];
            _runs.Clear();
        }
        foreach (var run in all)
            await run.DisposeAsync();
        await _source.DisposeAsync();
        Shelf.Dispose();
    }

    /// <summary>Returns when what is waited for is there, or its run has ended without a fault.</summary>
    private static async Task EitherAsync(Task there, PreviewRun run, CancellationToken ct)
    {
        try
        {
            await await Task.WhenAny(there, run.Done).WaitAsync(ct);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Another viewer took the run's place.
        }
    }

    private void Touch() => Volatile.Write(ref _asked, _time.GetTimestamp());

    private void WantMore(int number)
    {
        lock (_lock)
        {
            foreach (var run in _runs.Where(run => number >= run.From && number <= run.Next))
                run.Want(number);
        }
    }

    private PreviewRun RunFor(int number, bool fromStart = false)
    {
        lock (_lock)
        {
            // Not the run for the store: it stands still while somebody waits.
            if (_runs.Find(run => run is { ToTheEnd: false, Done.IsCompleted: false } && number >= run.Next && (number - run.Next <= Near || (fromStart && run.From == 0))) is { } near)
            {
                near.Want(number);
                return near;
            }
            var viewers = _runs.FindAll(run => run is { ToTheEnd: false, Done.IsCompleted: false });
            if (viewers.Count >= MostRuns)
            {
                var least = viewers.MaxBy(run => run.Unasked)!;
                _runs.Remove(least);
                _ = least.DisposeAsync().AsTask();
            }
            viewers.ForEach(run => run.Stand());
            var run = PreviewRun.Start(_sandbox, Prepare(isWaitedFor: true), _encoding, Shelf, fromStart ? 0 : number, more: null, _time, CancellationToken.None);
            run.Want(number);
            _runs.Add(run);
            return run;
        }
    }
}
