using System.CommandLine;
using System.Globalization;

namespace YaoAn.Ingest;

/// <summary><c>ingest import DIR --slot N</c>: a whole folder as one session, with the same truth about progress as the board.</summary>
internal static class ImportCommand
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Folder with the recorder's files; nothing in it is changed" };
        var slot = new Option<int>("--slot") { Description = "Slot number that stands in the records", Required = true };
        var command = new Command(
            "import",
            $"""
            Takes in a folder as one session and waits until all of it is stored and read back. Running it again is harmless.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Usage, ExitCodes.Partly, ExitCodes.Interrupted)}
            """) { folder, slot };
        command.SetAction(async (parsed, ct) =>
        {
            var (dir, number) = (parsed.GetValue(folder)!, parsed.GetValue(slot));
            if (!dir.Exists || number < 1)
            {
                await Console.Error.WriteLineAsync(dir.Exists ? "--slot takes a number from 1." : $"There is no folder {dir.FullName}.");
                return ExitCodes.Usage;
            }
            return await RunAsync(dir.FullName, number, ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(string folder, int number, CancellationToken ct)
    {
        await using var host = IngestCommands.Host();
        var services = host.Services;
        var slot = new DockSlot(new FolderSlot(number, folder));
        var watcher = services.GetRequiredService<SlotWatcherFactory>().Create(slot, "import");
        var register = services.GetRequiredService<RegisterService>();
        var import = new Import(slot, services);
        using var progress = new ProgressLine(services.GetRequiredService<TimeProvider>());
        var isDatabaseUp = true;
        try
        {
            while (true)
            {
                watcher.Poll(ct);
                if (slot.Session is not { } session)
                {
                    await Console.Error.WriteLineAsync($"{folder} is empty: nothing to take in.");
                    return ExitCodes.Usage;
                }
                isDatabaseUp = await import.TryAdvanceAsync(register, ct);
                var counts = import.Counts();
                progress.Show(counts.ToString(), counts.DoneBytes, counts.TotalBytes);
                if (counts.IsSettled || (counts.IsSpooled && !isDatabaseUp))
                {
                    watcher.Detach(session, services.GetRequiredService<TimeProvider>().GetUtcNow());
                    if (isDatabaseUp)
                        await import.TryAdvanceAsync(register, ct);
                    return Report(progress, counts, isDatabaseUp);
                }
                await Task.Delay(s_look, ct);
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted. What was spooled goes on with the service; run the same command again for the rest.");
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or System.ComponentModel.Win32Exception)
        {
            await Console.Error.WriteLineAsync($"{folder} can't be read any more: {e.Message}");
            return ExitCodes.Partly;
        }
        finally
        {
            await watcher.EndCopiesAsync();
        }
    }

    private static int Report(ProgressLine progress, ImportCounts counts, bool isDatabaseUp)
    {
        progress.Finish(string.Create(
            CultureInfo.InvariantCulture,
            $"stored {counts.Stored}, known {counts.Known}, duplicate {counts.Duplicate}, skipped {counts.Skipped}, failed {counts.Failed}, waiting in the spool {counts.Waiting}"));
        if (!isDatabaseUp)
            Console.Error.WriteLine("The database can't be reached: the files are safe in this station's spool, the service stores them when it is back.");
        return counts is { Failed: 0, Waiting: 0 } ? ExitCodes.Good : ExitCodes.Partly;
    }
}
