using System.CommandLine;
using Hangfire.PostgreSql;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary><c>ingest migrate</c>: brings the database up to this program, as its owner.</summary>
internal static class MigrateCommand
{
    private const string AppRole = "yaoan_app";

    public static Command Create()
    {
        var command = new Command(
            "migrate",
            $"""
            Brings the database up to this version. Needs ConnectionStrings:Owner; safe to repeat.
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Missing)}
            """);
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var configuration = IngestHost.Builder().Configuration;
        if (configuration.GetConnectionString("Owner") is not { } owner)
        {
            Console.Error.WriteLine("ConnectionStrings:Owner is missing: it names the role that owns the database, e.g. yaoan_owner.");
            return ExitCodes.Missing;
        }
        try
        {
            Migrator.Migrate(owner, AppRole);
            PrepareHangfire(owner, (configuration.GetSection(WorkOptions.Section).Get<WorkOptions>() ?? new WorkOptions()).HangfireSchema);
            return ExitCodes.Good;
        }
        catch (Exception e) when (e is MigrationFailedException or NpgsqlException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Missing;
        }
    }

    /// <summary>Hangfire's own schema, made by the owner; the application's role may use it and change nothing of its form.</summary>
    internal static void PrepareHangfire(string owner, string schema)
    {
        using var connection = new NpgsqlConnection(owner);
        connection.Open();
        PostgreSqlObjectsInstaller.Install(connection, schema);
        MigrationTable.GrantUse(connection, schema, AppRole);
    }
}
