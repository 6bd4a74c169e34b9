using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Localization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// Many decisions about links in one request, in their order, each a transaction of its own. Whoever decides names the version that he saw; what somebody
/// else decided since is told and never overwritten.
/// </summary>
internal static class DecisionsApi
{
    private const int Most = 500;

    public static RouteGroupBuilder MapDecisionsApi(this RouteGroupBuilder api)
    {
        api.MapPost("/links/decisions", DecideAsync).WithName("decideLinks").WithTags("links").RequireAuthorization(nameof(Right.LinkClips))
            .WithSummary("Confirms, rejects, undoes and makes links, and marks clips as not enforcement. One result for each decision; 409 where one met a newer version, with both.")
            .Produces<DecisionsView>(StatusCodes.Status409Conflict);
        return api;
    }

    private static async Task<Results<Ok<DecisionsView>, JsonHttpResult<DecisionsView>>> DecideAsync(
        DecisionsBody body, LinkTable links, NotEnforcementTable notEnforcement, IStringLocalizer<FaultWords> words, HttpContext http, CancellationToken ct)
    {
        if (body.Decisions is not { Count: > 0 and <= Most } decisions)
            throw new ProblemException(ProblemCode.BadRequest);
        var (viewer, by, results) = (http.User.Viewer(), http.By("api"), new List<DecisionView>());
        foreach (var decision in decisions)
            results.Add(await DecideAsync(decision, viewer, by));
        var view = new DecisionsView(results);
        return results.Any(result => result.Outcome == Outcomes.Conflict) ? TypedResults.Json(view, statusCode: StatusCodes.Status409Conflict) : TypedResults.Ok(view);

        async Task<DecisionView> DecideAsync(DecisionBody decision, Viewer viewer, ChangeBy by) => decision switch
        {
            { Do: "confirm", Link: { } link, Version: { } version } => Of(await links.ConfirmAsync(link, version, decision.Note, viewer, by, ct)),
            { Do: "reject", Link: { } link, Version: { } version } => Of(await links.RejectAsync(link, version, decision.Note, viewer, by, ct)),
            { Do: "undo", Link: { } link, Version: { } version } => Of(await links.UndoAsync(link, version, viewer, by, ct)),
            { Do: "part", Link: { } link, Version: { } version } => Of(await links.SetPartAsync(link, version, decision.FromMs, decision.ToMs, viewer, by, ct)),
            { Do: "link", Clip: { } clip, Activity: { } activity, Item: { } item } => Of(await links.CreateAsync(
                new LinkDraft
                {
                    Clip = clip,
                    Activity = activity,
                    Item = item,
                    PartFromMs = decision.FromMs,
                    PartToMs = decision.ToMs,
                    Note = decision.Note,
                    OnlyUnfiled = decision.Filed == FilingStates.Unlinked && decision.Anyway is not true,
                },
                viewer,
                by,
                ct)),
            { Do: "irrelevant", Clip: { } clip, Reason: { } reason } => OfMark(await notEnforcement.MarkAsync(
                clip, reason, decision.Note, decision.Filed == FilingStates.Unlinked && decision.Anyway is not true, viewer, by, ct)),
            { Do: "relevant", Clip: { } clip, Version: { } version } => OfMark(await notEnforcement.TakeBackAsync(clip, version, viewer, by, ct)),
            _ => throw new ProblemException(ProblemCode.BadRequest),
        };

        DecisionView Of(LinkResult result) => new(Outcomes.Of(result.Outcome))
        {
            Link = result.Link is { } link ? DecidedLinkView.Of(link) : null,
            Message = Sentence(result.Faults),
            Errors = Errors(result.Faults),
        };

        DecisionView OfMark(NotEnforcementResult result) => new(Outcomes.Of(result.Outcome))
        {
            Link = result.Link is { } link ? DecidedLinkView.Of(link) : null,
            Filing = result.Filed is { } filed ? new DecidedClipView(filed, result.Mark?.Account, result.Mark?.At, result.Mark?.Reason, result.Mark?.Note, result.Mark?.Version) : null,
            Message = Sentence(result.Faults),
            Errors = Errors(result.Faults),
        };

        string? Sentence(IReadOnlyList<Fault> faults) => faults.Count == 0 ? null : string.Join(' ', faults.Select(words.Sentence));

        IReadOnlyList<FieldProblem>? Errors(IReadOnlyList<Fault> faults) =>
            faults.Count == 0 ? null : [.. faults.Select(fault => new FieldProblem(fault.Field, fault.Code, words.Sentence(fault)))];
    }
}

