using System.Globalization;

namespace YaoAn.Catalog;

/// <summary>Which clips a list shows. All of it comes from, and goes into, the page's URL.</summary>
public sealed record ClipFilter
{
    /// <summary>Recorded (or, where unknown, received) at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Recorded (or received) before this instant.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Any of these kinds; all if empty.</summary>
    public IReadOnlyList<ClipKind> Kinds { get; init; } = [];

    /// <summary>
    /// Any of <c>verified</c> (stored, read back, not damaged), <c>pending</c> (not yet read back), <c>attention</c>, <c>damaged</c>; all if empty.
    /// </summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Serial of a recorder, whole.</summary>
    public string? Recorder { get; init; }

    /// <summary>Any of <see cref="FilingStates"/>; all if empty.</summary>
    public IReadOnlyList<string> Filed { get; init; } = [];

    /// <summary>Part of the number of a case that it is linked with, or suggested for.</summary>
    public string? Case { get; init; }

    /// <summary>Plate of such a case, whole.</summary>
    public string? Plate { get; init; }

    /// <summary>Code of a unit whose officers recorded it, with all below.</summary>
    public string? Unit { get; init; }

    /// <summary>Staff number or whole name of an officer who recorded it.</summary>
    public string? ByOfficer { get; init; }

    /// <summary>Part of a file name or serial, or the first digits (4 or more) of a SHA-256.</summary>
    public string? Text { get; init; }

    /// <summary>This clip or nothing: whether one that changed belongs to an open list.</summary>
    public ClipId? Only { get; init; }

    /// <summary>Also show sidecars.</summary>
    public bool Sidecars { get; init; }

    /// <summary>Sort by when it was received instead of when it was recorded; both newest first.</summary>
    public bool ByReceived { get; init; }
}

/// <summary>Place in a list: the sort key of the last row seen. New rows never move it (keyset, not offset).</summary>
/// <param name="At">Sort time of that row.</param>
/// <param name="Clip">Its id, which breaks ties.</param>
public readonly record struct ClipCursor(DateTimeOffset At, ClipId Clip)
{
    /// <summary>What .NET and PostgreSQL can both hold: the years 1 to 8300.</summary>
    private const long MinMicroseconds = -62_135_000_000_000_000, MaxMicroseconds = 200_000_000_000_000_000;

    /// <summary>Text form for a URL: microseconds since 1970, '_', id.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}_{Clip}");

    /// <summary>Reads the text form; null for anything else.</summary>
    public static ClipCursor? TryParse(string? text)
    {
        var parts = (text ?? "").Split('_');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds is > MinMicroseconds and < MaxMicroseconds
            && ClipId.TryParse(parts[1], null, out var clip)
            ? new ClipCursor(DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds), clip)
            : null;
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Rows">The rows, newest first.</param>
/// <param name="Next">Where the next page begins; null on the last one.</param>
/// <param name="Previous">Whether there are newer rows than the first one here; null if not asked.</param>
public sealed record ClipPage(IReadOnlyList<ClipRow> Rows, ClipCursor? Next, ClipCursor? Previous);

/// <summary>How many clips a filter matches; exact to <see cref="CountedTo"/>.</summary>
/// <param name="Count">Count, at most one more than that.</param>
/// <param name="SizeBytes">Sum of their lengths.</param>
public sealed record ClipTotals(long Count, long SizeBytes)
{
    /// <summary>Nobody looks through more, and each further thousand makes the list wait.</summary>
    public const int CountedTo = 2_000;
}
