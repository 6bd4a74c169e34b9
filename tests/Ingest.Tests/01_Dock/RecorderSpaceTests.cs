using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>What docking teaches of the room on a recorder: from a real mounted volume into the catalog and the list of what is low.</summary>
public sealed class RecorderSpaceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [SkippableFact]
    public async Task A_full_card_is_listed_as_low_on_space_and_a_folder_tells_nothing()
    {
        TestDatabase.Need();
        using var root = new TempFolder();
        var point = Path.Combine(root.Path, "card");
        using var card = MountedCard.At(point, "size=1m");
        foreach (var (officer, serial) in new[] { ("SP1", "7654321"), ("SP2", "1234567") })
        {
            await GivenPeople.UnitAsync(database.Catalog, "SP");
            await GivenPeople.OfficerAsync(database.Catalog, officer, "SP");
            await GivenPeople.RecorderAsync(database.Catalog, serial, "SP");
        }
        await using var station = Station.Whole(database, ("Station:Slots", "1"), ("Station:MountRoots:0", point));
        var slots = station.Get<DockStation>().Slots;
        await File.WriteAllBytesAsync(Path.Combine(point, "DSJ_7654321_123456_20250221030623.MP4"), new byte[900 * 1024]);
        Directory.CreateDirectory(slots[0].Source.Path);
        await File.WriteAllBytesAsync(Path.Combine(slots[0].Source.Path, "DSJ_1234567_123456_20250221030623.MP4"), new byte[1024]);
        foreach (var slot in slots)
        {
            var watcher = station.Get<SlotWatcherFactory>().Create(slot, "dock");
            watcher.Poll(default);
            await watcher.EndCopiesAsync();
        }
        await station.Get<RegisterService>().ReplayAsync(default);

        var docking = new RecorderDockTable(database.Catalog);
        var space = await docking.SpaceAsync("7654321", default);
        Assert.Equal(1L << 20, space?.TotalBytes);
        Assert.InRange(space!.FreeBytes, 1, 1 << 17);
        Assert.Null(await docking.SpaceAsync("1234567", default));
        Assert.Equal(1, (await docking.DockingAsync("1234567", default)).Sessions);
        var low = await new OverdueTable(database.Catalog).LowSpaceAsync(new OverdueScope(null, "SP"), new OverdueRules(), 10, TimeProvider.System.GetUtcNow(), default);
        Assert.Equal(("7654321", space.FreeBytes), Assert.Single(low) is var row ? (row.Serial, row.FreeBytes) : default);
    }
}
