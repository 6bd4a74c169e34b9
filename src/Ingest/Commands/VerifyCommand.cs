using System.CommandLine;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary><c>ingest verify CLIP…</c>: re-reads stored originals now, in this process, and writes the results.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var clips = new Argument<string[]>("CLIP") { Description = "Ids of clips", Arity = ArgumentArity.OneOrMore };
        var command = new Command("verify", "Reads stored originals again and compares their digests. Exit 1 on any difference.") { clips };
        command.SetAction(async (parsed, ct) =>
        {
            var ids = new List<ClipId>();
            foreach (var text in parsed.GetValue(clips)!)
            {
                if (!ClipId.TryParse(text, null, out var id))
                {
                    await Console.Error.WriteLineAsync($"'{text}' is no clip id: it has 36 characters and stands in the clip's address.");
                    return ExitCodes.Usage;
                }
                ids.Add(id);
            }
            return await RunAsync(ids, ct);
        });
        return command;
    }

    /// <summary>Carries a verification out, or waits for the worker that is at it.</summary>
    private static async Task<VerificationRow> EndedAsync(IServiceProvider services, VerificationId id, CancellationToken ct)
    {
        var verify = services.GetRequiredService<VerifyClip>();
        while (true)
        {
            var row = await verify.RunAsync(id, ct) ?? throw new InvalidOperationException($"Verification {id} is gone.");
            if (row.EndedAt is not null)
                return row;
            await Task.Delay(TimeSpan.FromSeconds(1), services.GetRequiredService<TimeProvider>(), ct);
        }
    }

    private static async Task<int> RunAsync(IReadOnlyList<ClipId> ids, CancellationToken ct)
    {
        await using var host = IngestCommands.Host();
        var services = host.Services;
        var exit = ExitCodes.Good;
        try
        {
            foreach (var id in ids)
            {
                if (await services.GetRequiredService<ClipTable>().FindForWorkAsync(id, ct) is null)
                {
                    Console.WriteLine($"{id} unknown");
                    exit = ExitCodes.Finding;
                    continue;
                }
                var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
                var request = new VerificationRow { VerificationId = VerificationId.New(now), ClipId = id, Reason = "on-demand", RequestedAt = now, Result = "running" };
                var running = await services.GetRequiredService<VerificationTable>().RequestAsync(request, ct);
                var ended = await EndedAsync(services, running.VerificationId, ct);
                Console.WriteLine($"{id} {ended.Result} {ended.FoundSize} bytes sha256={ended.FoundSha256} sm3={ended.FoundSm3}");
                exit = ended.Result == "match" ? exit : ExitCodes.Finding;
            }
            return exit;
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"The database can't be reached, nothing more was verified: {e.Message}");
            return ExitCodes.Missing;
        }
    }
}
