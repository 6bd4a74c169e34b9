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

    private readonly ConcurrentDictionary<Channel<ClipId?>, bool> _pages = new();

    /// <summary>Changes from now on. Null stands for 'something may have been missed'.</summary>
    public IDisposable Follow(out ChannelReader<ClipId?> changes)
    {
        var page = Channel.CreateBounded<ClipId?>(new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _pages[page] = true;
        changes = page.Reader;
        return new Following(this, page);
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

    private void Tell(ClipId? clip)
    {
        foreach (var page in _pages.Keys)
            page.Writer.TryWrite(clip);
    }

    [LoggerMessage(9301, LogLevel.Warning, "Changes of clips can't be heard for now: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    private sealed class Following(ClipChanges changes, Channel<ClipId?> page) : IDisposable
    {
        public void Dispose() => changes._pages.TryRemove(page, out _);
    }
}
