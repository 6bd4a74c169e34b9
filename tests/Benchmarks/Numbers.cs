using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary>Sums of a few measured values.</summary>
internal static class Numbers
{
    /// <summary>Smallest, median, 95th percentile and largest.</summary>
    public static string Percentiles(IReadOnlyCollection<double> values, string unit) => string.Create(
        CultureInfo.InvariantCulture,
        $"min {values.Min():0.00} {unit}, p50 {At(values, 0.5):0.00} {unit}, p95 {At(values, 0.95):0.00} {unit}, max {values.Max():0.00} {unit} over {values.Count} runs");

    /// <summary>The value that so large a share of them doesn't exceed.</summary>
    public static double At(IReadOnlyCollection<double> values, double share) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)Math.Ceiling(share * values.Count) - 1));

    public static string Rate(long bytes, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / time.TotalSeconds / (1 << 20):0.0} MiB/s");
}
