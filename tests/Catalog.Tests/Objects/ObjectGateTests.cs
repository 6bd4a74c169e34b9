using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

public sealed class ObjectGateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FolderObjectStore _store;
    private readonly byte[] _bytes = Given.Bytes(3_000_000);
    private readonly ClipId _clip = ClipId.New(Given.Now);
    private readonly string _spooled;

    public ObjectGateTests()
    {
        _store = new FolderObjectStore(_folder.At("store"), TimeProvider.System);
        _spooled = _folder.Write("original", _bytes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_comes_back_whole_counts_as_stored_and_may_be_received_again()
    {
        var told = new List<long>();
        var first = await ReceiveAsync(_store, told.Add);
        Assert.Equal((_bytes.Length, Given.Sha256(_bytes)), ((int)first.SizeBytes, first.Sha256));
        Assert.Equal(_bytes.Length, told[^1]);
        Assert.Equal(first, await ReceiveAsync(_store));
        Assert.Equal(first, await new ObjectGate(_store, new GiveWay(TimeProvider.System)).ReadAsync(_clip, progress: null, default));
    }

    public static TheoryData<string, int> Lies => new() { { nameof(LyingStore.FlipABit), 0 }, { nameof(LyingStore.CutShort), -1 }, { nameof(LyingStore.AddOne), 1 } };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_store_that_gives_back_other_bytes_is_found_out_and_both_sides_are_named(string lie, int difference)
    {
        var lying = new LyingStore(_store, lie switch
        {
            nameof(LyingStore.FlipABit) => LyingStore.FlipABit,
            nameof(LyingStore.CutShort) => LyingStore.CutShort,
            _ => LyingStore.AddOne,
        });
        var found = await Assert.ThrowsAsync<CorruptOriginalException>(() => ReceiveAsync(lying));
        Assert.Contains($"{_bytes.Length} vs {_bytes.Length + difference}", found.Message, StringComparison.Ordinal);
        Assert.Contains($"{Given.Sha256(_bytes)} vs {found.Found.Sha256}", found.Message, StringComparison.Ordinal);
        Assert.NotEqual(Given.Sha256(_bytes), found.Found.Sha256);
        Assert.True(File.Exists(_store.PathOf(ObjectKey.Original(_clip))), "nothing was deleted");
        Assert.True(File.Exists(_spooled), "nothing was deleted");
    }

    [Fact]
    public async Task Other_bytes_that_lie_under_the_key_already_are_found_out_and_kept()
    {
        await _store.PutNewAsync(ObjectKey.Original(_clip), new ObjectSource.FromMemory("older"u8.ToArray()), default);
        await Assert.ThrowsAsync<CorruptOriginalException>(() => ReceiveAsync(_store));
        Assert.Equal("older", await File.ReadAllTextAsync(_store.PathOf(ObjectKey.Original(_clip))));
    }

    [Fact]
    public async Task A_missing_original_is_missing() =>
        await Assert.ThrowsAsync<ObjectMissingException>(() => new ObjectGate(_store, new GiveWay(TimeProvider.System)).ReadAsync(ClipId.New(Given.Now), progress: null, default));

    private Task<FullRead> ReceiveAsync(IObjectStore store, Action<long>? progress = null) =>
        new ObjectGate(store, new GiveWay(TimeProvider.System)).ReceiveAsync(_clip, new ObjectSource.FromFile(_spooled, _bytes.Length), Given.Sha256(_bytes), progress, default);
}
