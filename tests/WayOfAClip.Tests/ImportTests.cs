using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary><c>ingest import DIR --slot N</c>: beside a running service, and without one.</summary>
public sealed class ImportTests(ImportStation shared) : IClassFixture<ImportStation>
{
    [SkippableFact]
    public async Task An_import_beside_a_running_service_ends_with_0_and_true_counts()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            if (station.Ingest is null)
                await station.StartIngestAsync();
            var folder = await FolderAsync(station, files: 6);
            File.Copy(Path.Combine(folder, "clip-0.mp4"), Path.Combine(folder, "copy.mp4"));
            await File.WriteAllBytesAsync(Path.Combine(folder, "empty.mp4"), []);
            var before = await station.Table.ClipsAsync();

            var (exit, output) = await station.VerbAsync("import", folder, "--slot", "9");
            Assert.True(exit == 0, output);
            Assert.Contains("stored 6, known 0, duplicate 1, skipped 1, failed 0, waiting in the spool 0", output, StringComparison.Ordinal);
            Assert.Equal(6, (await station.Table.ClipsAsync()).Count(clip => clip.IsStored) - before.Count(clip => clip.IsStored));

            var again = await station.VerbAsync("import", folder, "--slot", "9");
            Assert.True(again.Exit == 0, again.Output);
            Assert.Contains("stored 0, known 7, duplicate 0, skipped 1, failed 0, waiting in the spool 0", again.Output, StringComparison.Ordinal);
            await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));
        });
    }

    [SkippableFact]
    public async Task An_import_without_a_service_stores_everything_by_itself()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            await StopIngestAsync(station);
            var folder = await FolderAsync(station, files: 3);
            var (exit, output) = await station.VerbAsync("import", folder, "--slot", "9");
            Assert.True(exit == 0, output);
            Assert.Contains("stored 3, known 0, duplicate 0, skipped 0, failed 0, waiting in the spool 0", output, StringComparison.Ordinal);
            Assert.Empty(station.Spooled());
        });
    }

    [SkippableFact]
    public async Task Without_the_database_an_import_ends_with_4_and_the_service_stores_the_rest()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            await StopIngestAsync(station);
            var folder = await FolderAsync(station, files: 3);
            await station.Postgres.CutAsync();
            var (exit, output) = await station.VerbAsync("import", folder, "--slot", "9");
            station.Postgres.Open();
            Assert.True(exit == 4, output);
            Assert.Contains("stored 0, known 0, duplicate 0, skipped 0, failed 0, waiting in the spool 3", output, StringComparison.Ordinal);
            Assert.Equal(3, station.Spooled().Count);

            var before = (await station.Table.ClipsAsync()).Count(clip => clip.IsStored);
            await station.StartIngestAsync();
            await Wait.UntilAsync("the service stored them", Needs.Soon, async () => (await station.Table.ClipsAsync()).Count(clip => clip.IsStored) == before + 3);
            await Wait.UntilAsync("the spool is empty", Needs.Soon, () => Task.FromResult(station.Spooled().Count == 0));
        });
    }

    [SkippableFact]
    public async Task An_empty_folder_is_wrong_use()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(station.Data, "run", "nothing")).FullName;
            var (exit, output) = await station.VerbAsync("import", folder, "--slot", "9");
            Assert.True(exit == 2, output);
        });
    }

    private static async Task StopIngestAsync(StationUnderTest station)
    {
        if (station.Ingest is not null)
            await station.StopIngestAsync();
    }

    private static async Task<string> FolderAsync(StationUnderTest station, int files)
    {
        var folder = Path.Combine(station.Data, "run", $"card-{Guid.CreateVersion7():N}");
        for (var file = 0; file < files; file++)
            await Footage.WriteSmallAsync(Path.Combine(folder, $"clip-{file}.mp4"));
        return folder;
    }
}

/// <summary>A station without pages.</summary>
public sealed class ImportStation : SharedStation
{
    protected override StationSettings Settings => new() { WithPages = false, Slots = 1 };
}
