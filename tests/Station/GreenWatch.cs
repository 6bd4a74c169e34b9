using System.Collections.Concurrent;

namespace YaoAn.Tests.Station;

/// <summary>
/// Samples the board all the time and checks every green tile against the catalog and the store (invariant 3): a tile that is green while one
/// of its files is not stored, read back and sound is a lie, however short.
/// </summary>
public sealed class GreenWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    private readonly StationUnderTest _station;
    private readonly IReadOnlyDictionary<int, IReadOnlyList<byte[]>> _docked;
    private readonly IReadOnlyCollection<int> _releasing;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _lies = new();
    private readonly HashSet<int> _lookedInto = [];
    private readonly Task _watching;
    private bool _ended;

    /// <summary>Begins to watch.</summary>
    /// <param name="docked">The digests of what lies in each slot.</param>
    /// <param name="releasing">Slots whose recorder's files are deleted once they are stored: docked anew, it has fewer.</param>
    public GreenWatch(StationUnderTest station, IReadOnlyDictionary<int, IReadOnlyList<byte[]>> docked, IReadOnlyCollection<int>? releasing = null)
    {
        (_station, _docked, _releasing) = (station, docked, releasing ?? []);
        _watching = WatchAsync();
    }

    /// <summary>Green tiles that were not true.</summary>
    public IReadOnlyCollection<string> Lies => _lies;

    /// <summary>Boards looked at.</summary>
    public int Samples { get; private set; }

    /// <summary>Green tiles checked.</summary>
    public int Greens { get; private set; }

    /// <summary>Ends the watch; what it saw can be asked afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
            return;
        _ended = true;
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(s_pause);
        }
        // Whatever turned green a moment before the end is looked at as well.
        await LookAsync();
    }

    private async Task LookAsync()
    {
        if (await _station.TryBoardAsync() is not { } board)
            return;
        Samples++;
        foreach (var tile in board.Slots.Where(tile => tile.State == "ready" && _docked.ContainsKey(tile.Slot)))
            await CheckAsync(tile);
    }

    private async Task CheckAsync(SlotState tile)
    {
        Greens++;
        var digests = _docked[tile.Slot];
        var sound = await _station.Table.SoundAsync(digests);
        // Two files of the same bytes are two files and one clip.
        var clips = digests.Select(Convert.ToHexString).Distinct().Count();
        var listed = tile.Files.Listed;
        var isListed = listed == digests.Count || (_releasing.Contains(tile.Slot) && listed < digests.Count && listed >= FilesThere(tile.Slot));
        if (sound != clips || !isListed)
            _lies.Enqueue($"slot {tile.Slot} was green with {tile.Files.Listed} of {digests.Count} files listed, {sound} of {clips} sound in the catalog");
        // The store is looked into once a slot: what is there stays there, and the catalog is asked each time.
        if (!_lookedInto.Add(tile.Slot))
            return;
        var wanted = digests.Select(Convert.ToHexStringLower).ToHashSet();
        foreach (var clip in (await _station.Table.ClipsAsync()).Where(clip => wanted.Contains(clip.Sha256)))
        {
            if (await _station.StoredLengthAsync(clip.ClipId) != clip.SizeBytes)
                _lies.Enqueue($"slot {tile.Slot} was green without {clip.DisplayName} in the store");
        }
    }

    /// <summary>Files with bytes that lie in a slot now; since the board was asked, some may have gone, none come.</summary>
    private int FilesThere(int slot)
    {
        try
        {
            return new DirectoryInfo(_station.Slot(slot)).EnumerateFiles("*", SearchOption.AllDirectories).Count(file => file is { Exists: true, Length: > 0 });
        }
        catch (IOException)
        {
            // It was taken out, or a file was deleted, in this moment.
            return 0;
        }
    }
}
