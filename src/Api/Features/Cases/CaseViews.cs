using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>What a case is to be; its own fields all count, steps and activities that are not named stay.</summary>
/// <param name="Action">licence, penalty, coercion, levy, fee or inspection.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Unit">Code of the unit.</param>
/// <param name="Officers">Staff numbers.</param>
/// <param name="Parties">Whom it is about.</param>
/// <param name="Plates">Number plates.</param>
/// <param name="OpenedOn">Day; today if not given.</param>
/// <param name="ClosedOn">Day it was closed on.</param>
/// <param name="Steps">Steps that were reached.</param>
/// <param name="Activities">Activities by their ids.</param>
internal sealed record CaseBody(
    string? Action, string? Title, string? Unit, IReadOnlyList<string>? Officers, IReadOnlyList<Party>? Parties, IReadOnlyList<string>? Plates, DateOnly? OpenedOn,
    DateOnly? ClosedOn, IReadOnlyList<CaseStepDraft>? Steps, IReadOnlyList<ActivityBody>? Activities)
{
    public CaseDraft Draft(string? number) => new()
    {
        Number = number,
        Action = Action,
        Title = Title,
        Unit = Unit,
        Officers = Officers ?? [],
        Parties = Parties ?? [],
        Plates = Plates ?? [],
        OpenedOn = OpenedOn,
        ClosedOn = ClosedOn,
        Steps = Steps ?? [],
        Activities = [.. (Activities ?? []).Select(activity => activity.Draft())],
    };
}

/// <summary>What an activity is to be.</summary>
/// <param name="Id">Its id in the system that sends it.</param>
/// <param name="Step">filing, investigation, evidence, review, decision, service or execution.</param>
/// <param name="Title">What it was.</param>
/// <param name="Items">Codes of items of the case's checklist.</param>
/// <param name="Officers">Staff numbers.</param>
/// <param name="Place">Where.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="From">When it began, or shall begin.</param>
/// <param name="Until">When it ended, at most 24 hours later.</param>
/// <param name="Planned">It hasn't been reported yet.</param>
/// <param name="Withdrawn">It is not part of the case any more; all else is left out then.</param>
internal sealed record ActivityBody(
    string? Id, string? Step, string? Title, IReadOnlyList<string>? Items, IReadOnlyList<string>? Officers, string? Place, double? Latitude, double? Longitude,
    DateTimeOffset? From, DateTimeOffset? Until, bool? Planned, bool? Withdrawn)
{
    public ActivityDraft Draft() => new()
    {
        Id = Id,
        Step = Step,
        Title = Title,
        Items = Items ?? [],
        Officers = Officers ?? [],
        Place = Place,
        Latitude = Latitude,
        Longitude = Longitude,
        From = From,
        Until = Until,
        Planned = Planned ?? false,
        Withdrawn = Withdrawn ?? false,
    };
}

/// <summary>Where a case goes.</summary>
/// <param name="State">submitted, returned or reviewed.</param>
/// <param name="Note">Why; what a returned case has to mend.</param>
internal sealed record StateBody(string? State, string? Note);

/// <summary>A case as the API tells of it.</summary>
internal sealed record CaseView(
    string Number, string Action, string? Title, string Unit, string UnitName, IReadOnlyList<CaseOfficer> Officers, IReadOnlyList<Party> Parties, IReadOnlyList<string> Plates,
    DateOnly OpenedOn, DateOnly? ClosedOn, string State, string Origin, int Checklist, SumView Coverage, int Version, DateTimeOffset ChangedAt)
{
    public static CaseView Of(CaseRow row, CaseCoverage coverage, bool masked) => new(
        row.Number, row.Action, row.Title, row.Unit, row.UnitName, row.Officers, [.. row.Parties.Select(party => masked ? party with { Name = party.Masked } : party)],
        row.Plates, row.OpenedOn, row.ClosedOn, row.State, row.Origin, row.Checklist, SumView.Of(coverage), row.Version, row.ChangedAt);
}

/// <summary>Sums of items of activities.</summary>
/// <param name="Required">Needed.</param>
/// <param name="Satisfied">Shown by confirmed footage.</param>
/// <param name="Waived">Waived, which is never coverage.</param>
/// <param name="Lacking">Neither.</param>
/// <param name="Suggested">Of those, how many have suggestions alone.</param>
/// <param name="MissingMs">Time that is missing, in ms.</param>
internal sealed record SumView(int Required, int Satisfied, int Waived, int Lacking, int Suggested, long MissingMs)
{
    public static SumView Of(CaseCoverage sums) => new(sums.Required, sums.Satisfied, sums.Waived, sums.Lacking, sums.Suggested, sums.MissingMs);
}

/// <summary>A case with its steps, activities and coverage.</summary>
internal sealed record CaseDetailView(
    CaseView Case, IReadOnlyList<CaseStepRow> Steps, IReadOnlyList<ActivityView> Activities, IReadOnlyList<CoverageView> Coverage);

/// <summary>An activity; withdrawn ones stay because clips were linked to them.</summary>
internal sealed record ActivityView(
    ActivityId ActivityId, string Id, string Step, string? Title, IReadOnlyList<string> Items, IReadOnlyList<CaseOfficer> Officers, string? Place, double? Latitude,
    double? Longitude, DateTimeOffset From, DateTimeOffset Until, bool Planned, DateTimeOffset? WithdrawnAt, int Version)
{
    public static ActivityView Of(ActivityRow row) => new(
        row.ActivityId, row.ExternalId, row.Step, row.Title, row.Items, row.Officers, row.Place, row.Latitude, row.Longitude, row.Begins, row.Ends, row.Planned,
        row.WithdrawnAt, row.Version);
}

/// <summary>An item of an activity, or an item without one, and what is shown of it. Times are UTC; their ends are not in them.</summary>
internal sealed record CoverageView(
    ActivityId? ActivityId, string Step, string Item, string Mode, string State, IReadOnlyList<Period> Covered, IReadOnlyList<Period> Missing, long MissingMs,
    IReadOnlyList<Period> Suggested, IReadOnlyList<LinkId> ConfirmedLinks, IReadOnlyList<LinkId> SuggestedLinks, WaiverId? Waiver)
{
    public static CoverageView Of(CoverageRow row) => new(
        row.ActivityId, row.Step, row.Item, row.Mode, row.State, row.Covered, row.Missing, row.MissingMs, row.Suggested, row.ConfirmedLinks, row.SuggestedLinks, row.WaiverId);
}

/// <summary>A clip that is linked, or suggested, for an item of an activity.</summary>
internal sealed record CaseLinkView(
    LinkId LinkId, ClipId ClipId, string Name, ActivityId ActivityId, string Item, long? PartFromMs, long? PartToMs, DateTimeOffset? From, DateTimeOffset? Until,
    string State, int? Rank, int? Score, IReadOnlyList<LinkReason> Reasons, bool Auto, string? By, DateTimeOffset? At, int Version)
{
    public static CaseLinkView Of(LinkRow row) => new(
        row.LinkId, row.ClipId, row.DisplayName, row.ActivityId, row.Item, row.PartFromMs, row.PartToMs, row.Starts, row.Ends, row.State, row.Rank, row.Score, row.Reasons,
        row.Auto, row.Account, row.DecidedAt, row.Version);
}
