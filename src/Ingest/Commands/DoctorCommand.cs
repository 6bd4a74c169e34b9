using System.CommandLine;

namespace YaoAn.Ingest;

/// <summary><c>ingest doctor</c>: tries everything the service needs and says what to do about what fails.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Tries data folder, keys, store, database and sandbox. Exit 3 when something is missing.");
        command.SetAction(async (_, ct) =>
        {
            await using var host = IngestCommands.Host();
            var results = await host.Services.GetRequiredService<StartupCheck>().RunAsync(ct);
            foreach (var result in results)
                Console.WriteLine($"{(result.Fault is null ? "ok  " : "FAIL")} {result.Name}{(result.Fault is null ? "" : ": " + result.Fault)}");
            return results.All(result => result.Fault is null) ? ExitCodes.Good : ExitCodes.Missing;
        });
        return command;
    }
}
