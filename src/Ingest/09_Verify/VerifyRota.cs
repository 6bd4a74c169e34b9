using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 09 by itself: each night, within a time box, originals are read again whole, the one whose last good reading is the oldest first, so that
/// every byte is read within <see cref="RotaTable.Period"/>. A night in which nothing was read although originals are there is a failure of its own.
/// </summary>
internal sealed partial class VerifyRota(
    RotaTable rota, VerificationTable verifications, VerifyClip verify, BureauDay bureau, IOptions<StationOptions> station, TimeProvider time, ILogger<VerifyRota> logger)
{
    /// <summary>Nights over which the bytes are spread.</summary>
    private static readonly int s_nights = (int)(RotaTable.Period - RotaTable.Reserve).TotalDays;

    /// <summary>Works a night off, unless it isn't night or this night was begun already.</summary>
    /// <returns>How it ended; null where there was nothing to begin.</returns>
    public async Task<RotaNight?> RunAsync(CancellationToken ct)
    {
        if (bureau.Night() is not var (night, until) || !await rota.BeginAsync(night, station.Value.Name, time.GetUtcNow(), ct))
            return null;
        var begun = time.GetUtcNow();
        var reading = new RotaNight { Night = night, Station = station.Value.Name, BegunAt = begun, Result = "running" };
        try
        {
            reading = await ReadAsync(reading, until, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Stopped by its program it goes on at the next start instead.
            reading = reading with { Detail = e.Message };
            LogBroken(logger, e, night);
        }
        var (clips, _, due) = await rota.CountAsync(time.GetUtcNow() - RotaTable.Period, CancellationToken.None);
        var ended = reading with
        {
            EndedAt = time.GetUtcNow(),
            Overdue = (int)due,
            Result = reading switch
            {
                { Differing: > 0 } => "differing",
                { Clips: 0 } when clips > 0 => "nothing",
                _ => due > 0 ? "overdue" : "good",
            },
        };
        await rota.EndAsync(ended, CancellationToken.None);
        LogNight(logger, night, ended.Result, ended.Clips, ended.SizeBytes, ended.Differing, ended.Overdue);
        return ended;
    }

    private async Task<RotaNight> ReadAsync(RotaNight night, DateTimeOffset until, CancellationToken ct)
    {
        var (_, all, _) = await rota.CountAsync(night.BegunAt, ct);
        var share = all / s_nights;
        var busy = new List<ClipId>();
        while (time.GetUtcNow() < until && await rota.OldestAsync(night.BegunAt, busy, ct) is { } next)
        {
            var isDue = next.VerifiedAt < night.BegunAt - (RotaTable.Period - RotaTable.Reserve);
            if (!isDue && night.Clips > 0 && night.SizeBytes >= share)
                break;
            var running = await verifications.RequestAsync(next.ClipId, VerificationReasons.Rota, by: null, time.GetUtcNow(), ct);
            var ended = await verify.RunAsync(running.VerificationId, ct);
            if (ended is not { EndedAt: not null })
            {
                // Somebody else reads this one right now.
                busy.Add(next.ClipId);
                continue;
            }
            if (ended.Result == "unavailable")
                return night with { Detail = ended.Detail };
            night = night with
            {
                Clips = night.Clips + 1,
                SizeBytes = night.SizeBytes + (ended.FoundSize ?? 0),
                Differing = night.Differing + (ended.Result == "match" ? 0 : 1),
            };
        }
        return night;
    }

    [LoggerMessage(9002, LogLevel.Information, "Rota of {Night}: {Result}, {Clips} clips, {SizeBytes} bytes, {Differing} differ, {Overdue} overdue")]
    private static partial void LogNight(ILogger logger, DateOnly night, string result, int clips, long sizeBytes, int differing, int overdue);

    [LoggerMessage(9003, LogLevel.Error, "The rota of {Night} broke off")]
    private static partial void LogBroken(ILogger logger, Exception e, DateOnly night);
}
