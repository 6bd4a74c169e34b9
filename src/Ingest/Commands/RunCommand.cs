using System.CommandLine;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary><c>ingest run</c>: the service.</summary>
internal static partial class RunCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role")
        {
            Description = "dock (slots of this station), work (probing, previews, verification), or dock,work",
            DefaultValueFactory = _ => "dock,work",
        };
        var command = new Command(
            "run",
            $"""
            Runs the service until it is told to stop (SIGTERM, Ctrl-C).
            {ExitCodes.Words(ExitCodes.Good, ExitCodes.Usage, ExitCodes.Missing)}
            """) { role };
        command.SetAction(async (parsed, ct) =>
        {
            if (!TryParseRoles(parsed.GetValue(role)!, out var roles))
            {
                await Console.Error.WriteLineAsync("--role takes dock, work, or dock,work.");
                return ExitCodes.Usage;
            }
            return await RunAsync(roles, ct);
        });
        return command;
    }

    internal static bool TryParseRoles(string text, out IngestRoles roles) =>
        Enum.TryParse(text, ignoreCase: true, out roles) && roles is > IngestRoles.None and <= (IngestRoles.Dock | IngestRoles.Work);

    private static async Task<int> RunAsync(IngestRoles roles, CancellationToken ct)
    {
        var builder = IngestHost.Builder();
        builder.Services.AddIngest(builder.Configuration).AddRoles(builder.Configuration, roles);
        var station = builder.Configuration.GetSection(StationOptions.Section).Get<StationOptions>() ?? new StationOptions();
        // Without a fixed URL the system picks a free port of loopback: the station's data is for this machine only.
        builder.WebHost.UseUrls((station.Listen ?? new Uri("http://127.0.0.1:0")).ToString());
        await using var app = builder.Build();
        using var docks = roles.HasFlag(IngestRoles.Dock) ? DockLock.TryTake(app.Services.GetRequiredService<IOptions<DataOptions>>().Value) : null;
        if (roles.HasFlag(IngestRoles.Dock) && docks is null)
        {
            await Console.Error.WriteLineAsync("Already running: another ingest docks on this data folder. Stop that one first, or choose another folder (YaoAn:DataFolder).");
            return ExitCodes.Missing;
        }
        app.MapBoard(takesUploads: roles.HasFlag(IngestRoles.Dock));
        app.Services.GetRequiredService<Sandbox>().ForgetDead();
        if (roles.HasFlag(IngestRoles.Work))
        {
            app.Services.GetRequiredService<LivePreviews>().ForgetAll();
            app.Services.GetRequiredService<StoredFiles>().ForgetAll();
            app.MapPreviews();
        }
        var logger = app.Services.GetRequiredService<ILogger<StartupCheck>>();
        foreach (var check in await app.Services.GetRequiredService<StartupCheck>().RunAsync(ct))
        {
            if (check.Fault is null)
                continue;
            LogFault(logger, check.Name, check.Fault);
            if (check.IsFatal)
            {
                await Console.Error.WriteLineAsync(check.Fault);
                return ExitCodes.Missing;
            }
        }
        await app.RunAsync(ct);
        return ExitCodes.Good;
    }

    [LoggerMessage(30, LogLevel.Warning, "Start-up check, {Check}: {Fault}")]
    private static partial void LogFault(Microsoft.Extensions.Logging.ILogger logger, string check, string fault);
}
