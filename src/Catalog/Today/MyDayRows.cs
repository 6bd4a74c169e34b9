namespace YaoAn.Catalog;

/// <summary>A recorder that an officer has, and what docking last did with it.</summary>
public sealed record MyRecorder
{
    /// <summary>Serial.</summary>
    public required string Serial { get; init; }

    /// <summary>One of <see cref="RecorderKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Shared.</summary>
    public bool Pool { get; init; }

    /// <summary>Since when the officer has it.</summary>
    public required DateTimeOffset HeldSince { get; init; }

    /// <summary>When it has to be back; null for good.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Station of its last docking; null if it never was in a slot.</summary>
    public string? Station { get; init; }

    /// <summary>Slot of it.</summary>
    public int? Slot { get; init; }

    /// <summary>When it was put in.</summary>
    public DateTimeOffset? AttachedAt { get; init; }

    /// <summary>When it was taken out; null while it is in.</summary>
    public DateTimeOffset? DetachedAt { get; init; }

    /// <summary>It was taken out before all was safe, and not put in since.</summary>
    public bool Early { get; init; }

    /// <summary>Files that were not safe then.</summary>
    public int Missing { get; init; }

    /// <summary>Files that this docking brought.</summary>
    public long Files { get; init; }

    /// <summary>Those of them that are stored and were read back.</summary>
    public long Stored { get; init; }
}

/// <summary>A recording of an officer.</summary>
public sealed record MyClip
{
    /// <summary>Id.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Name of the file, safe to show.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public required ClipStage Stage { get; init; }

    /// <summary>Whether somebody has to act.</summary>
    public required ClipHealth Health { get; init; }

    /// <summary>Serial of its recorder.</summary>
    public string? Recorder { get; init; }

    /// <summary>The best known time.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Length in ms.</summary>
    public long? DurationMs { get; init; }

    /// <summary>How long after its end it was handed in.</summary>
    public TimeSpan? HandedInAfter { get; init; }
}

/// <summary>An officer's recordings of a day in figures.</summary>
/// <param name="Files">Recordings.</param>
/// <param name="SizeBytes">Their length.</param>
/// <param name="Stored">Those that are stored and were read back.</param>
public sealed record MyDayFigures(long Files, long SizeBytes, long Stored);

/// <summary>A recording of a recorder that an officer had at the time, for which nobody is named.</summary>
/// <param name="Recorder">Serial.</param>
/// <param name="At">Best known time of the recording.</param>
/// <param name="Reason">One of <see cref="Unattributed"/>.</param>
public sealed record MyUnattributed(string Recorder, DateTimeOffset At, string Reason);
