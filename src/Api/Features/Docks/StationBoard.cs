using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace YaoAn.Api;

/// <summary>
/// The station's own board, true while database and store are away. However many browsers look, the station is read once: the last board
/// is passed to all of them. Nobody looks, nothing is read.
/// </summary>
internal sealed class StationBoard(IHttpClientFactory clients, StationKey key, TimeProvider time)
{
    public const string Client = "station-board";

    /// <summary>A station that is silent for longer (its heartbeat is 5 s) is taken for gone.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private Reading? _reading;

    /// <summary>
    /// Boards from the last one on, each a line of JSON; who is slow gets the newest. Ends with <see cref="StationAwayException"/> when the
    /// station goes or can't be asked.
    /// </summary>
    public async IAsyncEnumerable<string> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var boards = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Join(boards);
        try
        {
            await foreach (var board in boards.Reader.ReadAllAsync(ct))
                yield return board;
        }
        finally
        {
            Leave(boards);
        }
    }

    private void Join(Channel<string> boards)
    {
        lock (_gate)
        {
            if (_reading is null)
            {
                _reading = new Reading();
                var begun = _reading;
                _ = Task.Run(() => ReadAsync(begun));
            }
            _reading.Watchers.Add(boards);
            if (_reading.Last is { } last)
                boards.Writer.TryWrite(last);
        }
    }

    private void Leave(Channel<string> boards)
    {
        lock (_gate)
        {
            if (_reading is null || !_reading.Watchers.Remove(boards) || _reading.Watchers.Count > 0)
                return;
            _reading.Ending.Cancel();
            _reading = null;
        }
    }

    private async Task ReadAsync(Reading reading)
    {
        Exception why = new StationAwayException("the station ended the stream of its board");
        try
        {
            await FollowAsync(reading);
        }
        catch (OperationCanceledException)
        {
            why = new StationAwayException("the station is silent");
        }
        catch (Exception e)
        {
            // Whoever watches is told, whatever it was: there is nobody else to catch it.
            why = e as StationAwayException ?? new StationAwayException(e.Message, e);
        }
        lock (_gate)
        {
            if (ReferenceEquals(_reading, reading))
                _reading = null;
            foreach (var watcher in reading.Watchers)
                watcher.Writer.TryComplete(why);
            reading.Watchers.Clear();
            reading.Ending.Dispose();
        }
    }

    private async Task FollowAsync(Reading reading)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(reading.Ending.Token, silence.Token);
        using var http = clients.CreateClient(Client);
        using var request = await key.RequestAsync(HttpMethod.Get, "/board/events", ending.Token);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new StationAwayException($"the station answered {(int)response.StatusCode}");
        await using var source = await response.Content.ReadAsStreamAsync(ending.Token);
        await foreach (var told in SseParser.Create(source).EnumerateAsync(ending.Token))
        {
            silence.CancelAfter(LongestSilence);
            if (told.EventType != "board" || PublicBoard.Of(told.Data) is not { } board)
                continue;
            lock (_gate)
            {
                reading.Last = board;
                foreach (var watcher in reading.Watchers)
                    watcher.Writer.TryWrite(board);
            }
        }
    }

    /// <summary>One connection to the station and those who see what comes from it; used under the gate.</summary>
    private sealed class Reading
    {
        public HashSet<Channel<string>> Watchers { get; } = [];

        public CancellationTokenSource Ending { get; } = new();

        public string? Last { get; set; }
    }
}
