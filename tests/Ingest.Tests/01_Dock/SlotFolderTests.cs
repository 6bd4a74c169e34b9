using System.ComponentModel;
using System.Text;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class SlotFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_but_folders_is_listed_in_byte_order()
    {
        _folder.Write("b.mp4", "1"u8);
        _folder.Write("DCIM/100MEDIA/a.mp4", "22"u8);
        _folder.Write("a/z", ""u8);
        Directory.CreateDirectory(_folder.At("empty"));
        Media.MakeRaw(_folder.Path, [0xFF, 0xFE, (byte)'\n'], "333");
        Assert.Equal([("DCIM/100MEDIA/a.mp4", 2L), ("a/z", 0L), ("b.mp4", 1L)], List()[..3].Select(entry => (Encoding.UTF8.GetString(entry.RawPath), entry.Stat.SizeBytes)));
        Assert.Equal([0xFF, 0xFE, (byte)'\n'], List()[3].RawPath);
    }

    [Fact]
    public void Links_pipes_and_what_lies_behind_links_are_listed_as_what_they_are_and_never_entered()
    {
        using var host = new TempFolder();
        host.Write("secret", "secret"u8);
        File.CreateSymbolicLink(_folder.At("file-link"), host.At("secret"));
        Directory.CreateSymbolicLink(_folder.At("folder-link"), host.Path);
        Directory.CreateSymbolicLink(_folder.At("loop"), _folder.Path);
        Media.Run("mkfifo", _folder.At("pipe"));
        Assert.Equal(
            [("file-link", EntryKind.Link), ("folder-link", EntryKind.Link), ("loop", EntryKind.Link), ("pipe", EntryKind.Special)],
            List().Select(entry => (Encoding.UTF8.GetString(entry.RawPath), entry.Stat.Kind)));
    }

    [Fact]
    public void A_part_of_a_path_that_was_swapped_for_a_link_since_the_listing_opens_nothing()
    {
        using var host = new TempFolder();
        host.Write("100MEDIA/a.mp4", "secret"u8);
        _folder.Write("DCIM/100MEDIA/a.mp4", "footage"u8);
        using var root = new SlotFolder(_folder.Path);
        var listed = Assert.Single(root.List().Entries);
        Directory.Delete(_folder.At("DCIM"), recursive: true);
        Directory.CreateSymbolicLink(_folder.At("DCIM"), host.Path);
        Assert.Contains(Assert.Throws<Win32Exception>(() => root.Open(listed.RawPath)).NativeErrorCode, (int[])[Posix.ELOOP, Posix.ENOTDIR]);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("DCIM/../../secret")]
    public void A_path_that_climbs_up_reaches_no_file_that_was_never_listed(string path)
    {
        // Such a path never comes out of a listing; were one made up, the file must be found changed, not copied.
        Directory.CreateDirectory(_folder.At("slot", "DCIM"));
        _folder.Write("secret", "secret"u8);
        using var root = new SlotFolder(_folder.At("slot"));
        Assert.DoesNotContain(root.List().Entries, entry => Encoding.UTF8.GetString(entry.RawPath) == path);
    }

    [Fact]
    public void Fault_13_folders_are_entered_eight_deep_and_a_deeper_one_is_on_the_list()
    {
        _folder.Write("1/2/3/4/5/6/7/file", "x"u8);
        Assert.Single(List());
        _folder.Write("1/2/3/4/5/6/7/8/file", "x"u8);
        // What lies in the deep one is named, what lies beside it is taken.
        Assert.Equal(
            [("1/2/3/4/5/6/7/8", FailReasons.TooDeep), ("1/2/3/4/5/6/7/file", null)],
            List().Select(entry => (Encoding.UTF8.GetString(entry.RawPath), entry.Fault)));
    }

    [Fact]
    public void A_listing_without_end_is_cut_off_whether_it_names_files_or_folders()
    {
        for (var i = 0; i < 10; i++)
            _folder.Write($"{i}", "x"u8);
        using (var enough = new SlotFolder(_folder.Path, maxEntries: 10))
            Assert.Equal(10, enough.List().Entries.Count);
        Directory.CreateDirectory(_folder.At("one-more"));
        using var root = new SlotFolder(_folder.Path, maxEntries: 10);
        var (entries, broken) = root.List();
        Assert.Equal((true, "More than 10 entries."), (entries.Count >= 9, broken));
    }

    [Fact]
    public void A_slot_counts_as_occupied_while_it_holds_any_entry()
    {
        var slot = new FolderSlot(1, _folder.At("slot-01"));
        Assert.False(slot.IsAttached());
        Directory.CreateDirectory(_folder.At("slot-01", "DCIM"));
        Assert.True(slot.IsAttached());
        Directory.Delete(_folder.At("slot-01", "DCIM"));
        Assert.False(slot.IsAttached());
    }

    [Fact]
    public void A_mount_point_counts_as_occupied_while_something_is_mounted_there()
    {
        Assert.False(new MountSlot(9, _folder.At("none")).IsAttached());
        Assert.False(new MountSlot(9, _folder.Path).IsAttached());
        Assert.True(new MountSlot(9, "/proc").IsAttached());
        Assert.Null(new MountSlot(9, _folder.Path).VolumeLabel());
    }

    private List<SlotEntry> List()
    {
        using var root = new SlotFolder(_folder.Path);
        return root.List().Entries;
    }
}
