using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Ingest.Tests.Copy;

/// <summary>The second read of a copy, in steps that end anywhere, on a disk and on a file system in memory.</summary>
public sealed class MediumReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_000_001)]
    [InlineData(3_000_000)]
    public void Each_byte_comes_once_and_in_order_wherever_a_step_ends(int step)
    {
        using var folder = new TempFolder();
        var bytes = Given.Bytes(step == 1 ? 5000 : 3_000_123);
        Assert.Equal(bytes, Read(folder.Write("synced", bytes), step));
    }

    [Fact]
    public void A_file_system_that_lies_in_memory_is_read_as_well()
    {
        var bytes = Given.Bytes(1_500_001);
        var path = Path.Combine("/dev/shm", $"yaoan-test-{Guid.CreateVersion7():N}");
        try
        {
            File.WriteAllBytes(path, bytes);
            Assert.Equal(bytes, Read(path, 700_000));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Read(string path, int step)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Flush(flushToDisk: true);
        using var reader = new MediumReader(file.SafeFileHandle);
        var read = new List<byte>();
        for (long to = step; reader.Position < file.Length; to += step)
        {
            reader.ReadTo(to, piece => read.AddRange(piece), CancellationToken.None);
            Assert.Equal(Math.Min(to, file.Length), reader.Position);
        }
        return [.. read];
    }
}
