using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Whether a clip films the clock of a station, and how far that tells its recorder's clock to be off. A clip without one is the rule.
/// </summary>
internal sealed partial class ReadStationClock(
    CodeReader codes, StationKeys keys, ClipTable clips, ClockTable clocks, IOptions<StationOptions> station, TimeProvider time, ILogger<ReadStationClock> logger)
{
    /// <summary>
    /// A code is shown for a second and takes a moment to the screen, and names of files tell whole seconds.
    /// </summary>
    private static readonly TimeSpan s_within = TimeSpan.FromSeconds(2), s_shownFor = TimeSpan.FromMilliseconds(600);

    /// <summary>What a station's clock that follows no time server may be off by on top: a minute, as on a machine that somebody looks at daily.</summary>
    private static readonly TimeSpan s_alone = TimeSpan.FromMinutes(1);

    public async Task RunAsync(ProbedClip clip, MediaRow media, Sandbox.Job job, CancellationToken ct)
    {
        if (keys.Bureau is not { } key || await ClockPictures.WithCodeAsync(media, job, ct) is not { } pictures
            || await clips.FindForWorkAsync(clip.Id, ct) is not { RecordedFrom: { } from } row)
        {
            return;
        }
        if (await codes.ReadAsync(pictures.Path, ct) is not { } read)
        {
            LogNoReader(logger, clip.Id);
            return;
        }
        var (offsets, isSynchronized) = (new List<TimeSpan>(), true);
        foreach (var (picture, text) in read.Where(code => code.Picture < pictures.Times.Count))
        {
            // What was shown after the clip was here can't be on it: then the station's clock itself was wrong.
            if (StationClockCode.Read(text, key) is not { } shown || shown.At > row.ReceivedAt)
                continue;
            offsets.Add(from + pictures.Times[picture] - (shown.At + s_shownFor));
            isSynchronized &= shown.IsSynchronized;
        }
        if (offsets.Count == 0)
            return;
        offsets.Sort();
        await RecordAsync(row, offsets[offsets.Count / 2], isSynchronized ? s_within : s_within + s_alone, offsets.Count, ct);
    }

    private async Task RecordAsync(ClipRow clip, TimeSpan offset, TimeSpan within, int count, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var reading = new ClockReading
        {
            Recorder = clip.Recorder,
            ClipId = clip.ClipId,
            DeviceAt = clip.RecordedFrom!.Value,
            OffsetMs = (long)offset.TotalMilliseconds,
            WithinMs = (long)within.TotalMilliseconds,
            Source = ClockSources.StationQr,
            TimeSource = clip.RecordedSource,
        };
        await clocks.RecordAsync(reading, by: null, note: null, reading.EventBy(CustodyActor.Worker(station.Value.Name), now, [new("pictures", count)]), ct);
        LogRead(logger, clip.ClipId, clip.Recorder, reading.OffsetMs);
    }

    [LoggerMessage(6002, LogLevel.Information, "Clock: {Clip} films the station's clock; that of {Recorder} is {OffsetMs} ms ahead")]
    private static partial void LogRead(ILogger logger, ClipId clip, string? recorder, long offsetMs);

    [LoggerMessage(6003, LogLevel.Warning, "Clip {Clip} may film the station's clock, but libzbar is missing: install libzbar0")]
    private static partial void LogNoReader(ILogger logger, ClipId clip);
}
