using System.Globalization;

namespace YaoAn.Ingest;

/// <summary>Progress of a verb that takes long: a bar with rate and time left on a terminal, a plain line every few seconds elsewhere.</summary>
internal sealed class ProgressLine(TimeProvider time) : IDisposable
{
    private const int Width = 24;
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_barInterval = TimeSpan.FromMilliseconds(100);
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly ProgressRate _rate = new();
    private DateTimeOffset _last;

    /// <summary>Shows how far it is, unless that was done a moment ago.</summary>
    /// <param name="counts">Counts in words.</param>
    /// <param name="doneBytes">Bytes done.</param>
    /// <param name="totalBytes">Bytes to do.</param>
    public void Show(string counts, long doneBytes, long totalBytes)
    {
        var now = time.GetUtcNow();
        var rate = _rate.Sample(doneBytes, now);
        if (now - _last < (_terminal ? s_barInterval : s_lineInterval))
            return;
        _last = now;
        var done = totalBytes == 0 ? 0 : Math.Min(1, (double)doneBytes / totalBytes);
        var left = rate > 0 ? TimeSpan.FromSeconds((totalBytes - doneBytes) / rate.Value) : (TimeSpan?)null;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{counts}, {doneBytes / 1e6:0.0}/{totalBytes / 1e6:0.0} MB{(rate > 0 ? $", {rate / 1e6:0.0} MB/s" : "")}{(left > TimeSpan.FromSeconds(1) ? $", {left:hh\\:mm\\:ss} left" : "")}");
        var bar = new string('#', (int)(done * Width)).PadRight(Width, '.');
        Console.Error.Write(_terminal ? $"\r[{bar}] {text}\e[K" : text + "\n");
    }

    /// <summary>Takes the bar away and prints the result.</summary>
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
