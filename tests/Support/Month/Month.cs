using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>A month of a bureau's work as the catalog would come to know it, with the truth beside it.</summary>
public sealed record Month
{
    /// <summary>What it was made by.</summary>
    public required MonthPlan Plan { get; init; }

    /// <summary>Units, all below one bureau, which is the first.</summary>
    public required IReadOnlyList<UnitId> Units { get; init; }

    /// <summary>Officers.</summary>
    public required IReadOnlyList<MonthOfficer> Officers { get; init; }

    /// <summary>Recorders.</summary>
    public required IReadOnlyList<MonthRecorder> Recorders { get; init; }

    /// <summary>Cases.</summary>
    public required IReadOnlyList<MonthCase> Cases { get; init; }

    /// <summary>What happened.</summary>
    public required IReadOnlyList<MonthActivity> Activities { get; init; }

    /// <summary>Dockings, by time.</summary>
    public required IReadOnlyList<MonthSession> Sessions { get; init; }

    /// <summary>Clips.</summary>
    public required IReadOnlyList<MonthClip> Clips { get; init; }
}

/// <summary>An officer.</summary>
public sealed record MonthOfficer(OfficerId Id, string Number, UnitId Unit);

/// <summary>A recorder, with what is wrong with it.</summary>
public sealed record MonthRecorder
{
    /// <summary>Id.</summary>
    public required RecorderId Id { get; init; }

    /// <summary>Serial.</summary>
    public required string Serial { get; init; }

    /// <summary>body or cctv.</summary>
    public required string Kind { get; init; }

    /// <summary>Unit.</summary>
    public required UnitId Unit { get; init; }

    /// <summary>Who has it by the ledger; null for a fixed camera.</summary>
    public MonthOfficer? Holder { get; init; }

    /// <summary>Who else uses it.</summary>
    public IReadOnlyList<MonthOfficer> Sharers { get; init; } = [];

    /// <summary>Entered as shared.</summary>
    public bool Pool { get; init; }

    /// <summary>Number that its files carry.</summary>
    public string? Person { get; init; }

    /// <summary>The officer of that number has it, whatever the ledger says.</summary>
    public MonthOfficer? Taker { get; init; }

    /// <summary>Its clock less the true time.</summary>
    public TimeSpan Drift { get; init; }

    /// <summary>What a reset clock begins at; null: it is never reset.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>Day of work on which it is reset, from 0.</summary>
    public int ResetDay { get; init; }

    /// <summary>Days until somebody sets it.</summary>
    public int ResetDays { get; init; }

    /// <summary>It is reset each morning.</summary>
    public bool ResetDaily { get; init; }

    /// <summary>Its clock was compared.</summary>
    public bool Compared { get; init; }

    /// <summary>It writes where it is.</summary>
    public bool Placed { get; init; }

    /// <summary>It numbers its files.</summary>
    public bool Numbers { get; init; }

    /// <summary>Longest file.</summary>
    public TimeSpan Split { get; init; }
}

/// <summary>A case.</summary>
public sealed record MonthCase(CaseId Id, string Number, string Action, UnitId Unit)
{
    /// <summary>How far it is: index into <see cref="CaseSteps.All"/>.</summary>
    public int Step { get; set; }

    /// <summary>Officers of all its activities.</summary>
    public HashSet<OfficerId> Officers { get; } = [];
}

/// <summary>A happening: what was true, and what was entered.</summary>
public sealed record MonthActivity
{
    /// <summary>Id.</summary>
    public required ActivityId Id { get; init; }

    /// <summary>Case.</summary>
    public required MonthCase Case { get; init; }

    /// <summary>Step.</summary>
    public required string Step { get; init; }

    /// <summary>Items that it carries out.</summary>
    public required IReadOnlyList<ChecklistItem> Items { get; init; }

    /// <summary>Who was there.</summary>
    public required IReadOnlyList<MonthOfficer> Present { get; init; }

    /// <summary>Who was entered.</summary>
    public required IReadOnlyList<OfficerId> Entered { get; init; }

    /// <summary>When it truly began.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it truly ended.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Begin as entered.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>End as entered.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Where it truly was.</summary>
    public required (double Latitude, double Longitude) Place { get; init; }

    /// <summary>Where it was entered to be.</summary>
    public (double Latitude, double Longitude)? OnMap { get; init; }

    /// <summary>When it was planned, and for when; null: it wasn't.</summary>
    public (DateTimeOffset At, DateTimeOffset Begins, DateTimeOffset Ends)? Plan { get; init; }

    /// <summary>When it was entered.</summary>
    public required DateTimeOffset EnteredAt { get; init; }
}

/// <summary>A docking.</summary>
public sealed record MonthSession(SessionId Id, MonthRecorder Recorder, DateTimeOffset At);

/// <summary>A file: what the catalog sees, and what it truly shows.</summary>
public sealed record MonthClip
{
    /// <summary>Id.</summary>
    public required ClipId Id { get; init; }

    /// <summary>Recorder.</summary>
    public required MonthRecorder Recorder { get; init; }

    /// <summary>Docking.</summary>
    public required MonthSession Session { get; init; }

    /// <summary>Kind.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>It has sound.</summary>
    public bool Sound { get; init; }

    /// <summary>True start.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>True end; the start for a photo.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Recorder's clock at the start.</summary>
    public required DateTimeOffset Device { get; init; }

    /// <summary>First file of its recording.</summary>
    public required ClipId Recording { get; init; }

    /// <summary>Number in its name.</summary>
    public long? Sequence { get; init; }

    /// <summary>Where it says it was recorded.</summary>
    public (double Latitude, double Longitude)? Place { get; init; }

    /// <summary>What it shows.</summary>
    public required IReadOnlySet<(ActivityId Activity, string Item)> Truth { get; init; }

    /// <summary>What it counts as.</summary>
    public Methods Methods => Kind switch
    {
        ClipKind.Photo => Methods.Photo,
        ClipKind.Audio => Methods.Audio,
        _ => Methods.Video | (Sound ? Methods.Audio : Methods.None) | (Recorder.Kind == "cctv" ? Methods.Cctv : Methods.None),
    };
}
