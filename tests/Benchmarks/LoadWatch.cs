using System.Diagnostics;
using System.Globalization;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// Looks at a station that works: whether its board says what the catalog says, and how late; how soon the pages answer; how much memory Ingest has; and
/// when each slot had its first and its last file stored.
/// </summary>
internal sealed class LoadWatch : IAsyncDisposable
{
    private const int FilesThatTell = 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly string[] s_pages = ["/today", "/dock"];

    private readonly StationUnderTest _station;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Task _watching;
    private readonly List<(long Ticks, IReadOnlyDictionary<Guid, int> Stored)> _history = [];
    private readonly List<double> _pages = [];
    private readonly SortedDictionary<int, TimeSpan> _first = [], _last = [];
    private readonly HashSet<string> _faults = [];
    private TimeSpan _lateness;
    private long _mostMemory;
    private int _boards;

    public LoadWatch(StationUnderTest station, HttpClient client)
    {
        (_station, _client) = (station, client);
        _watching = Task.WhenAll(LoopAsync(BoardAsync), LoopAsync(PagesAsync), LoopAsync(MemoryAsync));
    }

    /// <summary>What was wrong, and what took longer than it may.</summary>
    public IEnumerable<string> Faults(Scale scale, int filesASlot, TimeSpan mostLateness, double mostMilliseconds, long mostMemory)
    {
        foreach (var fault in _faults)
            yield return fault;
        if (_boards == 0 || _pages.Count == 0)
            yield return "nothing was looked at";
        if (!scale.IsFull)
            yield break;
        // A slot that has to wait until another one is through is starved; with a file or two each that says nothing.
        if (_first.Count > 1 && filesASlot >= FilesThatTell && _first.Values.Max() > _last.Values.Min())
            yield return "a slot had nothing stored before another was through";
        if (_lateness > mostLateness)
            yield return string.Create(CultureInfo.InvariantCulture, $"the board was {_lateness.TotalSeconds:0.0} s behind the catalog");
        if (Numbers.At(_pages, 0.95) > mostMilliseconds)
            yield return $"p95 of the pages is over {mostMilliseconds} ms";
        if (_mostMemory > mostMemory)
            yield return $"Ingest held more than {mostMemory >> 20} MiB";
    }

    public void Print()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"      board: {_boards} looks, at most {_lateness.TotalSeconds:0.00} s behind the catalog; {string.Join(" and ", s_pages)}: {Numbers.Percentiles(_pages, "ms")}; Ingest: at most {_mostMemory >> 20} MiB"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"      first file stored, by slot: {_first.Values.Min().TotalSeconds:0.0}–{_first.Values.Max().TotalSeconds:0.0} s; green: {_last.Values.Min().TotalSeconds:0.0}–{_last.Values.Max().TotalSeconds:0.0} s; load {Machine.Load()}"));
    }

    /// <summary>Ends the watch; what it saw can be asked afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task LoopAsync(Func<Task> look)
    {
        do
        {
            await look();
            await Task.Delay(s_pause);
        }
        while (!_stop.IsCancellationRequested);
        // What became true a moment before the end is looked at as well.
        await look();
    }

    /// <summary>The catalog is asked before and after: the board may lie between the two, and not beyond.</summary>
    private async Task BoardAsync()
    {
        var before = await _station.Table.StoredBySessionAsync();
        var (asked, elapsed) = (Stopwatch.GetTimestamp(), Stopwatch.GetElapsedTime(_started));
        _history.Add((asked, before));
        if (await _station.TryBoardAsync() is not { } board)
            return;
        _boards++;
        var after = await _station.Table.StoredBySessionAsync();
        foreach (var tile in board.Slots)
        {
            if (tile.SessionId is not { } session)
                continue;
            if (tile.Files.Stored > after.GetValueOrDefault(session))
                _faults.Add($"slot {tile.Slot} showed {tile.Files.Stored} stored files, the catalog had {after.GetValueOrDefault(session)}");
            foreach (var (ticks, stored) in _history)
            {
                if (stored.GetValueOrDefault(session) > tile.Files.Stored && Stopwatch.GetElapsedTime(ticks, asked) is var late && late > _lateness)
                    _lateness = late;
            }
            if (tile.Files.Stored > 0)
                _first.TryAdd(tile.Slot, elapsed);
            if (tile.State == "ready" && tile.Files.Listed > 0)
                _last.TryAdd(tile.Slot, elapsed);
        }
        _history.RemoveAll(look => Stopwatch.GetElapsedTime(look.Ticks) > TimeSpan.FromSeconds(30));
    }

    private async Task PagesAsync()
    {
        foreach (var page in s_pages)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await _client.GetAsync(page);
            _ = await answer.Content.ReadAsStringAsync();
            _pages.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            if (!answer.IsSuccessStatusCode)
                _faults.Add($"{page} answered {(int)answer.StatusCode}");
        }
    }

    private Task MemoryAsync()
    {
        _mostMemory = Math.Max(_mostMemory, _station.Ingest!.ResidentBytes);
        return Task.CompletedTask;
    }
}
