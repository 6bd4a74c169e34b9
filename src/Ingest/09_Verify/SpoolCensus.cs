using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// Once a day, on each station: its spool against the catalog. What lies there longer than the ordinary way takes is named, since until it is
/// stored the spool may have the only copy. Nothing is deleted.
/// </summary>
internal sealed partial class SpoolCensus(
    CensusTable census, Spool spool, JournalTable journal, BureauDay bureau, IOptions<StationOptions> station, TimeProvider time, ILogger<SpoolCensus> logger)
{
    /// <summary>03 needs seconds: what isn't registered after this time is stuck.</summary>
    public static readonly TimeSpan RegisteredWithin = TimeSpan.FromHours(1);

    /// <summary>04 needs minutes, and waits for a store that is away: after this time somebody should look.</summary>
    public static readonly TimeSpan StoredWithin = TimeSpan.FromHours(24);

    private const int Page = 1000;

    /// <summary>Carries out today's census, unless it is too early or it was carried out.</summary>
    /// <returns>How it ended; null where there was nothing to begin.</returns>
    public async Task<CensusRow?> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var scope = CensusRow.SpoolOf(station.Value.Name);
        if (bureau.CensusDay() is not { } day || !await census.BeginAsync(day, scope, station.Value.Name, now, ct))
            return null;
        var (known, bytes) = (0L, 0L);
        var whole = spool.Whole();
        foreach (var chunk in whole.Chunk(Page))
        {
            var rows = await census.IntakesAsync(chunk, ct);
            var findings = new List<CensusFinding>();
            foreach (var intake in chunk)
            {
                bytes += SizeOf(intake);
                known += rows.ContainsKey(intake) ? 1 : 0;
                if (Look(intake, rows.GetValueOrDefault(intake), now) is { } finding)
                    findings.Add(finding);
            }
            await census.FindAsync(scope, findings, now, ct);
        }
        await census.FindAsync(scope, [.. spool.Interrupted(StoredWithin).Except(journal.Partials(now - CopyFile.PartialFor)).Select(intake => new CensusFinding { Kind = "interrupted", Subject = intake.ToString() })], now, ct);
        var ended = await census.EndAsync(
            new CensusRow
            {
                Day = day,
                Scope = scope,
                Station = station.Value.Name,
                BegunAt = now,
                EndedAt = time.GetUtcNow(),
                Clips = known,
                Objects = whole.Count,
                ObjectBytes = bytes,
                Result = "running",
            },
            CancellationToken.None);
        LogCensus(logger, day, ended.Result, ended.Objects, ended.Findings);
        return ended;
    }

    private CensusFinding? Look(IntakeId intake, ClipState? row, DateTimeOffset now)
    {
        try
        {
            var manifest = spool.ManifestOf(intake);
            var age = now - manifest.Spooled;
            var kind = row switch
            {
                null when age > RegisteredWithin => "unregistered",
                { Stage: ClipStage.Registered } when age > StoredWithin => "unstored",
                _ => null,
            };
            return kind is null ? null : new CensusFinding
            {
                Kind = kind,
                Subject = intake.ToString(),
                ClipId = row?.ClipId,
                Expected = manifest.Spooled.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                Found = PlainText.Cut(manifest.DisplayPath, 1000),
            };
        }
        catch (IOException)
        {
            // Settled in between.
            return null;
        }
        catch (JsonException e)
        {
            return new CensusFinding { Kind = "unregistered", Subject = intake.ToString(), Found = PlainText.Cut(e.Message, 1000) };
        }
    }

    private long SizeOf(IntakeId intake)
    {
        var file = new FileInfo(spool.OriginalOf(intake));
        return file.Exists ? file.Length : 0;
    }

    [LoggerMessage(9022, LogLevel.Information, "Census of the spool of {Day}: {Result}, {Intakes} intakes, {Findings} findings")]
    private static partial void LogCensus(ILogger logger, DateOnly day, string result, long intakes, int findings);
}
