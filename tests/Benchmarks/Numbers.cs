using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary>Sums of a few measured values.</summary>
internal static class Numbers
{
    /// <summary>Smallest, median, 95th percentile and largest.</summary>
    public static string Percentiles(IReadOnlyCollection<double> values, string unit)
    {
        var sorted = values.Order().ToList();
        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
        return string.Create(
            CultureInfo.InvariantCulture, $"min {sorted[0]:0.00} {unit}, p50 {At(0.5):0.00} {unit}, p95 {At(0.95):0.00} {unit}, max {sorted[^1]:0.00} {unit} over {sorted.Count} runs");
    }

    public static string Rate(long bytes, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / time.TotalSeconds / (1 << 20):0.0} MiB/s");
}
