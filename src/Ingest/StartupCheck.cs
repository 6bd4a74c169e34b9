using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>What came of trying one thing.</summary>
/// <param name="Fault">Null when it works, else one sentence that says what to do.</param>
/// <param name="Seen">What was seen, for a person who looks.</param>
/// <param name="IsNote">It works, and there is something to know.</param>
internal sealed record CheckOutcome(string? Fault, string? Seen, bool IsNote)
{
    public static CheckOutcome Good(string? seen = null) => new(null, seen, IsNote: false);

    public static CheckOutcome Note(string seen) => new(null, seen, IsNote: true);

    public static CheckOutcome Wrong(string fault) => new(fault, null, IsNote: false);
}

/// <summary>One thing that a program needs, tried for real.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="IsFatal">Whether the program can't do its main job without it.</param>
internal sealed record CheckResult(string Name, CheckOutcome Outcome, bool IsFatal)
{
    public string? Fault => Outcome.Fault;
}

/// <summary>Tries the world: data folder, keys, store, database, sandbox. The service logs it at its start; <c>ingest doctor</c> prints it.</summary>
internal sealed class StartupCheck(
    IOptions<DataOptions> data, Spool spool, ObjectStores stores, CatalogDatabase database, Sandbox sandbox, StationKeys keys, IConfiguration configuration)
{
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken ct) =>
    [
        Try("data folder", isFatal: true, check: () =>
        {
            var probe = Path.Combine(data.Value.RunFolder, "write-probe");
            DurableFile.CreateFolder(data.Value.RunFolder);
            DurableFile.Replace(probe, "ok"u8);
            return spool.UsableBytes() is > 0 and var usable
                ? CheckOutcome.Good(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFullPath(data.Value.DataFolder)}, {usable / 1e9:0.0} GB above the spool's reserve"))
                : CheckOutcome.Wrong("The disk of the spool is down to its reserve: free some space, docking waits until then.");
        }),
        Try("keys", () => keys.Internal is { Length: >= 32 }
            ? CheckOutcome.Good()
            : CheckOutcome.Wrong("keys/internal.key is missing or shorter than 32 bytes: write 64 hexadecimal digits into it, for Ingest and Api alike.")),
        await TryAsync("store", isFatal: false, async () =>
        {
            await stores.Originals.TryAsync(ct);
            return CheckOutcome.Good(configuration["Store:Url"] ?? data.Value.StoreFolder);
        }),
        await TryAsync("database", isFatal: false, async () =>
        {
            string version;
            await using (var connection = await database.OpenAsync(ct))
                version = connection.ServerVersion;
            var missing = Migrator.Missing(configuration.GetConnectionString("Catalog")!);
            return missing.Count == 0
                ? CheckOutcome.Good($"PostgreSQL {version}, no migration is missing")
                : CheckOutcome.Wrong($"The database lacks {missing.Count} migration(s): run 'ingest migrate' with the owner's connection string.");
        }),
        await TryAsync("media sandbox", isFatal: false, async () =>
        {
            await sandbox.TryAsync(ct);
            return CheckOutcome.Good();
        }),
    ];

    /// <summary>Tries one thing; what it throws is its fault.</summary>
    public static async Task<CheckResult> TryAsync(string name, bool isFatal, Func<Task<CheckOutcome>> check)
    {
        try
        {
            return new CheckResult(name, await check(), isFatal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException or StoreUnavailableException or ObjectMissingException
            or SandboxUnavailableException or System.ComponentModel.Win32Exception)
        {
            return new CheckResult(name, CheckOutcome.Wrong(e.Message), isFatal);
        }
    }

    /// <summary>Tries one thing that waits for nothing.</summary>
    public static CheckResult Try(string name, Func<CheckOutcome> check, bool isFatal = false)
    {
        try
        {
            return new CheckResult(name, check(), isFatal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return new CheckResult(name, CheckOutcome.Wrong(e.Message), isFatal);
        }
    }
}
