using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Makes what officers do in a month: teams, activities, cases, and what is entered of them.</summary>
internal sealed class MonthWork(MonthPlan plan, IReadOnlyList<ChecklistItem> checklist, Random random)
{
    private static readonly TimeSpan s_bureau = TimeSpan.FromHours(8);

    private readonly List<MonthCase> _cases = [];

    /// <summary>Days of work.</summary>
    public IReadOnlyList<DateOnly> Days { get; } = [.. Enumerable.Range(0, 62)
        .Select(plan.First.AddDays)
        .Where(day => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
        .Take(plan.WorkDays)];

    public (IReadOnlyList<MonthCase> Cases, IReadOnlyList<MonthActivity> Activities) Make(IReadOnlyList<MonthOfficer> officers)
    {
        var close = officers.Where(_ => random.NextDouble() < plan.ClosePairs).Select(officer => officer.Id).ToHashSet();
        // Inspections are one activity, other cases some; so many fill the month evenly.
        var perTeamDay = plan.Cases * 2.9 / (officers.Count / 2.0 * Days.Count);
        var slots = new List<Slot>();
        foreach (var day in Days)
        {
            foreach (var unit in officers.GroupBy(officer => officer.Unit))
            {
                var free = unit.ToArray();
                random.Shuffle(free);
                for (var pair = 0; pair + 1 < free.Length; pair += 2)
                    slots.AddRange(DayOf(day, [free[pair], free[pair + 1]], perTeamDay, close));
            }
        }
        var left = slots.Count;
        var activities = new List<MonthActivity>();
        foreach (var slot in slots)
        {
            activities.Add(ActivityOf(slot, random.NextDouble() < (plan.Cases - _cases.Count) / (double)left));
            left--;
        }
        return (_cases, activities);
    }

    /// <summary>An instant of a day, hours by the bureau's clock.</summary>
    public static DateTimeOffset At(DateOnly day, double hours) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), s_bureau).AddHours(hours).ToUniversalTime();

    private List<Slot> DayOf(DateOnly day, IReadOnlyList<MonthOfficer> team, double mean, HashSet<OfficerId> close)
    {
        var count = (int)mean + (random.NextDouble() < mean - (int)mean ? 1 : 0);
        var pairs = team.Any(officer => close.Contains(officer.Id)) && random.Next(2) == 0;
        var slots = new List<Slot>();
        var at = At(day, 8.5 + random.NextDouble());
        var place = PlaceOf();
        for (var number = 0; number < count; number++)
        {
            if (number > 0 && pairs && number == 1)
            {
                at = slots[^1].To.AddMinutes(4 + (random.NextDouble() * 25));
            }
            else if (number > 0)
            {
                at = slots[^1].To.AddMinutes(12 + (random.NextDouble() * 2 * Math.Max(10, (540.0 / count) - 38)));
                place = PlaceOf();
            }
            var length = 6 + (Math.Exp(random.NextDouble() * 2.2) * 5);
            if (at.AddMinutes(length) > At(day, 18.2))
                break;
            slots.Add(new Slot(team, at, at.AddMinutes(length), place));
        }
        return slots;
    }

    private (double, double) PlaceOf() => (25.2 + (random.NextDouble() * 0.6), 101.0 + (random.NextDouble() * 0.6));

    private MonthActivity ActivityOf(Slot slot, bool opens)
    {
        var unit = slot.Team[0].Unit;
        var open = opens ? null : _cases.Where(one => one.Unit == unit && one.Action is "penalty" or "coercion" && one.Step < 6 && one.Unit == unit)
            .OrderByDescending(one => slot.Team.Count(officer => one.Officers.Contains(officer.Id))).ThenBy(one => one.Number, StringComparer.Ordinal)
            .Take(6).OrderBy(_ => random.Next()).FirstOrDefault();
        var one = open;
        if (one is null)
        {
            string[] actions = ["inspection", "inspection", "inspection", "inspection", "penalty", "penalty", "penalty", "penalty", "penalty", "penalty", "penalty", "coercion", "licence", "levy"];
            one = new MonthCase(new CaseId(random.NextGuid()), $"姚交{plan.First.Year}-{_cases.Count + 1:D5}", actions[random.Next(actions.Length)], unit);
            _cases.Add(one);
        }
        var items = checklist.Where(item => item.Action == one.Action && Place(item.Step) >= one.Step)
            .GroupBy(item => Place(item.Step)).OrderBy(step => step.Key).Take(2).OrderBy(_ => random.Next()).FirstOrDefault()?.ToArray()
            ?? [.. checklist.Where(item => item.Action == one.Action)];
        random.Shuffle(items);
        items = items[..(random.NextDouble() < 0.25 && items.Length > 1 ? 2 : 1)];
        one.Step = Place(items[0].Step);
        if (random.NextDouble() < 0.5 && one.Step < 6)
            one.Step++;
        foreach (var officer in slot.Team)
            one.Officers.Add(officer.Id);
        return Entered(slot, one, items);
    }

    private MonthActivity Entered(Slot slot, MonthCase of, ChecklistItem[] items)
    {
        var wrong = random.NextDouble() < plan.HourWrong ? TimeSpan.FromHours(random.Next(2) == 0 ? 1 : -1) : TimeSpan.Zero;
        var minutes = random.NextDouble() < 0.6 ? 5 : 1;
        var begins = Rounded(slot.From + wrong + TimeSpan.FromMinutes((random.NextDouble() * 4) - 2), minutes);
        var ends = Rounded(slot.To + wrong + TimeSpan.FromMinutes((random.NextDouble() * 4) - 2), minutes);
        if (ends <= begins)
            ends = begins.AddMinutes(minutes);
        var day = DateOnly.FromDateTime(slot.From.ToOffset(s_bureau).DateTime);
        var later = random.NextDouble() < 0.65 ? 0 : random.Next(1, 5);
        var off = TimeSpan.FromMinutes((random.NextDouble() * 60) - 30);
        return new MonthActivity
        {
            Id = new ActivityId(random.NextGuid()),
            Case = of,
            Step = items[0].Step!,
            Items = items,
            Present = slot.Team,
            Entered = [.. (random.NextDouble() < plan.OfficerForgotten ? slot.Team.Take(1) : slot.Team).Select(officer => officer.Id)],
            From = slot.From,
            To = slot.To,
            Begins = begins,
            Ends = ends,
            Place = slot.Place,
            OnMap = random.NextDouble() < plan.OnMap ? Near(slot.Place, 200) : null,
            Plan = random.NextDouble() < plan.Planned ? (At(day, -10), Rounded(slot.From + off, 30), Rounded(slot.From + off, 30).AddMinutes(30)) : null,
            EnteredAt = At(day.AddDays(later), 17.6 + (random.NextDouble() * 1.4)),
        };
    }

    /// <summary>A place at most so far from another.</summary>
    public (double Latitude, double Longitude) Near((double Latitude, double Longitude) place, double metres)
    {
        var (far, turn) = (random.NextDouble() * metres / 111_000, random.NextDouble() * 2 * Math.PI);
        return (place.Latitude + (far * Math.Sin(turn)), place.Longitude + (far * Math.Cos(turn)));
    }

    private static int Place(string? step) => CaseSteps.All.ToList().IndexOf(step!);

    private static DateTimeOffset Rounded(DateTimeOffset at, int minutes)
    {
        var step = TimeSpan.FromMinutes(minutes).Ticks;
        return new DateTimeOffset((at.UtcTicks + (step / 2)) / step * step, TimeSpan.Zero);
    }

    private sealed record Slot(IReadOnlyList<MonthOfficer> Team, DateTimeOffset From, DateTimeOffset To, (double, double) Place);
}

/// <summary>Ids by the seed.</summary>
internal static class RandomIds
{
    public static Guid NextGuid(this Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public static string Digits(this Random random, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10).ToString(CultureInfo.InvariantCulture)));
}
