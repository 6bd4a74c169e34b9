namespace YaoAn.Catalog;

/// <summary>What a marker points out.</summary>
public static class MarkerKinds
{
    /// <summary>其他: takes a note.</summary>
    public const string Free = "free";

    /// <summary>亮证, 告知, 陈述申辩, 签字, 其他.</summary>
    public static IReadOnlyList<string> All { get; } = ["certificate", "notice", "statement", "signature", Free];
}

/// <summary>A note on an instant or a stretch of a clip.</summary>
public sealed record MarkerRow
{
    /// <summary>Id.</summary>
    public required MarkerId MarkerId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>One of <see cref="MarkerKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where it is, in ms of the clip.</summary>
    public required long FromMs { get; init; }

    /// <summary>Where the stretch ends; null for an instant.</summary>
    public long? ToMs { get; init; }

    /// <summary>What happens there.</summary>
    public string? Note { get; init; }

    /// <summary>Who set it, or changed it last.</summary>
    public required string Account { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Counted with each change.</summary>
    public required int Version { get; init; }
}

/// <summary>What a marker is to be.</summary>
/// <param name="Kind">One of <see cref="MarkerKinds"/>.</param>
/// <param name="FromMs">Where, in ms of the clip.</param>
/// <param name="ToMs">Where the stretch ends.</param>
/// <param name="Note">What happens there; <see cref="MarkerKinds.Free"/> takes one.</param>
public sealed record MarkerDraft(string? Kind, long? FromMs, long? ToMs, string? Note);

/// <summary>Answer to a wish about a marker.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Marker">The marker as it stands now; null where there is none.</param>
/// <param name="Faults">What was refused.</param>
public sealed record MarkerResult(LinkingOutcome Outcome, MarkerRow? Marker, params IReadOnlyList<Fault> Faults);
