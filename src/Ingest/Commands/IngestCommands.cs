using System.CommandLine;

namespace YaoAn.Ingest;

/// <summary>The verbs of <c>ingest</c>.</summary>
internal static class IngestCommands
{
    public static RootCommand Root() => new("YaoAnEnforcement ingest: takes footage off recorders, keeps it, proves it.")
    {
        RunCommand.Create(),
        ImportCommand.Create(),
        VerifyCommand.Create(),
        RebuildCommand.Create(),
        ProfilesCommand.Create(),
        DoctorCommand.Create(),
        MigrateCommand.Create(),
    };

    /// <summary>A host without anything that runs by itself, for a verb that does one thing.</summary>
    public static WebApplication Host(Action<IServiceCollection, IConfiguration>? more = null)
    {
        var builder = IngestHost.Builder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddIngest(builder.Configuration).AddHangfireClient(builder.Configuration);
        more?.Invoke(builder.Services, builder.Configuration);
        return builder.Build();
    }
}
