using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 06, for somebody who waits: segments of previews that aren't stored yet, made when they are asked for. While anybody waits, what is made to be
/// stored stands still.
/// </summary>
internal sealed partial class LivePreviews(
    Sandbox sandbox,
    MediaTable media,
    StoredFiles files,
    GiveWay way,
    IOptions<DataOptions> data,
    TimeProvider time,
    ILogger<LivePreviews> logger) : IAsyncDisposable
{
    /// <summary>A viewer who asks for nothing for so long has left, or stands still: the next request begins another run.</summary>
    private static readonly TimeSpan s_longestUnaskedRun = TimeSpan.FromSeconds(45);

    /// <summary>Segments stay for a viewer who comes back.</summary>
    private static readonly TimeSpan s_longestUnasked = TimeSpan.FromMinutes(10);

    private const int MostOpen = 24;

    private readonly ConcurrentDictionary<ClipId, Lazy<Task<LivePreview?>>> _open = new();
    private readonly Lock _lock = new();
    private readonly List<Sandbox.Job> _making = [];
    private int _waiting;

    private string Folder => Path.Combine(data.Value.RunFolder, "preview");

    /// <summary>File of the header; null where the clip has no such preview.</summary>
    /// <exception cref="PreviewFailedException">The encoder failed on this recording.</exception>
    public Task<string?> InitAsync(ClipId clip, int from, CancellationToken ct) =>
        WaitForAsync(clip, async preview => await preview.InitAsync(from, ct), ct);

    /// <summary>File of a segment; null where the clip has no such preview, or ends before it.</summary>
    /// <exception cref="PreviewFailedException">The encoder failed on this recording.</exception>
    public Task<string?> SegmentAsync(ClipId clip, int number, CancellationToken ct) =>
        WaitForAsync(clip, preview => preview.SegmentAsync(number, ct), ct);

    /// <summary>Makes a whole preview and further products of the same decoding, and stands still while anybody waits.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="more">ffmpeg's arguments of the further products, which go to <c>/out</c>.</param>
    /// <param name="use">Uses what was made.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<T> MakeAllAsync<T>(ClipId clip, IReadOnlyList<string> more, Func<PreviewShelf, Sandbox.Job, Task<T>> use, CancellationToken ct)
    {
        var preview = await OpenAsync(clip, ct) ?? throw new PreviewFailedException("The clip has nothing that a preview could show.");
        using var job = preview.Prepare(isWaitedFor: false);
        lock (_lock)
        {
            _making.Add(job);
            if (_waiting > 0)
                job.Stand();
        }
        try
        {
            await preview.MakeAllAsync(job, more, ct);
            return await use(preview.Shelf, job);
        }
        finally
        {
            lock (_lock)
                _making.Remove(job);
        }
    }

    /// <summary>Lets go of what nobody asks for any more.</summary>
    public async Task TidyAsync(CancellationToken ct)
    {
        var open = new List<(ClipId Clip, LivePreview Preview)>();
        foreach (var (clip, opened) in _open)
        {
            if (opened is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && await opened.Value is { } preview)
                open.Add((clip, preview));
        }
        foreach (var (_, preview) in open)
            await preview.EndUnaskedAsync(s_longestUnaskedRun);
        // Those least lately asked for first; beyond the most that are kept, anything that nobody asks for at this moment goes.
        var tooMany = open.Count - MostOpen;
        foreach (var (clip, preview) in open.OrderByDescending(one => one.Preview.Unasked))
        {
            if (preview.Unasked <= (tooMany-- > 0 ? TimeSpan.Zero : s_longestUnasked))
                continue;
            ct.ThrowIfCancellationRequested();
            if (_open.TryRemove(clip, out _))
                await preview.DisposeAsync();
        }
    }

    /// <summary>Removes what a killed process left.</summary>
    public void ForgetAll()
    {
#pragma warning disable RS0030 // Scratch of our own making.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
#pragma warning restore RS0030
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _open.Values)
        {
            if (opened is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && await opened.Value is { } preview)
                await preview.DisposeAsync();
        }
        _open.Clear();
    }

    private async Task<string?> WaitForAsync(ClipId clip, Func<LivePreview, Task<string?>> ask, CancellationToken ct)
    {
        way.Ask();
        Wait(+1);
        try
        {
            return await OpenAsync(clip, ct) is { } preview ? await ask(preview) : null;
        }
        catch (PreviewFailedException e)
        {
            LogFailed(logger, e, clip);
            throw;
        }
        finally
        {
            Wait(-1);
        }
    }

    private void Wait(int more)
    {
        lock (_lock)
        {
            var (before, now) = (_waiting, _waiting += more);
            if (before == 0)
                _making.ForEach(job => job.Stand());
            else if (now == 0)
                _making.ForEach(job => job.GoOn());
        }
    }

    private async Task<LivePreview?> OpenAsync(ClipId clip, CancellationToken ct)
    {
        var opened = _open.GetOrAdd(clip, id => new Lazy<Task<LivePreview?>>(() => BeginAsync(id)));
        try
        {
            if (await opened.Value.WaitAsync(ct) is { } preview)
                return preview;
        }
        catch when (opened.Value.IsCompleted)
        {
            _open.TryRemove(new(clip, opened));
            throw;
        }
        _open.TryRemove(new(clip, opened));
        return null;
    }

    private async Task<LivePreview?> BeginAsync(ClipId clip)
    {
        if (await media.FindAsync(clip, CancellationToken.None) is not { Plays: "needs-preview" } facts)
            return null;
        var source = await files.OpenEarlyAsync(clip, CancellationToken.None);
        return new LivePreview(sandbox, facts, source, new PreviewShelf(Path.Combine(Folder, clip.ToString())), time);
    }

    [LoggerMessage(6002, LogLevel.Information, "A preview that somebody waits for can't be made: {Clip}")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip);
}
