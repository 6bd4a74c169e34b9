using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

internal static class MigrationTable
{
    /// <summary>Any constant will do; it only has to be the same in every version of this program.</summary>
    private const long MigrationLock = 0x59414F414E;

    /// <summary>Holds other migrations off until the connection closes, and makes the schema where it is missing.</summary>
    public static void LockAndPrepare(NpgsqlConnection connection, string schema, string appRole)
    {
        connection.Execute("""select pg_advisory_lock(@MigrationLock)""", new { MigrationLock });
        connection.Execute($"""
            create schema if not exists {Quoted(schema)};
            grant usage on schema {Quoted(schema)} to {Quoted(appRole)};
            """);
    }

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
