using System.CommandLine;
using YaoAn.Catalog;
using YaoAn.Ingest;

namespace YaoAn.FaultyIngest;

/// <summary>
/// The real program <c>ingest</c>, which fails or dies where a file in its data folder says (<see cref="FaultOrders"/>). Nothing else about it is
/// different: it parses the same arguments and runs the same services.
/// </summary>
internal static class FaultyProgram
{
    private static async Task<int> Main(string[] args)
    {
        var data = Environment.GetEnvironmentVariable("YaoAn__DataFolder") ?? throw new InvalidOperationException("YaoAn__DataFolder is not set.");
        using var orders = new FaultOrders(data, verb: args is not ["run", ..]);
        FaultPoint.Hook = orders.Pass;
        return await IngestCommands.Root().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
    }
}
