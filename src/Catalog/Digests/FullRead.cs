using System.Security.Cryptography;

namespace YaoAn.Catalog;

/// <summary>What a complete read of some bytes found.</summary>
/// <param name="SizeBytes">Bytes read until the end.</param>
/// <param name="Sha256">Their SHA-256.</param>
/// <param name="Sm3">Their SM3.</param>
public sealed record FullRead(long SizeBytes, Sha256Digest Sha256, Sm3Digest Sm3)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Reads a stream to its end and computes both digests. The next chunk is read while the last one is hashed, each digest on a
    /// thread of its own, since SM3 costs four times what SHA-256 does, and behind whoever plays a clip or docks a recorder meanwhile.
    /// </summary>
    public static async Task<FullRead> OfAsync(Stream stream, Action<long>? progress, GiveWay.Turn? turn, CancellationToken ct)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sm3 = new Sm3();
        using var sha256Thread = new BackgroundThread("SHA-256");
        using var sm3Thread = new BackgroundThread("SM3");
        var front = new byte[ChunkBytes];
        var back = new byte[ChunkBytes];
        long size = 0;
        var length = await stream.ReadAtLeastAsync(front, ChunkBytes, throwOnEndOfStream: false, ct);
        while (length > 0)
        {
            if (turn is not null)
                await turn.PassAsync(ct);
            var (chunk, n) = (front, length);
            var first = sha256Thread.RunAsync(() => sha256.AppendData(chunk, 0, n));
            var second = sm3Thread.RunAsync(() => sm3.Append(chunk.AsSpan(0, n)));
            try
            {
                length = await stream.ReadAtLeastAsync(back, ChunkBytes, throwOnEndOfStream: false, ct);
            }
            finally
            {
                // The digests must not be disposed under a running task, whatever the read did.
                await Task.WhenAll(first, second);
            }
            size += n;
            progress?.Invoke(size);
            (front, back) = (back, front);
        }
        return new FullRead(size, Sha256Digest.From(sha256.GetHashAndReset()), sm3.Finish());
    }
}
