using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The part of 05 that reads positions: of a sidecar, which become those of its recordings, or of a stream in the recording itself. It
/// never stops a clip: without a track there is no line on a page, and nothing else is missing.
/// </summary>
internal sealed partial class ReadTracks(TrackReader reader, TrackTable tracks, TimeProvider time, ILogger<ReadTracks> logger)
{
    /// <summary>Reads and writes the track of a file, if it has one. Run again, it writes the same.</summary>
    /// <exception cref="SandboxUnavailableException">Nothing was read; the step is tried again.</exception>
    public async Task RunAsync(StoredClip clip, string path, MediaRow? facts, CancellationToken ct)
    {
        try
        {
            var track = facts is { Telemetry: { } telemetry } ? await reader.ReadStreamAsync(path, telemetry, ct)
                : facts is null && TrackReader.MayHold(clip.DisplayName) ? await reader.ReadFileAsync(path, ct)
                : null;
            if (track is not null)
            {
                await tracks.WriteAsync(clip.Id, track.Source, track.Points, track.Skipped, time.GetUtcNow(), ct);
                LogRead(logger, clip.Id, track.Source, track.Points.Count, track.Skipped);
            }
            // Of a recording too that has none itself: its sidecar may have come first.
            if (track is not null || facts is not null)
                await tracks.SetPlacesAsync(clip.Id, ct);
        }
        catch (Exception e) when (e is not (OperationCanceledException or SandboxUnavailableException or NpgsqlException { IsTransient: true }))
        {
            LogFailed(logger, e, clip.Id);
        }
    }

    [LoggerMessage(5004, LogLevel.Information, "Track of {Clip}: {Source}, {Points} points, {Skipped} records skipped")]
    private static partial void LogRead(ILogger logger, ClipId clip, string source, int points, int skipped);

    [LoggerMessage(5005, LogLevel.Warning, "The track of {Clip} could not be read; the clip goes on without")]
    private static partial void LogFailed(ILogger logger, Exception e, ClipId clip);
}
