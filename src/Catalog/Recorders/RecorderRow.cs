namespace YaoAn.Catalog;

/// <summary>Kinds of recorders.</summary>
public static class RecorderKinds
{
    /// <summary>All: 执法记录仪, 录音设备, 照相机, 手持终端, 视频监控导出.</summary>
    public static IReadOnlyList<string> All { get; } = ["body", "audio", "camera", "terminal", "cctv"];
}

/// <summary>States of recorders.</summary>
public static class RecorderStates
{
    /// <summary>在用.</summary>
    public const string InUse = "in-use";

    /// <summary>维修.</summary>
    public const string Repair = "repair";

    /// <summary>停用.</summary>
    public const string Retired = "retired";

    /// <summary>遗失.</summary>
    public const string Lost = "lost";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [InUse, Repair, Retired, Lost];
}

/// <summary>What a recorder is to be.</summary>
public sealed record RecorderDraft
{
    /// <summary>Serial, the natural key; its case doesn't count.</summary>
    public required string? Serial { get; init; }

    /// <summary>One of <see cref="RecorderKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of its model; an unknown one is entered with it.</summary>
    public string? Model { get; init; }

    /// <summary>Code of the unit that it belongs to.</summary>
    public string? Unit { get; init; }

    /// <summary>Shared (公用): whoever needs it checks it out, for a shift.</summary>
    public bool Pool { get; init; }

    /// <summary>One of <see cref="RecorderStates"/>.</summary>
    public string? State { get; init; } = RecorderStates.InUse;

    /// <summary>Day of purchase.</summary>
    public DateOnly? BoughtOn { get; init; }

    /// <summary>Last day of warranty.</summary>
    public DateOnly? WarrantyUntil { get; init; }

    /// <summary>Storage in GB of 10⁹ bytes.</summary>
    public int? StorageGb { get; init; }

    /// <summary>Note.</summary>
    public string? Note { get; init; }
}

/// <summary>A recorder as the catalog has it, with who has it now and when it was last in a slot.</summary>
public sealed record RecorderRow
{
    /// <summary>Id.</summary>
    public required RecorderId RecorderId { get; init; }

    /// <summary>Serial.</summary>
    public required string Serial { get; init; }

    /// <summary>One of <see cref="RecorderKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of its model.</summary>
    public string? Model { get; init; }

    /// <summary>Its model lets originals be deleted on it once they are proven to be stored.</summary>
    public bool Releases { get; init; }

    /// <summary>Its unit.</summary>
    public required UnitId UnitId { get; init; }

    /// <summary>Code of its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Name of its unit.</summary>
    public required string UnitName { get; init; }

    /// <summary>Shared.</summary>
    public bool Pool { get; init; }

    /// <summary>One of <see cref="RecorderStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Day of purchase.</summary>
    public DateOnly? BoughtOn { get; init; }

    /// <summary>Last day of warranty.</summary>
    public DateOnly? WarrantyUntil { get; init; }

    /// <summary>Storage in bytes.</summary>
    public long? StorageBytes { get; init; }

    /// <summary>Note.</summary>
    public string? Note { get; init; }

    /// <summary>Grows with each change.</summary>
    public required int Version { get; init; }

    /// <summary>How many binding files were made for it.</summary>
    public int BindingIssue { get; init; }

    /// <summary>Staff number of who has it; null when nobody does.</summary>
    public string? Holder { get; init; }

    /// <summary>Name of who has it.</summary>
    public string? HolderName { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>When it has to be back; null for good.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it was last put into a slot; null if never.</summary>
    public DateTimeOffset? LastDockedAt { get; init; }

    /// <summary>The same as a draft.</summary>
    public RecorderDraft Draft() => new()
    {
        Serial = Serial,
        Kind = Kind,
        Model = Model,
        Unit = Unit,
        Pool = Pool,
        State = State,
        BoughtOn = BoughtOn,
        WarrantyUntil = WarrantyUntil,
        StorageGb = (int?)(StorageBytes / RecorderTable.Gigabyte),
        Note = Note,
    };
}

/// <summary>Which recorders a list shows.</summary>
public sealed record RecorderFilter
{
    /// <summary>States that follow from allocation.</summary>
    public static IReadOnlyList<string> Situations { get; } = ["held", "free", "overdue"];

    /// <summary>Part of the serial, or of the holder's name or staff number.</summary>
    public string? Text { get; init; }

    /// <summary>Code of a unit, with all below it.</summary>
    public string? Unit { get; init; }

    /// <summary>One of <see cref="RecorderKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>One of <see cref="RecorderStates"/>, or <c>held</c>, <c>free</c> (in use and with nobody), <c>overdue</c> (not back in time).</summary>
    public string? State { get; init; }

    /// <summary>Units that the reader may know of; null for all.</summary>
    public Guid[]? Reach { get; init; }

    /// <summary>These serials alone; all if empty.</summary>
    public IReadOnlyList<string> Serials { get; init; } = [];
}

/// <summary>How many recorders there are, by state.</summary>
/// <param name="Count">All.</param>
/// <param name="Held">In use, with an officer.</param>
/// <param name="Free">In use, with nobody.</param>
/// <param name="Overdue">Not back in time.</param>
/// <param name="Repair">Being repaired.</param>
/// <param name="Retired">Out of use.</param>
/// <param name="Lost">Lost or stolen.</param>
public sealed record RecorderCounts(long Count, long Held, long Free, long Overdue, long Repair, long Retired, long Lost);

/// <summary>What happened to a recorder.</summary>
/// <param name="Kind"><c>lost</c>, <c>stolen</c>, <c>damaged</c> or <c>found</c>.</param>
/// <param name="HappenedOn">Day.</param>
/// <param name="Text">What happened.</param>
/// <param name="Account">Who entered it.</param>
/// <param name="At">When it was entered.</param>
public sealed record RecorderIncident(string Kind, DateOnly HappenedOn, string Text, string Account, DateTimeOffset At);
