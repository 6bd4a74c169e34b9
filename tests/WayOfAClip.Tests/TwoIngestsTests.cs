using Xunit;
using YaoAn.Tests.Station;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Fault 20: two watchers of the same recorders.</summary>
public sealed class TwoIngestsTests
{
    private const int Files = 6;

    [SkippableFact]
    public async Task Fault_20_a_second_ingest_on_a_station_says_so_and_ends_and_every_file_is_taken_in_once()
    {
        Needs.Station();
        await using var station = await StationUnderTest.StartAsync(new() { WithPages = false, Slots = 2 });
        await station.TellAsync(async () =>
        {
            for (var file = 0; file < Files; file++)
                await Footage.WriteRecordAsync(Path.Combine(station.Data, "run", "card", $"record-{file}.dat"));
            Directory.Move(Path.Combine(station.Data, "run", "card"), Path.Combine(station.Slot(1), "DCIM"));
            var (exit, output) = await station.VerbAsync("run", "--role", "dock,work");
            Assert.Equal(3, exit);
            Assert.Contains("another ingest docks on this data folder", output, StringComparison.Ordinal);
            await station.GreenAsync(1, Files, Needs.Later);
            Assert.Equal(Files, await station.Table.ProvenanceAsync());
            Assert.Equal(1, await station.Table.SessionsAsync());
            Assert.Equal((Files, Files), await station.Table.EventsAsync("clip.registered"));

            // Whoever is killed holds nobody up.
            await station.KillIngestAsync();
            await station.StartIngestAsync();
            await station.GreenAsync(1, Files, Needs.Later);
            Assert.Equal(1, await station.Table.SessionsAsync());
        });
    }
}
