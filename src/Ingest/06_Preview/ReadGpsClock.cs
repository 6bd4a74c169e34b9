using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// How far satellite times in a track tell a recorder's clock to be off. Called for every file once its period and its track are committed: for
/// the recording and for its sidecar, so that whichever comes last sees both.
/// </summary>
internal sealed partial class ReadGpsClock(
    TrackTable tracks, ClipTable clips, ClockTable clocks, IOptions<StationOptions> station, TimeProvider time, ILogger<ReadGpsClock> logger)
{
    public async Task RunAsync(ClipId file, CancellationToken ct)
    {
        foreach (var recording in await tracks.RecordingsAsync(file, ct))
            await ReadAsync(recording, ct);
    }

    private async Task ReadAsync(ClipId recording, CancellationToken ct)
    {
        if (await clips.FindForWorkAsync(recording, ct) is not { RecordedFrom: { } from, DurationMs: { } length } clip)
            return;
        foreach (var track in await tracks.OfClipAsync(recording, ct))
        {
            if (GpsClock.OffsetOf(track, from, TimeSpan.FromMilliseconds(length)) is not var (offset, within))
                continue;
            var reading = new ClockReading
            {
                Recorder = clip.Recorder,
                ClipId = recording,
                DeviceAt = from,
                OffsetMs = (long)offset.TotalMilliseconds,
                WithinMs = (long)Math.Ceiling(within.TotalMilliseconds),
                Source = ClockSources.Gps,
                TimeSource = clip.RecordedSource,
            };
            await clocks.RecordAsync(reading, by: null, note: null, reading.EventBy(CustodyActor.Worker(station.Value.Name), time.GetUtcNow(), [new("track", track.Source)]), ct);
            LogRead(logger, recording, clip.Recorder, reading.OffsetMs, reading.WithinMs);
            return;
        }
    }

    [LoggerMessage(6004, LogLevel.Information, "Clock: {Clip} has satellite times; that of {Recorder} is {OffsetMs} ms ahead, within {WithinMs} ms")]
    private static partial void LogRead(ILogger logger, ClipId clip, string? recorder, long offsetMs, long withinMs);
}
