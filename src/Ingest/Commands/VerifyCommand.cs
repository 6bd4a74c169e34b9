using System.CommandLine;
using System.Runtime.CompilerServices;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary><c>ingest verify CLIP… | --due | --all</c>: re-reads stored originals now, in this process, and writes the results.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var clips = new Argument<string[]>("CLIP") { Description = "Ids of clips", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every stored original" };
        var due = new Option<bool>("--due") { Description = $"Those whose last good reading is {(RotaTable.Period - RotaTable.Reserve).TotalDays:0} days old or older" };
        var command = new Command(
            "verify",
            $"""
            Reads stored originals again and compares their digests. A difference is a finding, and so is having nothing to read.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Finding, ExitCodes.Usage, ExitCodes.Missing, ExitCodes.Interrupted)}
            """) { clips, all, due };
        command.SetAction(async (parsed, ct) =>
        {
            var ids = new List<ClipId>();
            var named = parsed.GetValue(clips)!;
            var ways = (named.Length > 0 ? 1 : 0) + (parsed.GetValue(all) ? 1 : 0) + (parsed.GetValue(due) ? 1 : 0);
            if (ways != 1)
            {
                await Console.Error.WriteLineAsync("Name clips, or give --all, or give --due.");
                return ExitCodes.Usage;
            }
            if (named.Length == 0)
                return await RunAsync((services, stop) => StoredAsync(services, parsed.GetValue(due), stop), ct);
            foreach (var text in named)
            {
                if (!ClipId.TryParse(text, null, out var id))
                {
                    await Console.Error.WriteLineAsync($"'{text}' is no clip id: it has 36 characters and stands in the clip's address.");
                    return ExitCodes.Usage;
                }
                ids.Add(id);
            }
            return await RunAsync((_, _) => ids.ToAsyncEnumerable(), ct);
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

    private static async IAsyncEnumerable<ClipId> StoredAsync(IServiceProvider services, bool onlyDue, [EnumeratorCancellation] CancellationToken ct)
    {
        var readBefore = onlyDue ? services.GetRequiredService<TimeProvider>().GetUtcNow() - (RotaTable.Period - RotaTable.Reserve) : (DateTimeOffset?)null;
        ClipId? last = null;
        while (await services.GetRequiredService<RotaTable>().StoredAsync(last, readBefore, most: 1000, ct) is { Count: > 0 } page)
        {
            foreach (var id in page)
                yield return id;
            last = page[^1];
        }
    }

    private static async Task<int> RunAsync(Func<IServiceProvider, CancellationToken, IAsyncEnumerable<ClipId>> which, CancellationToken ct)
    {
        await using var host = IngestCommands.Host();
        var services = host.Services;
        var exit = ExitCodes.Good;
        var (read, differing) = (0, 0);
        try
        {
            await foreach (var id in which(services, ct))
            {
                if (await services.GetRequiredService<ClipTable>().FindForWorkAsync(id, ct) is null)
                {
                    Console.WriteLine($"{id} unknown");
                    exit = ExitCodes.Finding;
                    continue;
                }
                var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
                var running = await services.GetRequiredService<VerificationTable>().RequestAsync(id, VerificationReasons.OnDemand, by: null, now, ct);
                var ended = await EndedAsync(services, running.VerificationId, ct);
                Console.WriteLine($"{id} {ended.Result} {ended.FoundSize} bytes sha256={ended.FoundSha256} sm3={ended.FoundSm3}");
                read++;
                if (ended.Result == "match")
                    continue;
                differing++;
                exit = ExitCodes.Finding;
            }
            Console.WriteLine($"{read} originals were read, {differing} of them not as they were.");
            // Nothing was verified: nobody may take that for 'all is well'.
            return read == 0 ? ExitCodes.Finding : exit;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"Interrupted: {read} originals were read, {differing} of them not as they were.");
            return ExitCodes.Interrupted;
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"The database can't be reached, nothing more was verified: {e.Message}");
            return ExitCodes.Missing;
        }
    }
}
