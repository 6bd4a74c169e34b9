using System.CommandLine;
using System.Globalization;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary><c>ingest rebuild</c>: the catalog from the store alone, and from this station's journal and spool where it has them.</summary>
internal static class RebuildCommand
{
    public static Command Create()
    {
        var command = new Command(
            "rebuild",
            $"""
            Makes the catalog again from the object store: every clip with its sightings, each original read whole. Run 'ingest migrate' first.
            What the catalog has already stays as it is; safe to stop and to repeat.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Finding, ExitCodes.Missing, ExitCodes.Partly, ExitCodes.Interrupted)}
            """);
        command.SetAction(async (_, ct) => await RunAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken ct)
    {
        await using var host = IngestCommands.Host();
        var services = host.Services;
        var report = new RebuildReport();
        using var progress = new ProgressLine(services.GetRequiredService<TimeProvider>());
        try
        {
            await services.GetRequiredService<RebuildCatalog>().RunAsync(
                report, now => progress.Show(string.Create(CultureInfo.InvariantCulture, $"clips {now.Looked}/{now.Clips}, rebuilt {now.Of(RebuildOutcome.Rebuilt)}"), now.LookedBytes, now.TotalBytes), ct);
            await TellAgainAsync(services, ct);
            Print(progress, report);
            return report switch
            {
                { Unread: > 0 } => ExitCodes.Partly,
                { Findings.Count: > 0 } or { Clips: 0 } => ExitCodes.Finding,
                _ => ExitCodes.Good,
            };
        }
        catch (OperationCanceledException)
        {
            Print(progress, report);
            await Console.Error.WriteLineAsync("Interrupted. What was rebuilt stays; run the same command again for the rest.");
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is NpgsqlException or StoreUnavailableException)
        {
            Print(progress, report);
            await Console.Error.WriteLineAsync($"{(e is NpgsqlException ? "The database" : "The store")} can't be used, run the same command again: {e.Message}");
            return report.Looked > 0 ? ExitCodes.Partly : ExitCodes.Missing;
        }
    }

    /// <summary>What never reached the store, or never stands there: sessions with their end, files that were left out, and what waits in the spool.</summary>
    private static async Task TellAgainAsync(IServiceProvider services, CancellationToken ct)
    {
        var journal = services.GetRequiredService<JournalTable>();
        journal.TellAgain();
        var register = services.GetRequiredService<RegisterService>();
        do
            await register.ReplayAsync(ct);
        while (journal.UnwrittenSessions().Count == JournalTable.SessionsAtOnce);
    }

    private static void Print(ProgressLine progress, RebuildReport report)
    {
        progress.Finish(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Looked} of {report.Clips} clips of the store looked at: rebuilt {report.Of(RebuildOutcome.Rebuilt)}, completed {report.Of(RebuildOutcome.Completed)}, known {report.Of(RebuildOutcome.Known)}, of another clip {report.Of(RebuildOutcome.OtherClip)}, not read {report.Unread}, findings {report.Findings.Count}."));
        foreach (var finding in report.Findings)
            Console.WriteLine($"{finding.What} {finding.Finding}");
        if (report.Clips == 0)
            Console.WriteLine("The store holds no originals: check Store:Url and YaoAn:DataFolder.");
    }
}
