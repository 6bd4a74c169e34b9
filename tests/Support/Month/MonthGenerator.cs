using System.Globalization;
using YaoAn.Catalog;

namespace YaoAn.Tests.Support;

/// <summary>Makes a <see cref="Month"/>.</summary>
public static class MonthGenerator
{
    /// <summary>The same plan and checklist always give the same month.</summary>
    public static Month Make(MonthPlan plan, IReadOnlyList<ChecklistItem> checklist)
    {
        var random = new Random(plan.Seed);
        var units = Enumerable.Range(0, Math.Max(3, (plan.Officers / 20) + 1)).Select(_ => new UnitId(random.NextGuid())).ToList();
        var officers = Enumerable.Range(1, plan.Officers)
            .Select(number => new MonthOfficer(new OfficerId(random.NextGuid()), (530_000 + number).ToString(CultureInfo.InvariantCulture), units[1 + (number % (units.Count - 1))]))
            .ToList();
        var recorders = Recorders(plan, units, officers, random);
        var work = new MonthWork(plan, checklist, random);
        var (cases, activities) = work.Make(officers);
        var (sessions, clips) = new MonthFootage(plan, work, random).Make(recorders, activities);
        return new Month
        {
            Plan = plan,
            Units = units,
            Officers = officers,
            Recorders = recorders,
            Cases = cases,
            Activities = activities,
            Sessions = sessions,
            Clips = clips,
        };
    }

    /// <summary>A body camera for each officer and a fixed camera for each unit. What goes wrong is dealt out by exact counts.</summary>
    private static List<MonthRecorder> Recorders(MonthPlan plan, List<UnitId> units, List<MonthOfficer> officers, Random random)
    {
        var (drift, reset, wrong, shared) = (Pick(plan.Drift), Pick(plan.Reset), Pick(plan.WrongName), Pick(plan.Shared));
        var compared = Pick(plan.Compared);
        var recorders = new List<MonthRecorder>();
        for (var number = 0; number < officers.Count; number++)
        {
            var officer = officers[number];
            var mates = officers.Where(other => other.Unit == officer.Unit && other != officer).ToList();
            var other = mates[random.Next(mates.Count)];
            var isWrong = wrong.Contains(number);
            recorders.Add(new MonthRecorder
            {
                Id = new RecorderId(random.NextGuid()),
                Serial = $"DSJ-{number + 1:D7}",
                Kind = "body",
                Unit = officer.Unit,
                Holder = officer,
                Person = isWrong ? other.Number : random.NextDouble() < 0.6 ? officer.Number : null,
                Taker = isWrong && random.Next(2) == 0 ? other : null,
                Sharers = shared.Contains(number) ? [.. mates.OrderBy(_ => random.Next()).Take(2)] : [],
                Pool = shared.Contains(number) && random.Next(2) == 0,
                Drift = drift.Contains(number) ? TimeSpan.FromSeconds(random.Next(30, 601) * (random.Next(2) == 0 ? 1 : -1)) : TimeSpan.FromSeconds(random.Next(-15, 16)),
                Epoch = reset.Contains(number) ? new DateTimeOffset(random.Next(2) == 0 ? 1970 : 2000, 1, 1, 0, 0, 0, TimeSpan.Zero) : null,
                ResetDay = random.Next(0, Math.Max(1, plan.WorkDays - 5)),
                ResetDays = random.Next(3, 11),
                ResetDaily = random.Next(2) == 0,
                Compared = compared.Contains(number) && !reset.Contains(number),
                Placed = compared.Contains(number) || random.NextDouble() < (plan.Placed - plan.Compared) / (1 - plan.Compared),
                Numbers = random.NextDouble() < 0.6,
                Split = TimeSpan.FromMinutes(new[] { 10, 15, 20, 30 }[random.Next(4)]),
            });
        }
        recorders.AddRange(units.Skip(1).Select((unit, number) => new MonthRecorder
        {
            Id = new RecorderId(random.NextGuid()),
            Serial = $"CAM-{number + 1:D4}",
            Kind = "cctv",
            Unit = unit,
            Split = TimeSpan.FromHours(1),
        }));
        return recorders;

        HashSet<int> Pick(double share)
        {
            var all = Enumerable.Range(0, officers.Count).ToArray();
            random.Shuffle(all);
            // One at least, so that a small month has it all.
            return [.. all.Take(Math.Max(1, (int)Math.Round(share * officers.Count)))];
        }
    }
}
