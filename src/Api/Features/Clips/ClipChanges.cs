using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One connection listens for changes of clips and tells every open library page.</summary>
internal sealed partial class ClipChanges(ClipChangeTable table, TimeProvider time, ILogger<ClipChanges> logger) : BackgroundService
{
    /// <summary>Changes that a slow page may be behind; older ones are dropped, and the page is told to read anew.</summary>
    private const int MostBehind = 200;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Following, bool> _pages = new();

    /// <summary>Changes from now on.</summary>
    public Following Follow()
    {
        var page = new Following(this);
        _pages[page] = true;
        return page;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var clip in table.ListenAsync(stoppingToken))
                    Tell(clip);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                LogLost(logger, e.Message);
            }
            try
            {
                await Task.Delay(Again, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Tells every page; null stands for 'something may have been missed'.</summary>
    internal void Tell(ClipId? clip)
    {
        foreach (var page in _pages.Keys)
            page.Add(clip);
    }

    [LoggerMessage(9301, LogLevel.Warning, "Changes of clips can't be heard for now: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    /// <summary>What one page has yet to hear.</summary>
    internal sealed class Following : IDisposable
    {
        private readonly ClipChanges _changes;
        private readonly Channel<ClipId?> _page;
        private int _missed;

        public Following(ClipChanges changes)
        {
            _changes = changes;
            _page = Channel.CreateBounded<ClipId?>(
                new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Volatile.Write(ref _missed, 1));
        }

        /// <summary>True when there is something to take.</summary>
        public ValueTask<bool> WaitAsync(CancellationToken ct) => _page.Reader.WaitToReadAsync(ct);

        /// <summary>The clips that changed, each once; null where the page must be read anew, for it missed some.</summary>
        public IReadOnlyCollection<ClipId>? Take()
        {
            var clips = new HashSet<ClipId>();
            var missed = false;
            while (_page.Reader.TryRead(out var clip))
            {
                if (clip is { } changed)
                    clips.Add(changed);
                else
                    missed = true;
            }
            // Looked at last: what was dropped before the reading is told now, what is dropped from here on the next time.
            missed |= Interlocked.Exchange(ref _missed, 0) == 1;
            return missed ? null : clips;
        }

        public void Dispose() => _changes._pages.TryRemove(this, out _);

        internal void Add(ClipId? clip) => _page.Writer.TryWrite(clip);
    }
}
