using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

public sealed class FolderObjectStoreTests : ObjectStoreContract, IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadOnlyFolder = ReadOnly | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();
    private readonly FolderObjectStore _store;

    public FolderObjectStoreTests() => _store = new FolderObjectStore(_folder.At("store"), Clock);

    protected override IObjectStore Store => _store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_spooled_file_is_taken_over_without_a_second_copy_of_its_bytes()
    {
        var (key, bytes) = (NewKey(), Given.Bytes(5000));
        var spooled = _folder.Write("spool/original", bytes);
        Assert.Equal(PutOutcome.Put, await _store.PutNewAsync(key, new ObjectSource.FromFile(spooled, bytes.Length), default));
        Assert.Equal(InodeOf(spooled), InodeOf(_store.PathOf(key)));
        File.Delete(spooled);
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task A_file_never_takes_the_place_of_an_object()
    {
        var (key, bytes) = (NewKey(), Given.Bytes(5000));
        await PutAsync(key, bytes);
        var other = _folder.Write("spool/original", Given.Bytes(5000));
        Assert.Equal(PutOutcome.AlreadyThere, await _store.PutNewAsync(key, new ObjectSource.FromFile(other, 5000), default));
        Assert.Equal(bytes, await ReadAsync(key));
    }

    [Fact]
    public async Task Objects_are_read_only_and_so_is_the_folder_of_a_locked_one()
    {
        var key = NewKey();
        await PutAsync(key, Given.Bytes());
        Assert.Equal(ReadOnly, File.GetUnixFileMode(_store.PathOf(key)));
        await _store.LockUntilAsync(key, Given.Now.AddDays(1), default);
        Assert.Equal(ReadOnly, File.GetUnixFileMode(_store.PathOf(key)));
        Assert.Equal(ReadOnlyFolder, File.GetUnixFileMode(Path.GetDirectoryName(_store.PathOf(key))!));
    }

    [Fact]
    public async Task The_folder_stays_read_only_after_a_neighbour_was_put()
    {
        var clip = ClipId.New(Given.Now);
        await PutAsync(ObjectKey.Original(clip), Given.Bytes());
        await _store.LockUntilAsync(ObjectKey.Original(clip), Given.Now.AddDays(1), default);
        await PutAsync(ObjectKey.Manifest(clip, IntakeId.New(Given.Now)), Given.Bytes());
        Assert.Equal(ReadOnlyFolder, File.GetUnixFileMode(Path.GetDirectoryName(_store.PathOf(ObjectKey.Original(clip)))!));
    }

    [Fact]
    public async Task What_lies_there_and_is_no_key_is_told_apart_in_a_list()
    {
        var key = NewKey();
        await PutAsync(key, Given.Bytes());
        _folder.Write("store/originals/Fremd.TXT", "x"u8);
        var (strange, listed) = (new List<string>(), new List<ObjectKey>());
        await foreach (var stat in _store.ListAsync("originals/", strange.Add, default))
            listed.Add(stat.Key);
        Assert.Equal([key], listed);
        Assert.Equal(["originals/Fremd.TXT"], strange);
    }

    [Fact]
    public void Its_lock_is_called_what_it_is() => Assert.Equal(LockStrength.Advisory, _store.LockStrength);

    [Fact]
    public async Task A_root_that_is_no_folder_makes_the_store_unavailable_and_nothing_else()
    {
        _folder.Write("file", "x"u8);
        var broken = new FolderObjectStore(_folder.At("file"), Clock);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => broken.TryAsync(default));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => broken.PutNewAsync(NewKey(), new ObjectSource.FromMemory(Given.Bytes()), default));
    }

    private static ulong InodeOf(string path)
    {
        using var folder = Posix.OpenFolder(Path.GetDirectoryName(path)!);
        return Posix.StatAt(folder, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path))).Inode;
    }
}
