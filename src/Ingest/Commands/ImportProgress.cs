using System.Globalization;

namespace YaoAn.Ingest;

/// <summary>Progress of an import: a bar with rate and end on a terminal, plain lines elsewhere.</summary>
internal sealed class ImportProgress(TimeProvider time) : IDisposable
{
    private const int Width = 24;
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(5);
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly ProgressRate _rate = new();
    private DateTimeOffset _lastLine;

    public void Show(ImportCounts counts)
    {
        var now = time.GetUtcNow();
        var rate = _rate.Sample(counts.DoneBytes, now);
        if (!_terminal && now - _lastLine < s_lineInterval)
            return;
        _lastLine = now;
        var done = counts.TotalBytes == 0 ? 0 : (double)counts.DoneBytes / counts.TotalBytes;
        var left = rate > 0 ? TimeSpan.FromSeconds((counts.TotalBytes - counts.DoneBytes) / rate.Value) : (TimeSpan?)null;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"copied {counts.Spooled}/{counts.Total}, stored {counts.Stored + counts.Known + counts.Duplicate}/{counts.Total}, {counts.DoneBytes / 1e6:0.0}/{counts.TotalBytes / 1e6:0.0} MB{(rate > 0 ? $", {rate / 1e6:0.0} MB/s" : "")}{(left > TimeSpan.FromSeconds(1) ? $", {left:hh\\:mm\\:ss} left" : "")}");
        var bar = new string('#', (int)(done * Width)).PadRight(Width, '.');
        Console.Error.Write(_terminal ? $"\r[{bar}] {text}\e[K" : text + "\n");
    }

    public void Finish(string line)
    {
        Dispose();
        Console.WriteLine(line);
    }

    public void Dispose()
    {
        if (_terminal)
            Console.Error.Write("\r\e[K");
    }
}
