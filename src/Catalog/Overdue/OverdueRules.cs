namespace YaoAn.Catalog;

/// <summary>From when on something is overdue. The bureau's rules; the defaults are the usual ones.</summary>
public sealed record OverdueRules
{
    /// <summary>A recorder is docked at most this long after its duty.</summary>
    public TimeSpan DockWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// A duty ends when its recorder is returned or due back, and at the latest so long after it was issued or taken out of its slot: officers
    /// who have a recorder for good leave no other trace of their shift.
    /// </summary>
    public TimeSpan LongestShift { get; init; } = TimeSpan.FromHours(12);

    /// <summary>A recording is handed in at most this long after its end.</summary>
    public TimeSpan HandInWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How far back recordings handed in late are listed.</summary>
    public TimeSpan LateSince { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A recorder with less of its storage free is low on space, in percent.</summary>
    public int LeastFreePercent { get; init; } = 15;

    /// <summary>A clock that is off by more is shown as a warning.</summary>
    public TimeSpan ClockWarning { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A clock that is off by more is wrong.</summary>
    public TimeSpan ClockWrong { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a clip was handed in late: the best known end of its recording counts. False where nobody knows when it ended.</summary>
    public bool IsLate(ClipRow clip) => clip.HandedInAfter > HandInWithin;
}
