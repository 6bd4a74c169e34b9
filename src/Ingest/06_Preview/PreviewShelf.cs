using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Segments of one clip's preview that were made and are not stored yet, as files of scratch space, and who waits for which. Two runs that make
/// the same segment make it alike: the first one stays.
/// </summary>
internal sealed class PreviewShelf : IDisposable
{
    private readonly string _folder;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _sizes = [];
    private readonly Dictionary<int, TaskCompletionSource> _awaited = [];
    private readonly TaskCompletionSource _init = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _end = int.MaxValue;

    public PreviewShelf(string folder)
    {
        _folder = folder;
        DurableFile.CreateFolder(folder);
    }

    /// <summary>File of the header.</summary>
    public string InitPath => Path.Combine(_folder, "init.mp4");

    /// <summary>Completes when the header is there.</summary>
    public Task Init => _init.Task;

    /// <summary>File of a segment, whether or not it is there.</summary>
    public string PathOf(int number) => Path.Combine(_folder, $"{number}.m4s");

    public bool Holds(int number)
    {
        lock (_lock)
            return _sizes.ContainsKey(number);
    }

    /// <summary>Whether the recording was found to end before this segment.</summary>
    public bool EndsBefore(int number)
    {
        lock (_lock)
            return number >= _end;
    }

    /// <summary>Completes when the segment is there, or is known never to be.</summary>
    public Task WaitAsync(int number)
    {
        lock (_lock)
        {
            if (_sizes.ContainsKey(number) || number >= _end)
                return Task.CompletedTask;
            if (!_awaited.TryGetValue(number, out var awaited))
                _awaited[number] = awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return awaited.Task;
        }
    }

    public async Task PutInitAsync(byte[] init, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if (!_init.Task.IsCompleted)
                await File.WriteAllBytesAsync(InitPath, init, ct);
            _init.TrySetResult();
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task PutAsync(Fragment segment, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if (Holds(segment.Number))
                return;
            await File.WriteAllBytesAsync(PathOf(segment.Number), segment.Bytes, ct);
            lock (_lock)
            {
                _sizes[segment.Number] = segment.Bytes.Length;
                if (_awaited.Remove(segment.Number, out var awaited))
                    awaited.SetResult();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The recording was decoded to its end, and this was the number after its last segment's.</summary>
    public void End(int number)
    {
        lock (_lock)
        {
            _end = number;
            foreach (var awaited in _awaited.Where(awaited => awaited.Key >= number).ToList())
            {
                _awaited.Remove(awaited.Key);
                awaited.Value.SetResult();
            }
        }
    }

    /// <summary>Puts header and segments together into one file.</summary>
    /// <returns>Sizes in its order.</returns>
    /// <exception cref="PreviewFailedException">A segment before the end is missing.</exception>
    public async Task<(int Init, IReadOnlyList<int> Segments)> JoinAsync(string path, CancellationToken ct)
    {
        int[] sizes;
        lock (_lock)
        {
            sizes = [.. _sizes.Where(size => size.Key < _end).OrderBy(size => size.Key).Select(size => size.Value)];
            if (!_init.Task.IsCompleted || sizes.Length != _end || sizes.Length == 0)
                throw new PreviewFailedException($"The encoder made {sizes.Length} segments of {_end}.");
        }
        await using var joined = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        await AppendAsync(joined, InitPath, ct);
        var init = (int)joined.Length;
        for (var number = 0; number < sizes.Length; number++)
            await AppendAsync(joined, PathOf(number), ct);
        return (init, sizes);
    }

    /// <summary>Removes the files.</summary>
    public void Dispose()
    {
        _writing.Dispose();
#pragma warning disable RS0030 // Scratch of our own making.
        Directory.Delete(_folder, recursive: true);
#pragma warning restore RS0030
    }

    private static async Task AppendAsync(FileStream to, string path, CancellationToken ct)
    {
        await using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await from.CopyToAsync(to, 1 << 20, ct);
    }
}
