using System.Collections.Concurrent;
using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Reads the codecs beside 02, while it compares the copy, so that a page knows with the clip's first appearance whether the original
/// plays. Writes facts after 03 and moves no stage; if it fails, 05 does it later.
/// </summary>
internal sealed partial class ProbeEarly(FfprobeReader ffprobe, RecorderProfiles profiles, MediaTable media, ILogger<ProbeEarly> logger) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(2);
    private readonly ConcurrentDictionary<IntakeId, Task<MediaRow?>> _looks = new();

    /// <summary>Begins to read a copy that is whole and synced, though not compared yet; what it finds counts only with <see cref="Record"/>.</summary>
    public void Look(IntakeId intake, byte[] rawPath, string path, CancellationToken ct)
    {
        // By its name; what a name doesn't tell is found by 05, for which nobody waits.
        if (profiles.KindOf(Encoding.UTF8.GetString(rawPath)) != ClipKind.Data)
            _looks.TryAdd(intake, ReadAsync(new ClipId(intake.Value), path, ct));
    }

    /// <summary>The copy came to nothing, or its bytes were known.</summary>
    public void Forget(IntakeId intake) => _looks.TryRemove(intake, out _);

    /// <summary>Writes what was found, of a clip that is registered now, and returns at once.</summary>
    public void Record(ClipId clip, IntakeId intake, ClipKind kind, string path, CancellationToken ct)
    {
        if (kind != ClipKind.Data)
            _ = RecordAsync(clip, intake, path, ct);
    }

    public void Dispose() => _turns.Dispose();

    private async Task RecordAsync(ClipId clip, IntakeId intake, string path, CancellationToken ct)
    {
        try
        {
            if (await FoundAsync(clip, intake, path, ct) is { } facts)
                await media.WriteAsync(facts with { ClipId = clip }, ct);
        }
        catch (Exception e) when (e is OperationCanceledException or FileNotFoundException)
        {
            // Stopping, or stored and released meanwhile.
        }
        catch (Exception e)
        {
            LogFailed(logger, e, clip);
        }
    }

    /// <summary>What the look found; read now where there was none, as after a restart, or where it lost its file to the durable line.</summary>
    private async Task<MediaRow?> FoundAsync(ClipId clip, IntakeId intake, string path, CancellationToken ct)
    {
        if (_looks.TryRemove(intake, out var look))
        {
            try
            {
                return await look;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogLookFailed(logger, e, clip);
            }
        }
        return await ReadAsync(clip, path, ct);
    }

    private async Task<MediaRow?> ReadAsync(ClipId clip, string path, CancellationToken ct)
    {
        await _turns.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await ffprobe.ReadAsync(clip, path, isWaitedFor: true, ct);
        }
        finally
        {
            _turns.Release();
        }
    }

    [LoggerMessage(5001, LogLevel.Information, "Early probe of {Clip} failed; 05 reads it again")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip);

    [LoggerMessage(5003, LogLevel.Debug, "The look beside the copy of {Clip} failed; its spooled file is read again")]
    private static partial void LogLookFailed(ILogger logger, Exception e, ClipId clip);
}
