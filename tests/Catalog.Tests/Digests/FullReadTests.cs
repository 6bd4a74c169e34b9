using System.Security.Cryptography;
using CsCheck;
using Xunit;

namespace YaoAn.Catalog.Tests.Digests;

public sealed class FullReadTests
{
    [Fact]
    public Task Size_and_both_digests_are_those_of_the_whole_however_the_stream_delivers() =>
        Gen.Select(Gen.OneOf(0, 1, 4095, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20), Gen.Int[1, 1 << 20]).SampleAsync(
            async (size, piece) =>
            {
                var bytes = RandomNumberGenerator.GetBytes(size);
                var told = new List<long>();
                var read = await FullRead.OfAsync(new SlowStream(bytes, piece), told.Add, null, CancellationToken.None);
                using var sm3 = new Sm3(openSsl: false);
                sm3.Append(bytes);
                Assert.Equal((size, Sha256Digest.From(SHA256.HashData(bytes)), sm3.Finish()), ((int)read.SizeBytes, read.Sha256, read.Sm3));
                Assert.Equal(told.Order(), told);
                Assert.Equal(size, size == 0 ? 0 : told[^1]);
            },
            iter: 40);

    [Fact]
    public async Task A_stream_that_breaks_gives_no_digest() =>
        await Assert.ThrowsAsync<IOException>(() => FullRead.OfAsync(new SlowStream(new byte[3 << 20], 1 << 20, breaksAt: 2 << 20), null, null, CancellationToken.None));

    [Fact]
    public async Task A_cancelled_read_ends_as_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => FullRead.OfAsync(new SlowStream(new byte[8 << 20], 1 << 20), _ => cancel.Cancel(), null, cancel.Token));
    }

    /// <summary>Gives at most a piece at a time, as networks do.</summary>
    private sealed class SlowStream(byte[] bytes, int piece, long breaksAt = long.MaxValue) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Position >= breaksAt ? throw new IOException("broken") : base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
        }
    }
}
