namespace YaoAn.Catalog;

/// <summary>One file of a recording.</summary>
public sealed record RecordingPart
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Its name, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Start by the recorder's clock. All parts are by the same clock, so what lies between them doesn't depend on its error.</summary>
    public required DateTimeOffset RecordedFrom { get; init; }

    /// <summary>End by the recorder's clock.</summary>
    public required DateTimeOffset RecordedTo { get; init; }

    /// <summary>Number within the recorder's counter.</summary>
    public long? Sequence { get; init; }
}

/// <summary>What lies between two files.</summary>
public enum SeamKind
{
    /// <summary>Nothing that the clock could tell.</summary>
    Joined,

    /// <summary>Time without a recording; the numbers go on, so it was stopped.</summary>
    Gap,

    /// <summary>Both were recorded at the same time.</summary>
    Overlap,

    /// <summary>Time without a recording, and numbers that no file here has: parts that were never docked, or were removed.</summary>
    Missing,
}

/// <summary>The place where one file ends and the next begins.</summary>
/// <param name="Kind">What lies there.</param>
/// <param name="Length">Of the gap or the overlap.</param>
/// <param name="MissingNumbers">Numbers that no file of this recorder has; empty unless <see cref="SeamKind.Missing"/>.</param>
public sealed record Seam(SeamKind Kind, TimeSpan Length, IReadOnlyList<long> MissingNumbers)
{
    /// <summary>Names of files tell whole seconds: less than this between two of them is no finding.</summary>
    public static readonly TimeSpan ClockStep = TimeSpan.FromSeconds(1);

    /// <summary>A counter that leaps further was reset or set by hand; nothing can be said of what lies between.</summary>
    private const long MostMissing = 100;

    /// <summary>What lies between two files of a series.</summary>
    /// <param name="earlier">The one that began first.</param>
    /// <param name="later">The next one.</param>
    /// <param name="taken">Numbers of all files of that recorder around them, of any class: cameras count photos by the same counter.</param>
    public static Seam Between(RecordingPart earlier, RecordingPart later, IReadOnlySet<long> taken)
    {
        var length = later.RecordedFrom - earlier.RecordedTo;
        if (length < -ClockStep)
            return new Seam(SeamKind.Overlap, -length, []);
        if (length <= ClockStep)
            return new Seam(SeamKind.Joined, TimeSpan.Zero, []);
        var missing = earlier.Sequence is { } from && later.Sequence is { } to && to - from is > 1 and <= MostMissing
            ? Enumerable.Range(1, (int)(to - from - 1)).Select(step => from + step).Where(number => !taken.Contains(number)).ToList()
            : [];
        return new Seam(missing.Count > 0 ? SeamKind.Missing : SeamKind.Gap, length, missing);
    }
}

/// <summary>
/// The recording that a clip belongs to: files of the same recorder, class, channel and kind of which each begins at most
/// <see cref="RecordingTable.LongestSeam"/> after an earlier one ended; and its neighbours, where a part may be missing.
/// </summary>
/// <param name="Parts">Its files in the order of their starts, at least one.</param>
/// <param name="Seams">What lies after each part but the last.</param>
/// <param name="Before">The last file of the same series before it, and what lies between.</param>
/// <param name="After">The first one after it.</param>
public sealed record Recording(
    IReadOnlyList<RecordingPart> Parts, IReadOnlyList<Seam> Seams, (RecordingPart Part, Seam Seam)? Before, (RecordingPart Part, Seam Seam)? After)
{
    /// <summary>Puts parts and neighbours together.</summary>
    /// <param name="parts">In any order, at least one.</param>
    /// <param name="before">Neighbour before them.</param>
    /// <param name="after">Neighbour after them.</param>
    /// <param name="taken">See <see cref="Seam.Between"/>.</param>
    public static Recording Of(IEnumerable<RecordingPart> parts, RecordingPart? before, RecordingPart? after, IReadOnlySet<long> taken)
    {
        var ordered = parts.OrderBy(part => part.RecordedFrom).ThenBy(part => part.ClipId.Value).ToList();
        var last = ordered.MaxBy(part => part.RecordedTo)!;
        return new Recording(
            ordered,
            [.. ordered.Zip(ordered.Skip(1), (earlier, later) => Seam.Between(earlier, later, taken))],
            before is null ? null : (before, Seam.Between(before, ordered[0], taken)),
            after is null ? null : (after, Seam.Between(last, after, taken)));
    }
}
