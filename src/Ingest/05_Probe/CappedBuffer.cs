using System.Text;

namespace YaoAn.Ingest;

/// <summary>What a tool printed, up to a cap: a hostile file can make it print for ever, what is over the cap is read and dropped.</summary>
internal sealed class CappedBuffer(int maxBytes) : IDisposable
{
    private readonly MemoryStream _kept = new();

    public async Task ReadAsync(Stream output, CancellationToken ct)
    {
        var buffer = new byte[16 << 10];
        int read;
        while ((read = await output.ReadAsync(buffer, ct)) > 0)
            _kept.Write(buffer, 0, (int)Math.Min(read, maxBytes - _kept.Length));
    }

    public string ToText() => Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);

    public void Dispose() => _kept.Dispose();
}
