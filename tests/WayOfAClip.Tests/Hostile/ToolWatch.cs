using System.Globalization;

namespace YaoAn.WayOfAClip.Tests.Hostile;

/// <summary>Looks at the tools in the sandbox while they run: how much memory each held, and whether any is left.</summary>
internal sealed class ToolWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly string _data;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="data">Data folder of the station, by which its tools are told from others'.</param>
    public ToolWatch(string data)
    {
        _data = data;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Most memory that one of them held, in bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Processes seen.</summary>
    public HashSet<int> Seen { get; } = [];

    /// <summary>Those that run now: the sandbox names the file that it gives them.</summary>
    public IReadOnlyList<int> Running() => [.. Processes().Where(process => Text(process, "cmdline").Contains(_data, StringComparison.Ordinal) && Text(process, "cmdline").Contains("/in/original", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            // Inside, a tool's arguments name the one file that it sees.
            foreach (var process in Processes().Where(process => Text(process, "cmdline").Contains("/in/original", StringComparison.Ordinal)))
            {
                Seen.Add(process);
                PeakBytes = Math.Max(PeakBytes, ResidentBytes(process));
            }
            await Task.Delay(s_pause);
        }
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0).Where(process => process > 0);

    private static long ResidentBytes(int process)
    {
        var line = Text(process, "status").Split('\n').FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10;
    }

    private static string Text(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended.
        }
    }
}
