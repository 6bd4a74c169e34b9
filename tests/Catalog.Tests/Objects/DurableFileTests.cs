using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

public sealed class DurableFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_is_there_whole_and_no_temporary_name_stays()
    {
        DurableFile.WriteNew(_folder.At("a"), "one"u8);
        Assert.Equal("one", File.ReadAllText(_folder.At("a")));
        Assert.Equal([_folder.At("a")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_taken_name_is_refused_and_keeps_its_bytes()
    {
        DurableFile.WriteNew(_folder.At("a"), "one"u8);
        Assert.Throws<IOException>(() => DurableFile.WriteNew(_folder.At("a"), "two"u8));
        Assert.Equal("one", File.ReadAllText(_folder.At("a")));
    }

    [Fact]
    public void What_a_crash_left_under_the_temporary_name_is_no_hindrance()
    {
        File.WriteAllText(_folder.At("a.part"), "half of an older try, longer than the new content");
        DurableFile.WriteNew(_folder.At("a"), "one"u8);
        Assert.Equal("one", File.ReadAllText(_folder.At("a")));
        Assert.False(File.Exists(_folder.At("a.part")));
    }

    [Fact]
    public void A_refused_publication_leaves_the_temporary_file()
    {
        File.WriteAllText(_folder.At("a"), "one");
        File.WriteAllText(_folder.At("b.part"), "two");
        Assert.Throws<IOException>(() => DurableFile.PublishNew(_folder.At("b.part"), _folder.At("a")));
        Assert.Equal("two", File.ReadAllText(_folder.At("b.part")));
        Assert.Equal("one", File.ReadAllText(_folder.At("a")));
    }

    [Fact]
    public async Task A_reader_of_a_replaced_file_sees_one_version_or_the_other()
    {
        var (old, young) = (new byte[40_000], Enumerable.Repeat((byte)1, 60_000).ToArray());
        DurableFile.Replace(_folder.At("a"), old);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
                DurableFile.Replace(_folder.At("a"), i % 2 == 0 ? young : old);
        });
        var looks = 0;
        do
        {
            var seen = await File.ReadAllBytesAsync(_folder.At("a"));
            Assert.True(seen.AsSpan().SequenceEqual(old) || seen.AsSpan().SequenceEqual(young), $"{seen.Length} bytes, a mixture");
            looks++;
        }
        while (!writing.IsCompleted);
        await writing;
        Assert.True(looks > 0);
    }

    [Fact]
    public void Folders_are_made_with_their_parents_and_may_exist()
    {
        DurableFile.CreateFolder(_folder.At("a", "b", "c"));
        DurableFile.CreateFolder(_folder.At("a", "b", "c"));
        Assert.True(Directory.Exists(_folder.At("a", "b", "c")));
    }
}
