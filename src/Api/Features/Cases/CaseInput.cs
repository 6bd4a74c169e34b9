using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>A case as its form has it: texts, as a person typed them.</summary>
internal sealed record CaseInput
{
    private const string DayForm = "yyyy-MM-dd";

    public string? Number { get; set; }

    public string? Action { get; set; }

    public string? Title { get; set; }

    public string? Unit { get; set; }

    public string? Officers { get; set; }

    public string? Plates { get; set; }

    public string? OpenedOn { get; set; }

    public string? ClosedOn { get; set; }

    public List<PartyInput> Parties { get; set; } = [];

    /// <summary>Days, by step.</summary>
    public Dictionary<string, string?> Steps { get; set; } = [];

    public List<ActivityInput> Activities { get; set; } = [];

    /// <summary>A case as it stands; what was withdrawn from it isn't part of it any more.</summary>
    public static CaseInput Of(CaseRow row, IReadOnlyList<CaseStepRow> steps, IReadOnlyList<ActivityRow> activities) => new()
    {
        Number = row.Number,
        Action = row.Action,
        Title = row.Title,
        Unit = row.Unit,
        Officers = CodeList.Text(row.OfficerNumbers),
        Plates = CodeList.Text(row.Plates),
        OpenedOn = Text(row.OpenedOn),
        ClosedOn = Text(row.ClosedOn),
        Parties = [.. row.Parties.Select(party => new PartyInput { Name = party.Name, Kind = party.Kind })],
        Steps = steps.ToDictionary(step => step.Step, step => Text(step.ReachedOn)),
        Activities = [.. activities.Where(activity => activity.WithdrawnAt is null).Select(ActivityInput.Of)],
    };

    /// <summary>What the form wishes. What it doesn't show (coordinates, parts of a second) stays as it stands.</summary>
    /// <param name="number">The case that the address names; null for a new one.</param>
    /// <param name="steps">Steps that it has reached.</param>
    /// <param name="activities">Its activities.</param>
    /// <param name="faults">Takes what can't be read.</param>
    public CaseDraft Draft(string? number, IReadOnlyList<CaseStepRow> steps, IReadOnlyList<ActivityRow> activities, List<Fault> faults) => new()
    {
        Number = number ?? Number,
        Action = Action,
        Title = Title,
        Unit = Unit,
        Officers = CodeList.Of(Officers),
        Plates = CodeList.Of(Plates),
        OpenedOn = Day(OpenedOn, "openedOn", faults),
        ClosedOn = Day(ClosedOn, "closedOn", faults),
        Parties = [.. Parties.Where(party => !string.IsNullOrWhiteSpace(party.Name)).Select(party => new Party(party.Name, party.Kind))],
        Steps = [.. CaseSteps.All.Select(step => new CaseStepDraft(step, Day(Steps.GetValueOrDefault(step), $"steps/{step}", faults))).Where(step => step.ReachedOn is not null)],
        NotReached = [.. steps.Select(step => step.Step).Where(step => string.IsNullOrWhiteSpace(Steps.GetValueOrDefault(step)))],
        Activities = [.. Keyed(activities).Select(activity => activity.Draft(activities.FirstOrDefault(one => one.ExternalId == activity.Key), faults))],
    };

    /// <summary>Gives each new activity an id that no other one of the case has, and leaves out lines that nobody filled in.</summary>
    private List<ActivityInput> Keyed(IReadOnlyList<ActivityRow> activities)
    {
        var taken = activities.Select(activity => activity.ExternalId).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var next = 1;
        foreach (var activity in Activities)
        {
            if (activity.Id is not null && activities.Any(one => one.ExternalId == activity.Id))
            {
                activity.Key = activity.Id;
                continue;
            }
            while (!taken.Add(string.Create(CultureInfo.InvariantCulture, $"H{next}")))
                next++;
            (activity.Id, activity.Key) = (null, string.Create(CultureInfo.InvariantCulture, $"H{next}"));
        }
        return [.. Activities.Where(activity => !activity.IsEmpty)];
    }

    private static string? Text(DateOnly? day) => day?.ToString(DayForm, CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? text, string field, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (DateOnly.TryParseExact(text.Trim(), DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        faults.Add(new Fault(field, "not-a-date"));
        return null;
    }
}

/// <summary>Somebody a case is about, as typed.</summary>
internal sealed record PartyInput
{
    public string? Name { get; set; }

    public string? Kind { get; set; } = "person";
}

/// <summary>An activity as its form has it.</summary>
internal sealed record ActivityInput
{
    private static readonly string[] s_timeForms = ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"];

    /// <summary>Its id; null for a new one.</summary>
    public string? Id { get; set; }

    public string? Step { get; set; }

    public string? Title { get; set; }

    public string? Items { get; set; }

    public string? Officers { get; set; }

    public string? Place { get; set; }

    public string? From { get; set; }

    public string? Until { get; set; }

    public bool Planned { get; set; }

    public bool Withdrawn { get; set; }

    /// <summary>By which faults name it.</summary>
    internal string? Key { get; set; }

    /// <summary>A line that was never filled in.</summary>
    public bool IsEmpty => Id is null && string.IsNullOrWhiteSpace(Title) && string.IsNullOrWhiteSpace(Items) && string.IsNullOrWhiteSpace(From) && string.IsNullOrWhiteSpace(Until);

    public static ActivityInput Of(ActivityRow row) => new()
    {
        Id = row.ExternalId,
        Key = row.ExternalId,
        Step = row.Step,
        Title = row.Title,
        Items = CodeList.Text(row.Items),
        Officers = CodeList.Text(row.OfficerNumbers),
        Place = row.Place,
        From = Text(row.Begins),
        Until = Text(row.Ends),
        Planned = row.Planned,
    };

    public ActivityDraft Draft(ActivityRow? was, List<Fault> faults) => Withdrawn
        ? new ActivityDraft { Id = Key, Withdrawn = true }
        : (was?.Draft() ?? new ActivityDraft()) with
        {
            Id = Key,
            Step = Step,
            Title = Title,
            Items = CodeList.Of(Items),
            Officers = CodeList.Of(Officers),
            Place = Place,
            From = Time(From, was?.Begins, $"activities/{Key}/from", faults),
            Until = Time(Until, was?.Ends, $"activities/{Key}/until", faults),
            Planned = Planned,
        };

    private static string Text(DateTimeOffset at) => ChinaTime.Format(at, s_timeForms[1]);

    /// <summary>A time that was left as it is keeps the parts of its second.</summary>
    private static DateTimeOffset? Time(string? text, DateTimeOffset? was, string field, List<Fault> faults)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (!DateTime.TryParseExact(text.Trim(), s_timeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            faults.Add(new Fault(field, "not-a-time"));
            return null;
        }
        var typed = new DateTimeOffset(time, ChinaTime.Offset);
        return was is { } before && Text(before) == Text(typed) ? before : typed;
    }
}
