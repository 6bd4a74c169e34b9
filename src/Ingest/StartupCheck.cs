using Microsoft.Extensions.Options;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>One thing that a program needs, tried for real.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Fault">Null when it works, else one sentence that says what to do.</param>
/// <param name="IsFatal">Whether the program can't do its main job without it.</param>
internal sealed record CheckResult(string Name, string? Fault, bool IsFatal);

/// <summary>Tries the world: data folder, journal, store, database, sandbox, keys. <c>ingest doctor</c> prints it; the service logs it.</summary>
internal sealed class StartupCheck(
    IOptions<DataOptions> data, Spool spool, ObjectStores stores, CatalogDatabase database, Sandbox sandbox, StationKeys keys, IConfiguration configuration)
{
    public async Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken ct) =>
    [
        await TryAsync("data folder", isFatal: true, () =>
        {
            var probe = Path.Combine(data.Value.RunFolder, "write-probe");
            DurableFile.CreateFolder(data.Value.RunFolder);
            DurableFile.Replace(probe, "ok"u8);
            return Task.FromResult<string?>(spool.UsableBytes() > 0 ? null : "The disk of the spool is down to its reserve: free some space, docking waits until then.");
        }),
        await TryAsync("keys", isFatal: false, () => Task.FromResult(
            keys.Internal is { Length: >= 32 } ? null : "keys/internal.key is missing or shorter than 32 bytes: write 64 hexadecimal digits into it, for Ingest and Api alike.")),
        await TryAsync("store", isFatal: false, async () =>
        {
            await stores.Originals.TryAsync(ct);
            return null;
        }),
        await TryAsync("database", isFatal: false, async () =>
        {
            await using (await database.OpenAsync(ct))
            {
            }
            var missing = Migrator.Missing(configuration.GetConnectionString("Catalog")!);
            return missing.Count == 0 ? null : $"The database lacks {missing.Count} migration(s): run 'ingest migrate' with the owner's connection string.";
        }),
        await TryAsync("media sandbox", isFatal: false, async () =>
        {
            await sandbox.TryAsync(ct);
            return null;
        }),
    ];

    private static async Task<CheckResult> TryAsync(string name, bool isFatal, Func<Task<string?>> check)
    {
        try
        {
            return new CheckResult(name, await check(), isFatal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NpgsqlException or StoreUnavailableException
            or SandboxUnavailableException or System.ComponentModel.Win32Exception)
        {
            return new CheckResult(name, e.Message, isFatal);
        }
    }
}
