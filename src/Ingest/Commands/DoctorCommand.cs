using System.CommandLine;
using Microsoft.Extensions.Options;

namespace YaoAn.Ingest;

/// <summary><c>ingest doctor</c>: tries everything the service needs and says what to do about what fails.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            $"""
            Tries data folder and free space, keys and their modes, store and its lock, database and migrations, media sandbox, ffmpeg, clock and slots,
            and says what to do about what fails; '--' is something to know. Nothing of the station is changed.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Missing)}
            """);
        command.SetAction(async (_, ct) => await RunAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken ct)
    {
        await using var host = IngestCommands.Host();
        try
        {
            var results = await host.Services.GetRequiredService<Doctor>().RunAsync(ct);
            foreach (var result in results)
            {
                var mark = result.Fault is not null ? "FAIL" : result.Outcome.IsNote ? "--  " : "ok  ";
                Console.WriteLine($"{mark} {result.Name}{((result.Fault ?? result.Outcome.Seen) is { } text ? ": " + text : "")}");
            }
            return results.All(result => result.Fault is null) ? ExitCodes.Good : ExitCodes.Missing;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidDataException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"FAIL settings: {e.Message}");
            return ExitCodes.Missing;
        }
    }
}
