using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class RecorderIdentifierTests : IAsyncLifetime
{
    private const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private readonly TempFolder _card = new();
    private Station _station = null!;

    public Task InitializeAsync()
    {
        _station = Station.Docking(new FakeTimeProvider(Given.Now), ("Keys:Bureau", _card.At("..", Path.GetFileName(_card.Path) + ".key")));
        File.WriteAllText(_card.Path + ".key", Key + "\n");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _station.DisposeAsync();
        File.Delete(_card.Path + ".key");
        _card.Dispose();
    }

    [Fact]
    public void The_binding_file_is_believed_before_any_name()
    {
        _card.Write("DSJ_7654321_123456_20250221030623.MP4", "x"u8);
        var hmac = Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromHexString(Key), "SAMPLE-0001\n1"u8));
        _card.Write("YAOAN.ID", Encoding.UTF8.GetBytes($$"""{"serial":"SAMPLE-0001","issue":1,"hmac":"{{hmac}}"}"""));
        Assert.Equal(new RecorderIdentity("SAMPLE-0001", "SAMPLE-0001", "binding"), Identify());
    }

    [Fact]
    public void A_number_that_all_names_share_is_a_last_resort()
    {
        _card.Write("DSJ_7654321_123456_20250221030623.MP4", "x"u8);
        _card.Write("A11_7654321_123456_20250221030624.MP4", "x"u8);
        _card.Write("notes.txt", "x"u8);
        Assert.Equal(new RecorderIdentity("7654321", "7654321", "name"), Identify());
    }

    [Theory]
    [InlineData("DSJ_7654321_123456_20250221030623.MP4", "DSJ_1234567_123456_20250221030623.MP4")]
    [InlineData("DSJ_0000000_000000_20250221030623.MP4", "clip.mp4")]
    public void Two_numbers_or_zeros_tell_nothing_and_the_slot_is_the_key(params string[] names)
    {
        foreach (var name in names)
            _card.Write(name, "x"u8);
        Assert.Equal(new RecorderIdentity("slot:station-1:1", null, "none"), Identify());
    }

    private RecorderIdentity Identify()
    {
        using var root = new SlotFolder(_card.Path);
        return _station.Get<RecorderIdentifier>().Identify("station-1", new FolderSlot(1, _card.Path), root, root.List().Entries);
    }
}
