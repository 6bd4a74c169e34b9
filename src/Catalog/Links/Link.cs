using System.Text.Json;

namespace YaoAn.Catalog;

/// <summary>What is known of a link.</summary>
public static class LinkStates
{
    /// <summary>建议: by rule; it never counts.</summary>
    public const string Suggested = "suggested";

    /// <summary>已确认: by a person, or by the unit's policy and then marked so.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>已否定: it isn't suggested again.</summary>
    public const string Rejected = "rejected";
}

/// <summary>Why a link was suggested: a code with what its sentence names. Words are made where they are shown.</summary>
/// <param name="Code">Such as <c>officer</c>, <c>overlap</c>, <c>clock-unsure</c>.</param>
/// <param name="Arguments">What the sentence names.</param>
public sealed record LinkReason(string Code, params IReadOnlyList<string> Arguments)
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    internal static string ToJson(IReadOnlyList<LinkReason> reasons) => JsonSerializer.Serialize(reasons, s_options);

    internal static IReadOnlyList<LinkReason> FromJson(string json) => JsonSerializer.Deserialize<List<LinkReason>>(json, s_options) ?? [];
}

/// <summary>A candidate that a rule found.</summary>
public sealed record LinkSuggestion
{
    /// <summary>Activity.</summary>
    public required ActivityId Activity { get; init; }

    /// <summary>Code of one of its items.</summary>
    public required string Item { get; init; }

    /// <summary>Place among the candidates of the clip, from 1.</summary>
    public required int Rank { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Score { get; init; }

    /// <summary>Why.</summary>
    public required IReadOnlyList<LinkReason> Reasons { get; init; }

    /// <summary>The unit's policy lets it be confirmed without a person.</summary>
    public bool Auto { get; init; }
}

/// <summary>A clip, or a part of it, that shows an item of an activity.</summary>
public sealed record LinkRow
{
    /// <summary>Id.</summary>
    public required LinkId LinkId { get; init; }

    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Its file name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>What it counts as.</summary>
    public required Methods Methods { get; init; }

    /// <summary>Case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>案号.</summary>
    public required string CaseNumber { get; init; }

    /// <summary>Activity.</summary>
    public required ActivityId ActivityId { get; init; }

    /// <summary>Its id in the system that sent it.</summary>
    public required string Activity { get; init; }

    /// <summary>Step of the activity.</summary>
    public required string Step { get; init; }

    /// <summary>Code of the item.</summary>
    public required string Item { get; init; }

    /// <summary>Where the part begins, in ms of the clip; null: with it.</summary>
    public long? PartFromMs { get; init; }

    /// <summary>Where the part ends; null: with the clip.</summary>
    public long? PartToMs { get; init; }

    /// <summary>When what it shows began, in true time where that is known; null where nothing is.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>When it ended; null for a photo.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>One of <see cref="LinkStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Place among the suggestions of its clip.</summary>
    public int? Rank { get; init; }

    /// <summary>0 to 100.</summary>
    public int? Score { get; init; }

    /// <summary>The reasons as JSON.</summary>
    public required string ReasonsJson { get; init; }

    /// <summary>Confirmed by the unit's policy, not by a person.</summary>
    public required bool Auto { get; init; }

    /// <summary>What made it: a rule or a person.</summary>
    public required string MadeBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Who decided; null where a policy did, or nobody.</summary>
    public string? Account { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What he wrote.</summary>
    public string? Note { get; init; }

    /// <summary>Counted with each change.</summary>
    public required int Version { get; init; }

    /// <summary>Why it was suggested.</summary>
    public IReadOnlyList<LinkReason> Reasons => LinkReason.FromJson(ReasonsJson);
}

/// <summary>A link that a person makes.</summary>
public sealed record LinkDraft
{
    /// <summary>Clip.</summary>
    public required ClipId Clip { get; init; }

    /// <summary>Activity.</summary>
    public required ActivityId Activity { get; init; }

    /// <summary>Code of one of its items.</summary>
    public required string Item { get; init; }

    /// <summary>Where the part begins, in ms of the clip; null: with it.</summary>
    public long? PartFromMs { get; init; }

    /// <summary>Where the part ends; null: with the clip.</summary>
    public long? PartToMs { get; init; }

    /// <summary>Only as long as the clip waits: where somebody linked it, or marked it as not enforcement, meanwhile, that is a conflict.</summary>
    public bool OnlyUnfiled { get; init; }

    /// <summary>Note.</summary>
    public string? Note { get; init; }
}

/// <summary>What became of a wish about a link.</summary>
public enum LinkingOutcome
{
    /// <summary>Written, with its event.</summary>
    Done,

    /// <summary>It was so already; nothing was written.</summary>
    Unchanged,

    /// <summary>Somebody decided since the version that the caller knew; nothing was written.</summary>
    Conflict,

    /// <summary>There is no such link, clip or activity to this viewer.</summary>
    NotFound,

    /// <summary>It can't be, see the faults; nothing was written.</summary>
    Refused,
}

/// <summary>Answer to a wish about a link.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Link">The link as it stands now; null where there is none.</param>
/// <param name="Faults">What was refused.</param>
public sealed record LinkResult(LinkingOutcome Outcome, LinkRow? Link, params IReadOnlyList<Fault> Faults);
