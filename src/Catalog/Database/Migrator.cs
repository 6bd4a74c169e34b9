using DbUp;
using DbUp.Engine;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// Brings the catalog's schema up to this program: numbered scripts, forward only, each in one transaction, never edited after release.
/// Runs as the owner; the application's role gets its rights from the scripts and can't change the schema.
/// </summary>
public static class Migrator
{
    /// <summary>Runs what is missing. Safe to repeat; two at once wait for each other.</summary>
    /// <param name="ownerConnectionString">A role that owns the database; the search path names the schema.</param>
    /// <param name="appRole">Role that the programs run as; it must exist.</param>
    /// <exception cref="MigrationFailedException">A script failed; its transaction was rolled back.</exception>
    public static void Migrate(string ownerConnectionString, string appRole)
    {
        var schema = new NpgsqlConnectionStringBuilder(ownerConnectionString).SearchPath
            ?? throw new ArgumentException("The owner's connection string needs 'Search Path=SCHEMA'.", nameof(ownerConnectionString));
        // Not pooled: a pooled connection keeps its session, and with it the lock, after it is closed here.
        using var gate = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false }.ConnectionString);
        gate.Open();
        MigrationTable.LockAndPrepare(gate, schema, appRole);
        var result = DeployChanges.To
            .PostgresqlDatabase(ownerConnectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrator).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariables(new Dictionary<string, string> { ["schema"] = schema, ["app_role"] = appRole })
            .WithTransactionPerScript()
            .JournalToPostgresqlTable(schema, "schema_version")
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new MigrationFailedException(result.ErrorScript?.Name ?? "the journal", result.Error);
        CatalogDatabase.KnowTypes();
        ChecklistTable.Plant(gate, TimeProvider.System.GetUtcNow());
    }

    /// <summary>Names of scripts that the database lacks; empty when this program may run on it.</summary>
    public static IReadOnlyList<string> Missing(string connectionString)
    {
        var schema = new NpgsqlConnectionStringBuilder(connectionString).SearchPath;
        UpgradeEngine engine = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(Migrator).Assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .JournalToPostgresqlTable(schema, "schema_version")
            .LogToNowhere()
            .Build();
        return [.. engine.GetScriptsToExecute().Select(script => script.Name)];
    }
}

/// <summary>A migration failed and was rolled back; the program must not start on this database (culprit: database).</summary>
public sealed class MigrationFailedException(string script, Exception cause)
    : Exception($"Migration {script} failed and was rolled back: {cause.Message}", cause);
