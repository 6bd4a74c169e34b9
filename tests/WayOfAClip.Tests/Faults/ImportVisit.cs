using System.Globalization;
using Xunit;
using YaoAn.Tests.Station;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>A folder that <c>ingest import</c> takes in beside the running station, again and again until it says that all of it is stored.</summary>
internal sealed class ImportVisit : Visit
{
    private const int Slot9 = 9, MostRuns = 6;

    private readonly FaultStation _faults;
    private readonly string _folder;

    private ImportVisit(FaultStation station, int number)
        : base(station, string.Create(CultureInfo.InvariantCulture, $"F{number:000000}"))
    {
        (_faults, _folder) = (station, Path.Combine(station.Station.Data, "run", "import-" + Key));
        Sessions = 0;
    }

    public static async Task<ImportVisit> MakeAsync(FaultStation station, int number)
    {
        var visit = new ImportVisit(station, number);
        foreach (var (name, write) in (IEnumerable<(string, Func<string, Task<byte[]>>)>)[($"DSJ_{visit.Key}_123456_20261124080000_0001.mp4", Footage.WriteSmallAsync), ("record.dat", Footage.WriteRecordAsync)])
            visit.Add(new ExpectedSighting(name, Convert.ToHexStringLower(await write(Path.Combine(visit._folder, name))), null));
        return visit;
    }

    /// <inheritdoc/>
    public override async Task RunAsync()
    {
        var said = "";
        for (var run = 1; ; run++)
        {
            // Each run is a session of its own; one that was killed left it without an end, or without a beginning.
            var (exit, output) = await _faults.Station.VerbOfAsync(Programs.FaultyIngest, "import", _folder, "--slot", Slot9.ToString(CultureInfo.InvariantCulture));
            said += $"{exit}: {output}\n";
            if (exit == 0)
                break;
            Assert.True(run < MostRuns, said);
        }
        await KnownAsync();
        Sessions = await Station.Table.SessionsOfAsync(Key);
        Directory.Delete(_folder, recursive: true);
    }
}
