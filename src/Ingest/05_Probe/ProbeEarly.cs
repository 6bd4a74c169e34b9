using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Reads the codecs right after 03, from the spooled file, so that a page knows at once whether the original plays. Writes facts and
/// moves no stage; if it fails, 05 does it later.
/// </summary>
internal sealed partial class ProbeEarly(FfprobeReader ffprobe, MediaTable media, ILogger<ProbeEarly> logger) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(2);

    /// <summary>Starts it and returns.</summary>
    public void Start(ClipId clip, string path, CancellationToken ct) => _ = RunAsync(clip, path, ct);

    public void Dispose() => _turns.Dispose();

    private async Task RunAsync(ClipId clip, string path, CancellationToken ct)
    {
        try
        {
            await _turns.WaitAsync(ct);
            try
            {
                if (await ffprobe.ReadAsync(clip, path, ct) is { } facts)
                    await media.WriteAsync(facts, ct);
            }
            finally
            {
                _turns.Release();
            }
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

    [LoggerMessage(5001, LogLevel.Information, "Early probe of {Clip} failed; 05 reads it again")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip);
}
