using System.Text;
using Xunit;

namespace YaoAn.Ingest.Tests;

public sealed class FinderPatternTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void A_finder_pattern_is_seen_from_two_pixels_a_module_on(int module) => Assert.True(FinderPattern.IsIn(Scene(module, dark: 60, light: 170)));

    [Fact]
    public void Little_contrast_in_a_bright_room_is_enough() => Assert.True(FinderPattern.IsIn(Scene(6, dark: 120, light: 170)));

    [Fact]
    public void A_plain_wall_and_a_slope_of_light_hold_none()
    {
        Assert.False(FinderPattern.IsIn(new GreyPicture(640, 360, [.. Enumerable.Repeat((byte)140, 640 * 360)])));
        Assert.False(FinderPattern.IsIn(new GreyPicture(640, 360, [.. Enumerable.Range(0, 640 * 360).Select(i => (byte)(i % 640 * 255 / 640))])));
    }

    [Fact]
    public async Task Pictures_are_read_one_after_the_other_and_a_torn_one_ends_them()
    {
        byte[] one = [.. Encoding.ASCII.GetBytes("P5\n3 2\n255\n"), 1, 2, 3, 4, 5, 6];
        using var stream = new MemoryStream([.. one, .. one, .. one.AsSpan(0, one.Length - 1)]);
        for (var i = 0; i < 2; i++)
        {
            var picture = (await GreyPicture.ReadAsync(stream, default))!;
            Assert.Equal((3, 2), (picture.Width, picture.Height));
            Assert.Equal([1, 2, 3, 4, 5, 6], picture.Pixels);
        }
        Assert.Null(await GreyPicture.ReadAsync(stream, default));
        foreach (var bad in new[] { "", "P6\n1 1\n255\nx", "P5\n-1 1\n255\nx", "P5\n99999 99999\n255\nx", "P5\n1 1\n65535\nx" })
            Assert.Null(await GreyPicture.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(bad)), default));
    }

    /// <summary>One finder pattern on a lit wall.</summary>
    private static GreyPicture Scene(int module, byte dark, byte light)
    {
        const int width = 640, height = 360;
        var pixels = Enumerable.Repeat(light, width * height).ToArray();
        for (var y = 0; y < 7 * module; y++)
        {
            for (var x = 0; x < 7 * module; x++)
            {
                var (row, column) = (y / module, x / module);
                var isDark = row is 0 or 6 || column is 0 or 6 || (row is >= 2 and <= 4 && column is >= 2 and <= 4);
                pixels[((y + 100) * width) + x + 200] = isDark ? dark : light;
            }
        }
        return new GreyPicture(width, height, pixels);
    }
}
