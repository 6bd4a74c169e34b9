using System.Security.Cryptography;
using System.Text;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Dock;

public sealed class BindingFileTests : IDisposable
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_binding_file_under_the_bureau_s_key_names_the_recorder() => Assert.Equal("DSJ-1234567", Read(Binding("DSJ-1234567", 1)));

    [Fact]
    public void One_under_another_key_names_nothing() => Assert.Null(Read(Binding("DSJ-1234567", 1, RandomNumberGenerator.GetBytes(32))));

    [Fact]
    public void A_changed_serial_or_issue_names_nothing()
    {
        var good = Binding("DSJ-1234567", 1);
        Assert.Null(Read(good.Replace("DSJ-1234567", "DSJ-7654321", StringComparison.Ordinal)));
        Assert.Null(Read(good.Replace("\"issue\":1", "\"issue\":2", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"serial\":\"A\",\"issue\":1}")]
    [InlineData("{\"serial\":\"A\",\"issue\":1,\"hmac\":\"\"}")]
    [InlineData("{\"serial\":\"A\",\"issue\":1,\"hmac\":\"zz\"}")]
    [InlineData("{\"serial\":\"A\",\"issue\":99999999999,\"hmac\":\"00\"}")]
    [InlineData("{\"serial\":null,\"issue\":1,\"hmac\":\"00\"}")]
    public void A_file_that_is_none_names_nothing_and_makes_no_error(string content) => Assert.Null(Read(content));

    [Fact]
    public void Longer_digests_and_longer_files_are_refused()
    {
        Assert.Null(Read(Binding("DSJ-1234567", 1).Replace("\"hmac\":\"", "\"hmac\":\"00", StringComparison.Ordinal)));
        Assert.Null(Read(Binding("DSJ-1234567", 1) + new string(' ', 5000)));
        Assert.Null(Read(Binding(new string('A', 65), 1)));
    }

    [Fact]
    public void Without_a_key_or_a_file_there_is_no_serial()
    {
        using var root = new SlotFolder(_folder.Path);
        Assert.Null(BindingFile.ReadSerial(root, "YAOAN.ID", s_key));
        _folder.Write("YAOAN.ID", Encoding.UTF8.GetBytes(Binding("DSJ-1234567", 1)));
        Assert.Null(BindingFile.ReadSerial(root, "YAOAN.ID", null));
    }

    [Fact]
    public void A_link_to_a_good_file_is_not_followed()
    {
        using var elsewhere = new TempFolder();
        File.CreateSymbolicLink(_folder.At("YAOAN.ID"), elsewhere.Write("good", Encoding.UTF8.GetBytes(Binding("DSJ-1234567", 1))));
        using var root = new SlotFolder(_folder.Path);
        Assert.Null(BindingFile.ReadSerial(root, "YAOAN.ID", s_key));
    }

    private static string Binding(string serial, int issue, byte[]? key = null)
    {
        var hmac = Convert.ToHexStringLower(HMACSHA256.HashData(key ?? s_key, Encoding.UTF8.GetBytes($"{serial}\n{issue}")));
        return $$"""{"serial":"{{serial}}","issue":{{issue}},"hmac":"{{hmac}}"}""";
    }

    private string? Read(string content)
    {
        _folder.Write("YAOAN.ID", Encoding.UTF8.GetBytes(content));
        using var root = new SlotFolder(_folder.Path);
        return BindingFile.ReadSerial(root, "YAOAN.ID", s_key);
    }
}
