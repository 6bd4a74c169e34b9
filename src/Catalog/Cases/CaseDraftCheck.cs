using System.Globalization;

namespace YaoAn.Catalog;

/// <summary>A draft of a case as it would be kept, and what is wrong with it by itself.</summary>
internal static class CaseDraftCheck
{
    public const int LongestNumber = 64, LongestTitle = 120, LongestName = 60, LongestId = 64;

    private const int MostOfficers = 20, MostItems = 20, MostParties = 20;
    private static readonly TimeSpan s_longestActivity = TimeSpan.FromHours(24);

    public static (CaseDraft Wish, IReadOnlyList<Fault> Faults) Clean(CaseDraft draft, CaseRow? before, DateOnly today)
    {
        var check = new DraftCheck();
        var wish = draft with
        {
            Number = before?.Number ?? check.Key("number", draft.Number, LongestNumber),
            Title = check.Optional("title", draft.Title, LongestTitle),
            Unit = check.Required("unit", draft.Unit, UnitTable.LongestCode),
            Officers = Words(check, "officers", draft.Officers, LongestId, MostOfficers),
            Plates = [.. Words(check, "plates", draft.Plates, 16, MostParties).Select(plate => plate.ToUpperInvariant()).Distinct()],
            Parties = Parties(check, draft.Parties),
            OpenedOn = draft.OpenedOn ?? before?.OpenedOn ?? today,
            Activities = [.. draft.Activities.Take(CaseSaveTable.MostActivities).Select(activity => Activity(check, activity))],
        };
        check.OneOf("action", wish.Action, CaseActions.All);
        Day(check, "openedOn", wish.OpenedOn);
        Day(check, "closedOn", wish.ClosedOn);
        if (wish.ClosedOn < wish.OpenedOn)
            check.Add("closedOn", "closed-before-opened");
        foreach (var step in wish.Steps)
        {
            check.OneOf("steps", step.Step, CaseSteps.All);
            if (step.ReachedOn is null)
                check.Add($"steps/{step.Step}", "required");
            Day(check, $"steps/{step.Step}", step.ReachedOn);
        }
        if (draft.Activities.Count > CaseSaveTable.MostActivities)
            check.Add("activities", "too-many", CaseSaveTable.MostActivities.ToString(CultureInfo.InvariantCulture));
        foreach (var twice in wish.Activities.GroupBy(activity => activity.Id).Where(group => group.Count() > 1))
            check.Add("activities", "twice", twice.Key ?? "");
        return (wish, check.Faults);
    }

    private static ActivityDraft Activity(DraftCheck check, ActivityDraft draft)
    {
        var id = check.Key("activities/id", draft.Id, LongestId);
        var at = $"activities/{id}";
        if (draft.Withdrawn)
            return new ActivityDraft { Id = id, Withdrawn = true };
        var wish = draft with
        {
            Id = id,
            Title = check.Optional($"{at}/title", draft.Title, LongestTitle),
            Items = Words(check, $"{at}/items", draft.Items, ChecklistTable.LongestCode, MostItems),
            Officers = Words(check, $"{at}/officers", draft.Officers, LongestId, MostOfficers),
            Place = check.Optional($"{at}/place", draft.Place, LongestTitle),
            From = Micro(draft.From),
            Until = Micro(draft.Until),
        };
        check.OneOf($"{at}/step", wish.Step, CaseSteps.All);
        if (wish.From is null)
            check.Add($"{at}/from", "required");
        if (wish.Until is null)
            check.Add($"{at}/until", "required");
        if (wish.Until <= wish.From)
            check.Add($"{at}/until", "ends-before-begins");
        if (wish.Until - wish.From > s_longestActivity)
            check.Add($"{at}/until", "activity-too-long");
        Day(check, $"{at}/from", wish.From is { } from ? DateOnly.FromDateTime(from.UtcDateTime) : null);
        if (wish.Latitude is null != wish.Longitude is null || wish.Latitude is < -90 or > 90 || wish.Longitude is < -180 or > 180
            || wish.Latitude is double.NaN || wish.Longitude is double.NaN)
            check.Add($"{at}/latitude", "no-place");
        return wish;
    }

    /// <summary>The database keeps whole microseconds: the same draft again has to equal what was kept.</summary>
    private static DateTimeOffset? Micro(DateTimeOffset? time) =>
        time is { } t ? new DateTimeOffset(t.UtcTicks - (t.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null;

    private static List<Party> Parties(DraftCheck check, IReadOnlyList<Party> parties)
    {
        if (parties.Count > MostParties)
            check.Add("parties", "too-many", MostParties.ToString(CultureInfo.InvariantCulture));
        return [.. parties.Take(MostParties).Select(party =>
        {
            check.OneOf("parties", party.Kind, Party.Kinds);
            return party with { Name = check.Required("parties", party.Name, LongestName) };
        })];
    }

    private static List<string> Words(DraftCheck check, string field, IReadOnlyList<string> words, int longest, int most)
    {
        if (words.Count > most)
            check.Add(field, "too-many", most.ToString(CultureInfo.InvariantCulture));
        return [.. words.Take(most).Select(word => check.Optional(field, word, longest)).OfType<string>().Distinct()];
    }

    private static void Day(DraftCheck check, string field, DateOnly? day)
    {
        if (day is { Year: < OfficerTable.FirstYear or > OfficerTable.LastYear })
            check.Add(field, "date-out-of-range");
    }
}
