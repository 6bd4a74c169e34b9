using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary>What a time was measured on.</summary>
internal static class Machine
{
    /// <summary>Cores, memory and the load of the last minute: a time without them says little.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cpu()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):0} GiB, load {Load()}, {Environment.OSVersion.VersionString}");

    /// <summary>Load of the last minute.</summary>
    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Cpu() => File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ", 2)[1] ?? "unknown processor";
}
