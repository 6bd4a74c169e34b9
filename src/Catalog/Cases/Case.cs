namespace YaoAn.Catalog;

/// <summary>How far a case is with those who review it.</summary>
public static class CaseStates
{
    /// <summary>在办.</summary>
    public const string Open = "open";

    /// <summary>待审核.</summary>
    public const string Submitted = "submitted";

    /// <summary>已退回.</summary>
    public const string Returned = "returned";

    /// <summary>已审核.</summary>
    public const string Reviewed = "reviewed";

    /// <summary>已结案: the day it was closed on is known.</summary>
    public const string Closed = "closed";

    /// <summary>In the order a case goes through them.</summary>
    public static IReadOnlyList<string> All { get; } = [Open, Submitted, Returned, Reviewed, Closed];

    /// <summary>Work goes on.</summary>
    public static IReadOnlyList<string> Working { get; } = [Open, Submitted, Returned];

    /// <summary>Where a case may go from a state by a person's decision.</summary>
    public static IReadOnlyList<string> After(string state) => state switch
    {
        Open or Returned => [Submitted],
        Submitted => [Returned, Reviewed],
        Reviewed => [Returned],
        _ => [],
    };
}

/// <summary>How a case came to be here.</summary>
public static class CaseOrigins
{
    /// <summary>Another system sent it.</summary>
    public const string Api = "api";

    /// <summary>A sheet.</summary>
    public const string Sheet = "sheet";

    /// <summary>Somebody typed it.</summary>
    public const string Hand = "hand";

    /// <summary>A patrol without a case: an inspection record, numbered here.</summary>
    public const string Inspection = "inspection";

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [Api, Sheet, Hand, Inspection];
}

/// <summary>Somebody a case is about.</summary>
/// <param name="Name">Full name.</param>
/// <param name="Kind"><c>person</c> or <c>organisation</c>.</param>
public sealed record Party(string? Name, string? Kind)
{
    /// <summary>Both kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["person", "organisation"];

    /// <summary>As lists show it: of a person the first character and the last, 王*明.</summary>
    public string Masked => Kind == "organisation" ? Name ?? "" : Mask(Name ?? "");

    private static string Mask(string name)
    {
        var runes = name.EnumerateRunes().ToList();
        return runes.Count switch
        {
            0 => "",
            1 => "*",
            2 => $"{runes[0]}*",
            _ => $"{runes[0]}{new string('*', Math.Min(runes.Count - 2, 3))}{runes[^1]}",
        };
    }
}

/// <summary>A step of a case and the day it was reached.</summary>
/// <param name="Step">One of <see cref="CaseSteps"/>.</param>
/// <param name="ReachedOn">Day.</param>
public sealed record CaseStepRow(string Step, DateOnly ReachedOn);

/// <summary>An officer as a case names him.</summary>
/// <param name="Number">Staff number.</param>
/// <param name="Name">Name.</param>
public sealed record CaseOfficer(string Number, string Name);

/// <summary>A case.</summary>
public sealed record CaseRow
{
    /// <summary>Id.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>案号.</summary>
    public required string Number { get; init; }

    /// <summary>One of <see cref="CaseActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>What it is about.</summary>
    public string? Title { get; init; }

    /// <summary>Code of the unit that has it.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name.</summary>
    public required string UnitName { get; init; }

    /// <summary>Staff numbers of the officers who have it.</summary>
    public required string[] OfficerNumbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] OfficerNames { get; init; }

    /// <summary>The parties as JSON.</summary>
    public required string PartiesJson { get; init; }

    /// <summary>Number plates.</summary>
    public required string[] Plates { get; init; }

    /// <summary>Day it was opened on.</summary>
    public required DateOnly OpenedOn { get; init; }

    /// <summary>Day it was closed on.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>One of <see cref="CaseStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>One of <see cref="CaseOrigins"/>.</summary>
    public required string Origin { get; init; }

    /// <summary>The checklist it keeps.</summary>
    public required ChecklistId ChecklistId { get; init; }

    /// <summary>Number of that version.</summary>
    public required int Checklist { get; init; }

    /// <summary>Counted with each change of it, its steps or its activities.</summary>
    public required int Version { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The officers who have it.</summary>
    public IReadOnlyList<CaseOfficer> Officers => [.. OfficerNumbers.Zip(OfficerNames, (number, name) => new CaseOfficer(number, name))];

    /// <summary>Whom it is about. Lists show <see cref="Party.Masked"/>.</summary>
    public IReadOnlyList<Party> Parties => CaseJson.Parties(PartiesJson);

    /// <summary>The case as a draft of itself, without steps and activities: saving it again changes nothing.</summary>
    public CaseDraft Draft() => new()
    {
        Number = Number,
        Action = Action,
        Title = Title,
        Unit = Unit,
        Officers = OfficerNumbers,
        Parties = Parties,
        Plates = Plates,
        OpenedOn = OpenedOn,
        ClosedOn = ClosedOn,
    };
}

/// <summary>One dated happening of a case.</summary>
public sealed record ActivityRow
{
    /// <summary>Id.</summary>
    public required ActivityId ActivityId { get; init; }

    /// <summary>Its case.</summary>
    public required CaseId CaseId { get; init; }

    /// <summary>Its id in the system that sent it; unique in the case.</summary>
    public required string ExternalId { get; init; }

    /// <summary>One of <see cref="CaseSteps"/>.</summary>
    public required string Step { get; init; }

    /// <summary>What it was.</summary>
    public string? Title { get; init; }

    /// <summary>Codes of the items that it carries out.</summary>
    public required string[] Items { get; init; }

    /// <summary>Staff numbers of the officers.</summary>
    public required string[] OfficerNumbers { get; init; }

    /// <summary>Their names.</summary>
    public required string[] OfficerNames { get; init; }

    /// <summary>Where.</summary>
    public string? Place { get; init; }

    /// <summary>Degrees north, WGS 84.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    public double? Longitude { get; init; }

    /// <summary>When it began, in true time.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>It is planned and has not been reported yet.</summary>
    public required bool Planned { get; init; }

    /// <summary>Since when it is no longer part of the case; it stays because clips were linked to it.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>Counted with each change of it.</summary>
    public required int Version { get; init; }

    /// <summary>The activity as a draft of itself: saving it again changes nothing, unless it was withdrawn.</summary>
    public ActivityDraft Draft() => new()
    {
        Id = ExternalId,
        Step = Step,
        Title = Title,
        Items = Items,
        Officers = OfficerNumbers,
        Place = Place,
        Latitude = Latitude,
        Longitude = Longitude,
        From = Begins,
        Until = Ends,
        Planned = Planned,
    };

    /// <summary>The officers.</summary>
    public IReadOnlyList<CaseOfficer> Officers => [.. OfficerNumbers.Zip(OfficerNames, (number, name) => new CaseOfficer(number, name))];
}
