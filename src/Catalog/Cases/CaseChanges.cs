using System.Globalization;

namespace YaoAn.Catalog;

/// <summary>What a save changes of a case: its own fields, its steps, its activities.</summary>
internal sealed record CaseChanges(
    bool Fields, IReadOnlyList<CaseStepDraft> Steps, IReadOnlyList<string> NotReached, IReadOnlyList<ActivityDraft> Activities, IReadOnlyList<ActivityRow> Withdrawn)
{
    public bool Any => Fields || Steps.Count > 0 || NotReached.Count > 0 || Activities.Count > 0 || Withdrawn.Count > 0;

    /// <summary>Steps and activities for the event; nothing where none changed.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Facts =>
    [
        .. Steps.Count == 0 ? [] : new KeyValuePair<string, object?>[] { new("steps", Steps.Select(step => $"{step.Step} {step.ReachedOn:O}").ToList()) },
        .. NotReached.Count == 0 ? [] : new KeyValuePair<string, object?>[] { new("notReached", NotReached) },
        .. Activities.Count == 0 ? [] : new KeyValuePair<string, object?>[] { new("activities", Activities.Select(Text).ToList()) },
        .. Withdrawn.Count == 0 ? [] : new KeyValuePair<string, object?>[] { new("withdrawn", Withdrawn.Select(activity => activity.ExternalId).ToList()) },
    ];

    public static CaseChanges Between(CaseDraft wish, CaseRow? before, IReadOnlyList<ActivityRow> activities, IReadOnlyList<CaseStepRow> steps, string unit)
    {
        var known = activities.ToDictionary(activity => activity.ExternalId, StringComparer.Ordinal);
        return new CaseChanges(
            before is null || !CaseFacts.Full(wish, unit).SequenceEqual(CaseFacts.Full(before)),
            [.. wish.Steps.Where(step => !steps.Contains(new CaseStepRow(step.Step!, step.ReachedOn!.Value)))],
            [.. wish.NotReached.Where(gone => steps.Any(step => step.Step == gone) && wish.Steps.All(step => step.Step != gone)).Distinct()],
            [.. wish.Activities.Where(activity => !activity.Withdrawn && !(known.GetValueOrDefault(activity.Id!) is { WithdrawnAt: null } old && Text(old) == Text(activity)))],
            [.. wish.Activities.Where(activity => activity.Withdrawn).Select(activity => known.GetValueOrDefault(activity.Id!)).OfType<ActivityRow>()
                .Where(activity => activity.WithdrawnAt is null)]);
    }

    /// <summary>All of an activity that is kept, in one line.</summary>
    private static string Text(ActivityDraft activity) => Text(
        activity.Id!, activity.Step!, activity.Items, activity.Officers, activity.From!.Value, activity.Until!.Value, activity.Planned, activity.Title, activity.Place,
        activity.Latitude, activity.Longitude);

    private static string Text(ActivityRow activity) => Text(
        activity.ExternalId, activity.Step, activity.Items, activity.OfficerNumbers, activity.Begins, activity.Ends, activity.Planned, activity.Title, activity.Place,
        activity.Latitude, activity.Longitude);

    private static string Text(
        string id, string step, IReadOnlyList<string> items, IReadOnlyList<string> officers, DateTimeOffset from, DateTimeOffset until, bool planned, string? title,
        string? place, double? latitude, double? longitude) => string.Create(
            CultureInfo.InvariantCulture,
            $"{id} {step} {string.Join(',', items)} {string.Join(',', officers).ToUpperInvariant()} {from.UtcDateTime:O}/{until.UtcDateTime:O}{(planned ? " planned" : "")} {title} @ {place} {latitude} {longitude}").TrimEnd();
}

/// <summary>The fields of a case for its events. The log is for ever, so a party stands in it masked.</summary>
internal static class CaseFacts
{
    public static List<KeyValuePair<string, object?>> Of(CaseRow row) => Of(row.Draft(), row.Unit, row.Checklist);

    public static List<KeyValuePair<string, object?>> Of(CaseDraft draft, string unit, int checklist) =>
    [
        new("number", draft.Number),
        new("action", draft.Action),
        new("title", draft.Title),
        new("unit", unit),
        new("officers", string.Join(',', draft.Officers).ToUpperInvariant()),
        new("parties", string.Join('、', draft.Parties.Select(party => party.Masked))),
        new("plates", string.Join(',', draft.Plates)),
        new("openedOn", Day(draft.OpenedOn)),
        new("closedOn", Day(draft.ClosedOn)),
        new("checklist", checklist),
    ];

    /// <summary>The same with whole names, for comparing alone.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Full(CaseDraft draft, string unit) =>
        Of(draft, unit, 0).Append(new("names", string.Join('、', draft.Parties.Select(party => $"{party.Kind} {party.Name}"))));

    public static IEnumerable<KeyValuePair<string, object?>> Full(CaseRow row) => Full(row.Draft(), row.Unit);

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
