using System.Globalization;
using System.Text.RegularExpressions;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>The fault points as they stand in the sources of the product.</summary>
internal static partial class DeclaredPoints
{
    private const string OfBuckets = "S3Handler.cs";

    /// <summary>Passed by a station whose store is a folder.</summary>
    public static IReadOnlyList<string> OnFolder { get; } = [.. All().Where(site => !site.StartsWith(OfBuckets, StringComparison.Ordinal))];

    /// <summary>Passed where the store is a bucket only.</summary>
    public static IReadOnlyList<string> OnBucket { get; } = [.. All().Where(site => site.StartsWith(OfBuckets, StringComparison.Ordinal))];

    /// <summary>File and line of each.</summary>
    private static IEnumerable<string> All() =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
        where !path.Contains("/obj/", StringComparison.Ordinal)
        from line in File.ReadLines(path).Select((text, at) => (Text: text, Number: at + 1))
        where Call().IsMatch(line.Text)
        select string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}:{line.Number}");

    [GeneratedRegex(@"^\s*FaultPoint\.Pass\(")]
    private static partial Regex Call();
}
