using System.Text;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// 03: an idempotent replay of the spool into the catalog. Same bytes again: no second original, one more provenance row, shown as a
/// duplicate.
/// </summary>
internal sealed partial class RegisterSpooled(
    Spool spool, IntakeBook book, RegistrationTable registrations, RecorderProfiles profiles, ProbeEarly probeEarly, TimeProvider time, ILogger<RegisterSpooled> logger)
{
    /// <summary>Registers one intake; any number of runs leave the same rows.</summary>
    public async Task<Registration> RunAsync(IntakeId intake, CancellationToken ct)
    {
        var manifest = spool.ManifestOf(intake);
        var kind = profiles.KindOf(Encoding.UTF8.GetString(manifest.RawPath));
        var registration = await registrations.RegisterAsync(manifest, kind, time.GetUtcNow(), ct);
        book.Registered(intake, registration.Clip, registration.Clip.Value != intake.Value);
        LogRegistered(logger, registration.Outcome, registration.Clip, (long)(time.GetUtcNow() - manifest.Spooled).TotalMilliseconds);
        if (registration.Stage == ClipStage.Registered)
            probeEarly.Record(registration.Clip, intake, kind, spool.OriginalOf(intake), ct);
        else
            probeEarly.Forget(intake);
        return registration;
    }

    [LoggerMessage(3001, LogLevel.Information, "Register: {Outcome} {Clip}, {SinceSpooledMs} ms after the durable line")]
    private static partial void LogRegistered(ILogger logger, RegisterOutcome outcome, ClipId clip, long sinceSpooledMs);
}
