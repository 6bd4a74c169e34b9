using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

/// <summary>A real file system mounted at the slot's root.</summary>
public sealed class MountSlotTests : IDisposable
{
    private readonly TempFolder _root = new();

    [Fact]
    public void A_mount_point_without_a_mount_is_empty_whatever_lies_in_it()
    {
        File.WriteAllText(Path.Combine(_root.Path, "left-behind"), "x");
        Assert.False(new MountSlot(9, _root.Path).IsAttached());
        Assert.False(new MountSlot(9, Path.Combine(_root.Path, "no-such-folder")).IsAttached());
        // The room there is the station's, and no recorder's.
        Assert.Null(new MountSlot(9, _root.Path).Space());
        Assert.Null(new FolderSlot(9, _root.Path).Space());
        Assert.Null(new FolderSlot(9, Path.Combine(_root.Path, "no-such-folder")).Space());
    }

    [SkippableFact]
    public void A_slot_is_attached_while_something_is_mounted_there_even_an_empty_card()
    {
        var point = Path.Combine(_root.Path, "slot 9");
        using (MountedCard.At(point, "ro"))
        {
            var slot = new MountSlot(9, point);
            Assert.True(slot.IsAttached());
            Assert.Null(slot.VolumeLabel());
            Assert.True(slot.Space() is { TotalBytes: > 0 } space && space.FreeBytes <= space.TotalBytes);
            using (var card = new SlotFolder(point))
                Assert.Empty(card.List().Entries);
        }
        Assert.False(new MountSlot(9, point).IsAttached());
    }

    public void Dispose() => _root.Dispose();
}
