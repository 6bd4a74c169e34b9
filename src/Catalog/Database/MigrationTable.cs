using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL around migrations.</summary>
public static class MigrationTable
{
    /// <summary>Any constant will do; it only has to be the same in every version of this program.</summary>
    private const long MigrationLock = 0x59414F414E;

    /// <summary>Holds other migrations off until the connection closes, and makes the schema where it is missing.</summary>
    internal static void LockAndPrepare(NpgsqlConnection connection, string schema, string appRole)
    {
        connection.Execute("""select pg_advisory_lock(@MigrationLock)""", new { MigrationLock }, commandTimeout: 0);
        connection.Execute($"""
            create schema if not exists {Quoted(schema)};
            grant usage on schema {Quoted(schema)} to {Quoted(appRole)};
            """);
    }

    /// <summary>Lets a role use the tables of a schema without changing their form.</summary>
    public static void GrantUse(NpgsqlConnection connection, string schema, string role) => connection.Execute($"""
        grant usage on schema {Quoted(schema)} to {Quoted(role)};
        grant select, insert, update, delete on all tables in schema {Quoted(schema)} to {Quoted(role)};
        grant usage, select on all sequences in schema {Quoted(schema)} to {Quoted(role)};
        """);

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