/// <summary>What became of a decision, for programs.</summary>
internal static class Outcomes
{
    public const string Conflict = "conflict";

    public static string Of(LinkingOutcome outcome) => outcome switch
    {
        LinkingOutcome.Done => "done",
        LinkingOutcome.Unchanged => "unchanged",
        LinkingOutcome.Conflict => Conflict,
        LinkingOutcome.NotFound => "not-found",
        LinkingOutcome.Refused => "refused",
    };
}

/// <summary>Decisions in their order.</summary>
/// <param name="Decisions">1 to 500.</param>
internal sealed record DecisionsBody(IReadOnlyList<DecisionBody>? Decisions);

/// <summary>One decision.</summary>
internal sealed record DecisionBody
{
    [Description("confirm, reject, undo, part (link and version); link (clip, activity, item); irrelevant (clip, reason), relevant (clip, version).")]
    public string? Do { get; init; }

    public LinkId? Link { get; init; }

    [Description("Version that the caller saw.")]
    public int? Version { get; init; }

    public ClipId? Clip { get; init; }

    public ActivityId? Activity { get; init; }

    [Description("Code of an item of the activity.")]
    public string? Item { get; init; }

    [Description("Start of the part, in ms of the clip.")]
    public long? FromMs { get; init; }

    [Description("End of the part.")]
    public long? ToMs { get; init; }

    [Description("unlinked: only as long as nobody has linked the clip.")]
    public string? Filed { get; init; }

    [Description("true: also where somebody else was first.")]
    public bool? Anyway { get; init; }

    [Description("test, accidental, training, private, administrative, other.")]
    public string? Reason { get; init; }

    public string? Note { get; init; }
}

/// <summary>Results, one for each decision.</summary>
internal sealed record DecisionsView(IReadOnlyList<DecisionView> Results);

/// <summary>What became of a decision.</summary>
/// <param name="Outcome">done, unchanged, conflict, not-found, refused.</param>
internal sealed record DecisionView(string Outcome)
{
    /// <summary>The link as it stands now; null where there is none any more.</summary>
    public DecidedLinkView? Link { get; init; }

    /// <summary>Where the clip stands now, for decisions about the clip itself.</summary>
    public DecidedClipView? Filing { get; init; }

    /// <summary>Why not, in words.</summary>
    public string? Message { get; init; }

    public IReadOnlyList<FieldProblem>? Errors { get; init; }
}

/// <summary>A link as it stands now.</summary>
internal sealed record DecidedLinkView(
    LinkId LinkId, int Version, ClipId Clip, string CaseNumber, ActivityId Activity, string Step, string Item, long? FromMs, long? ToMs, string State, bool Auto, string? Account,
    DateTimeOffset? DecidedAt)
{
    public static DecidedLinkView Of(LinkRow row) => new(
        row.LinkId, row.Version, row.ClipId, row.CaseNumber, row.ActivityId, row.Step, row.Item, row.PartFromMs, row.PartToMs, row.State, row.Auto, row.Account, row.DecidedAt);
}

/// <summary>Where a clip stands now.</summary>
/// <param name="State">unlinked, linked or not-enforcement.</param>
/// <param name="Account">Who decided so.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why it is not enforcement.</param>
/// <param name="Note">The same in words.</param>
/// <param name="Version">Version of that mark.</param>
internal sealed record DecidedClipView(string State, string? Account, DateTimeOffset? At, string? Reason, string? Note, int? Version);
