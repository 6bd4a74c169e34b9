using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>A station writes the binding file that was asked for: once, where nothing is, and where it is clear which recorder it is.</summary>
public sealed class WriteBindingsTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly byte[] _key = Given.Bytes()[..32];
    private readonly TempFolder _root = new();

    private BindingRequestTable Requests => new(database.Catalog);

    public void Dispose() => _root.Dispose();

    [SkippableFact]
    public async Task The_file_is_written_once_all_is_safe_and_makes_the_recorder_known_by_it()
    {
        TestDatabase.Need();
        var recorder = await GivenAsync("1000001");
        await using var station = Station();
        var folder = Put(station, 0, "1000001");
        Look(station, 0);
        await RunAsync(station);
        // Its file isn't here yet.
        Assert.Single(await Requests.OpenAsync(default));
        await SettledAsync(station, 0);
        await RunAsync(station);

        Assert.Equal("1000001", RecorderBinding.ReadSerial(await File.ReadAllBytesAsync(Path.Combine(folder, RecorderBinding.FileName)), _key));
        Assert.Equal((BindingOutcomes.Written, "station-1", 1), await Requests.LatestAsync(recorder.RecorderId, default) is { } done ? (done.Outcome, done.Station, done.Slot) : default);
        Assert.Empty(await Requests.OpenAsync(default));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        Assert.Equal(1L, await database.Catalog.ScalarAsync<long>(
            "select count(*) from custody_event where kind = 'recorder.binding-settled' and convert_from(body, 'UTF8') like '%1000001%written%'"));
    }

    [SkippableFact]
    public async Task What_lies_there_is_left_and_a_serial_in_two_slots_waits()
    {
        TestDatabase.Need();
        var recorder = await GivenAsync("1000002");
        await using var station = Station();
        var folder = Put(station, 0, "1000002");
        Put(station, 1, "1000002");
        Look(station, 0);
        Look(station, 1);
        await SettledAsync(station, 0);
        await SettledAsync(station, 1);
        await RunAsync(station);
        Assert.Single(await Requests.OpenAsync(default));

        foreach (var file in Directory.GetFiles(station.Get<DockStation>().Slots[1].Source.Path))
            File.Move(file, Path.Combine(_root.Path, Path.GetFileName(file)));
        Look(station, 1);
        Look(station, 1);
        await File.WriteAllTextAsync(Path.Combine(folder, RecorderBinding.FileName), "somebody's own");
        await RunAsync(station);
        Assert.Equal(BindingOutcomes.There, (await Requests.LatestAsync(recorder.RecorderId, default))!.Outcome);
        Assert.Equal("somebody's own", await File.ReadAllTextAsync(Path.Combine(folder, RecorderBinding.FileName)));
        Assert.Equal(0, (await new RecorderTable(database.Catalog).FindAsync("1000002", default))!.BindingIssue);
    }

    [SkippableFact]
    public void A_read_only_card_is_told_apart_from_a_broken_one()
    {
        var point = Path.Combine(_root.Path, "card");
        using (MountedCard.At(point, "ro"))
        {
            Assert.Equal(BindingOutcomes.ReadOnly, BindingFile.WriteNew(point, RecorderBinding.FileName, [1, 2, 3]));
        }
        Assert.Equal(BindingOutcomes.Failed, BindingFile.WriteNew(Path.Combine(_root.Path, "no-such-card"), RecorderBinding.FileName, [1]));
        Assert.Equal(BindingOutcomes.Written, BindingFile.WriteNew(point, RecorderBinding.FileName, [1]));
        Assert.Equal(BindingOutcomes.There, BindingFile.WriteNew(point, RecorderBinding.FileName, [2]));
        Assert.Equal([1], File.ReadAllBytes(Path.Combine(point, RecorderBinding.FileName)));
    }

    private async Task<RecorderRow> GivenAsync(string serial)
    {
        await GivenPeople.UnitAsync(database.Catalog, "WB");
        var recorder = await GivenPeople.RecorderAsync(database.Catalog, serial, "WB");
        Assert.True(await Requests.AskAsync(serial, GivenPeople.By(), default));
        return recorder;
    }

    private Station Station() => Tests.Station.Whole(database, ("Station:Slots", "2"), ("Keys:Bureau", _root.Write("bureau.key", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_key)))), ("Station:QuietPeriod", "00:00:02"));

    private static string Put(Station station, int slot, string serial)
    {
        var folder = station.Get<DockStation>().Slots[slot].Source.Path;
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"DSJ_{serial}_123456_2025022103062{slot}.MP4"), Given.Bytes());
        return folder;
    }

    private readonly Dictionary<int, SlotWatcher> _watchers = [];

    private void Look(Station station, int slot)
    {
        if (!_watchers.TryGetValue(slot, out var watcher))
            _watchers[slot] = watcher = station.Get<SlotWatcherFactory>().Create(station.Get<DockStation>().Slots[slot], "dock");
        watcher.Poll(default);
    }

    private Task SettledAsync(Station station, int slot) => Wait.UntilAsync("all its files are here", () =>
    {
        Look(station, slot);
        var session = station.Get<DockStation>().Slots[slot].Session!;
        lock (session.Gate)
            return session.Files.Count > 0 && session.Missing == 0;
    });

    private static Task RunAsync(Station station) => station.Get<WriteBindings>().RunAsync(default);
}
