using System.Text.RegularExpressions;

namespace YaoAn.Benchmarks;

/// <summary>
/// Query plans as the server ran them, out of its own log (auto_explain): what the programs ask is explained, and no copy of it. While they are watched all is slower.
/// </summary>
internal sealed partial class Plans : IDisposable
{
    private readonly string _cluster;
    private readonly string _log;

    private Plans(string cluster, string log)
    {
        _cluster = cluster;
        _log = log;
        Set("auto_explain.log_min_duration = 0\nauto_explain.log_analyze = on\nauto_explain.log_buffers = on\nauto_explain.log_timing = on\n");
    }

    /// <summary>From now on until it is disposed; null where no server of our own is there.</summary>
    public static Plans? Watch() =>
        Environment.GetEnvironmentVariable("YAOAN_TEST_DB_FOLDER") is { Length: > 0 } cluster && Environment.GetEnvironmentVariable("YAOAN_TEST_DB_LOG") is { Length: > 0 } log ? new Plans(cluster, log) : null;

    /// <summary>Runs something and prints the plans of its queries that took longer than a time, the slowest first.</summary>
    public async Task PrintAsync(string what, double overMilliseconds, Func<Task> run)
    {
        await Task.Delay(TimeSpan.FromSeconds(1));
        var before = new FileInfo(_log).Length;
        await run();
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var log = new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = before;
        var plans = Plan().Matches(await new StreamReader(log).ReadToEndAsync()).Select(found => (Milliseconds: double.Parse(found.Groups["ms"].Value, System.Globalization.CultureInfo.InvariantCulture), found.Value)).ToList();
        Console.WriteLine(FormattableString.Invariant($"   plans of {Uri.UnescapeDataString(what)}: {plans.Count} queries, {plans.Sum(plan => plan.Milliseconds):0.0} ms together while they are measured; those over {overMilliseconds} ms:"));
        foreach (var (_, text) in plans.Where(plan => plan.Milliseconds > overMilliseconds).OrderByDescending(plan => plan.Milliseconds))
            Console.WriteLine("      " + text.TrimEnd().ReplaceLineEndings("\n      "));
    }

    /// <inheritdoc/>
    public void Dispose() => Set("");

    private void Set(string settings)
    {
        File.WriteAllText(Path.Combine(_cluster, "postgresql.auto.conf"), settings);
        var server = int.Parse(File.ReadLines(Path.Combine(_cluster, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
        using var told = System.Diagnostics.Process.Start("kill", ["-HUP", server.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        told.WaitForExit();
    }

    /// <summary>A line with the duration, then the lines of the query and its plan, each begun by a tab.</summary>
    [GeneratedRegex(@"duration: (?<ms>[\d.]+) ms  plan:\n(?:\t.*\n)+")]
    private static partial Regex Plan();
}
