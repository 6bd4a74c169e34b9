using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Objects;

public sealed class ObjectKeyTests
{
    [Fact]
    public void Keys_are_made_from_ids_alone()
    {
        var clip = ClipId.New(Given.Now);
        var intake = IntakeId.New(Given.Now);
        Assert.Equal($"originals/{clip}/original", ObjectKey.Original(clip).Value);
        Assert.Equal($"originals/{clip}/intake-{intake}.json", ObjectKey.Manifest(clip, intake).Value);
        Assert.Equal($"derived/{clip}/poster.jpg", ObjectKey.Derived(clip, "poster.jpg").Value);
    }

    [Fact]
    public void A_key_tells_what_it_was_made_from()
    {
        var (clip, intake) = (ClipId.New(Given.Now), IntakeId.New(Given.Now));
        Assert.True(ObjectKey.Original(clip).IsOfClip(out var of, out var no));
        Assert.Equal((clip, null), (of, no));
        Assert.True(ObjectKey.Manifest(clip, intake).IsOfClip(out of, out no));
        Assert.Equal((clip, intake), (of, no));
        foreach (var other in (string[])[$"originals/{clip}/original.bak", $"originals/{clip}/intake-.json", $"originals/{clip}/intake-{intake}", $"originals/{clip}", $"derived/{clip}/original", $"originals/x/{clip}/original", "originals/no/original"])
            Assert.False(new ObjectKey(other).IsOfClip(out _, out _), other);
        Assert.False(ObjectKey.TryParse("originals/UP", out _));
        Assert.True(ObjectKey.TryParse("originals/up", out var key));
        Assert.Equal("originals/up", key.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../up")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a/.hidden")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a\n")]
    [InlineData("a\0b")]
    [InlineData("一")]
    public void A_key_that_could_leave_its_place_is_refused(string value) => Assert.Throws<ArgumentException>(() => new ObjectKey(value));

    [Fact]
    public void No_name_of_a_derived_file_leaves_the_clip_s_folder() => Gen.String[Gen.Char["abz09./-~\\ \0\n"], 0, 12].Sample(name =>
    {
        var clip = ClipId.New(Given.Now);
        ObjectKey key;
        try
        {
            key = ObjectKey.Derived(clip, name);
        }
        catch (ArgumentException)
        {
            return;
        }
        Assert.StartsWith($"/store/derived/{clip}/", Path.GetFullPath(Path.Combine("/store", key.Value)), StringComparison.Ordinal);
    });
}
