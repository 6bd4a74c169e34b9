using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary><c>ingest rebuild</c> as a person runs it: the database is gone, the station's folder is there.</summary>
public sealed class RebuildTests
{
    [SkippableFact]
    public async Task A_station_whose_database_was_lost_is_whole_again_after_migrate_and_rebuild()
    {
        Needs.Station();
        await using var station = await StationUnderTest.StartAsync(new StationSettings { WithPages = false, Slots = 1 });
        await station.TellAsync(async () =>
        {
            for (var file = 0; file < 3; file++)
                await Footage.WriteSmallAsync(Path.Combine(station.Slot(1), $"clip-{file}.mp4"));
            File.Copy(Path.Combine(station.Slot(1), "clip-0.mp4"), Path.Combine(station.Slot(1), "copy.mp4"));
            await File.WriteAllTextAsync(Path.Combine(station.Slot(1), "clip-1.txt"), "$GPGGA,1");
            await File.WriteAllBytesAsync(Path.Combine(station.Slot(1), "empty.mp4"), []);
            await station.GreenAsync(1, files: 5, Needs.Soon);
            await station.UndockAsync(1);
            await PreviewedAsync(station);
            var (clips, sessions, skipped) = (await station.Table.ClipsAsync(), await station.Table.SessionsAsync(), await station.Table.SkippedAsync());
            Assert.Equal((4, 5), (clips.Count, await station.Table.ProvenanceAsync()));
            await station.StopIngestAsync();

            await station.Table.DropAsync();
            var without = await station.VerbAsync("rebuild");
            Assert.True(without.Exit == 3, without.Output);
            await station.NewCatalogAsync();
            var (exit, output) = await station.VerbAsync("rebuild");
            Assert.True(exit == 0, output);
            Assert.Contains("4 of 4 clips of the store looked at: rebuilt 4, completed 0, known 0, of another clip 0, not read 0, findings 0.", output, StringComparison.Ordinal);
            var again = await station.VerbAsync("rebuild");
            Assert.True(again.Exit == 0, again.Output);
            Assert.Contains("rebuilt 0, completed 0, known 4,", again.Output, StringComparison.Ordinal);

            await station.StartIngestAsync();
            await PreviewedAsync(station);
            Assert.Equal(clips, await station.Table.ClipsAsync());
            Assert.Equal((5, sessions), (await station.Table.ProvenanceAsync(), await station.Table.SessionsAsync()));
            Assert.Equal(skipped, await station.Table.SkippedAsync());
            Assert.Equal((4, 4), await station.Table.EventsAsync("clip.rebuilt"));
            Assert.Equal((0, 0), await station.Table.EventsAsync("clip.registered"));
            var verify = await station.VerbAsync("verify", "--all");
            Assert.True(verify.Exit == 0, verify.Output);
        });
    }

    private static Task PreviewedAsync(StationUnderTest station) => Wait.UntilAsync(
        "all clips have come to their end", Needs.Soon, async () => (await station.Table.ClipsAsync()) is { Count: > 0 } clips && clips.All(clip => clip.Stage == "linked"));
}
