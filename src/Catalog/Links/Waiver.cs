namespace YaoAn.Catalog;

/// <summary>Why an item needs no footage.</summary>
public static class WaiverKinds
{
    /// <summary>文字替代: a written record suffices.</summary>
    public const string Text = "text";

    /// <summary>缺录说明: footage should be there and isn't, and why.</summary>
    public const string Missing = "missing";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> All { get; } = [Text, Missing];
}

/// <summary>How far a waiver is.</summary>
public static class WaiverStates
{
    /// <summary>待批: a second person has to decide; it doesn't count yet.</summary>
    public const string Waiting = "waiting";

    /// <summary>已批准: the item counts as waived, never as covered.</summary>
    public const string Approved = "approved";

    /// <summary>已驳回.</summary>
    public const string Refused = "refused";

    /// <summary>已撤回.</summary>
    public const string Withdrawn = "withdrawn";
}

/// <summary>A waiver of an item of an activity, or of an item whose activity is missing.</summary>
public sealed record WaiverRow
{
    /// <summary>Id.</summary>
    public required WaiverId WaiverId { get; init; }

    /// <summary>Case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>案号.</summary>
    public required string CaseNumber { get; init; }

    /// <summary>Activity; null where it is the activity that is missing.</summary>
    public ActivityId? ActivityId { get; init; }

    /// <summary>The activity's id in the system that sent it.</summary>
    public string? Activity { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>One of <see cref="WaiverKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>One of <see cref="WaiverStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Account that asked.</summary>
    public required AccountId AskedId { get; init; }

    /// <summary>Its name.</summary>
    public required string AskedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What the second person wrote.</summary>
    public string? Note { get; init; }

    /// <summary>Counted with each change.</summary>
    public required int Version { get; init; }
}

/// <summary>A waiver that somebody asks for.</summary>
public sealed record WaiverDraft
{
    /// <summary>案号.</summary>
    public required string Case { get; init; }

    /// <summary>The activity's id in the system that sent it; null where the activity is missing.</summary>
    public string? Activity { get; init; }

    /// <summary>Code of the item.</summary>
    public string? Item { get; init; }

    /// <summary>One of <see cref="WaiverKinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Why, 2 to 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>Answer to a wish about a waiver.</summary>
/// <param name="Result">What became of it; <see cref="SaveOutcome.Stale"/> too where there is no such case or waiver to this viewer.</param>
/// <param name="Waiver">The waiver as it stands now; null where there is none.</param>
public sealed record WaiverResult(SaveResult Result, WaiverRow? Waiver);
