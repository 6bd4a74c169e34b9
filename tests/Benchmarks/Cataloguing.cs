using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// Cases, inbox, library and coverage of a bureau with millions of clips, asked for by who sees all, by a squad's reviewer and by an officer. What each answer has to
/// hold follows from how the years were made, and is checked at every size. At full size the plans of the queries are printed. At last recorders are docked: their
/// files may not wait for what the bureau has gathered in years.
/// </summary>
internal static class Cataloguing
{
    private const int Cases = 400_000, Officer = 0, Squad = 0;
    private const int Docked = 80;
    private const double LimitMilliseconds = 50, WeekMilliseconds = 300, PlansOverMilliseconds = 1, DockingPlansOverMilliseconds = 10, MostTimesAsLong = 1.5;
    private static readonly TimeSpan s_toBeLinked = TimeSpan.FromMinutes(5);

    public static async Task<bool> RunAsync(Scale scale)
    {
        var cases = Math.Max(YearsOfCases.Weeks * 4, scale.Count(Cases, atLeast: 0) / YearsOfCases.Weeks * YearsOfCases.Weeks);
        await using var station = await StationUnderTest.StartAsync(new() { WithIngest = false });
        var made = Stopwatch.GetTimestamp();
        await YearsOfCases.MakeAsync(station.Table, cases);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {YearsOfCases.Clips(cases)} clips, {cases} cases made in {Stopwatch.GetElapsedTime(made).TotalSeconds:0} s"));
        var isGood = true;
        foreach (var (who, becomes) in Viewers)
        {
            await station.Table.ExecuteAsync(becomes, new { account = StationUnderTest.Reviewer });
            using var client = await Answers.ClientAsync(station, StationUnderTest.Reviewer);
            Console.WriteLine($"   -- {who}");
            foreach (var (path, fault, limit) in Asked(who, cases))
                isGood &= await Answers.MeasureAsync(client, path, fault, scale, limit);
            if (scale.IsFull && Plans.Watch() is { } watching)
            {
                using var plans = watching;
                foreach (var (path, _, _) in Asked(who, cases))
                    await plans.PrintAsync(path, PlansOverMilliseconds, () => client.GetStringAsync(path));
            }
        }
        return isGood & await DockAsync(station, scale);
    }

    /// <summary>Docks the same into an empty catalog and into the full one, until all is green; then until it is linked.</summary>
    private static async Task<bool> DockAsync(StationUnderTest full, Scale scale)
    {
        var aSlot = scale.Count(Docked, atLeast: Docking.Slots) / Docking.Slots;
        TimeSpan ofNone;
        await using (var empty = await StationUnderTest.StartAsync(new() { WithPages = false }))
            (ofNone, _) = await Docking.DockAsync(empty, aSlot);
        await full.StartIngestAsync();
        var (took, digests) = await Docking.DockAsync(full, aSlot);
        var begun = Stopwatch.GetTimestamp();
        await Wait.UntilAsync("all that was docked is linked", s_toBeLinked, async () => await full.Table.LinkedAsync(digests) == digests.Count);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"   {digests.Count} files docked: {took.TotalSeconds:0.0} s until green, {ofNone.TotalSeconds:0.0} s on an empty catalog; linked {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s later, load {Machine.Load()}"));
        if (!scale.IsFull)
            return true;
        if (Plans.Watch() is { } watching)
        {
            using var plans = watching;
            for (var slot = 1; slot <= Docking.Slots; slot++)
                await full.UndockAsync(slot);
            await plans.PrintAsync("docking", DockingPlansOverMilliseconds, () => Docking.DockAsync(full, aSlot: 1));
        }
        if (took <= ofNone * MostTimesAsLong)
            return true;
        Console.WriteLine($"   FAILED: more than {MostTimesAsLong} times as long");
        return false;
    }

    private const string All = "who sees all", Unit = "a squad's reviewer", Own = "an officer";

    /// <summary>The same account, one after the other: what it is and what it may see.</summary>
    private static readonly (string Who, string Becomes)[] Viewers =
    [
        (All, "select 1"),
        (Unit, $"update account set scope = 'unit', unit_id = (select unit_id from unit where code = 'YEARS-{Squad}') where user_name = @account"),
        (Own,
            $"""
            update account_role set role = 'officer' where account_id = (select account_id from account where user_name = @account);
            update account set scope = 'own' where user_name = @account;
            update officer set account_id = (select account_id from account where user_name = @account) where number = '{YearsOfCases.OfficerNumber(Officer)}';
            """),
    ];

    /// <summary>Addresses with what their answers have to hold, and what they may take.</summary>
    private static IEnumerable<(string Path, Func<string, string?> Fault, double LimitMilliseconds)> Asked(string who, int cases)
    {
        // One in the middle and one of this month, of the squad and of the officer.
        int old = cases / 2 / YearsOfCases.Officers * YearsOfCases.Officers, late = (cases - 1) / YearsOfCases.Officers * YearsOfCases.Officers;
        foreach (var one in new[] { old, late })
        {
            var number = Uri.EscapeDataString(YearsOfCases.Number(one));
            yield return ($"/api/v1/cases/{number}", Case(one), LimitMilliseconds);
            yield return ($"/api/v1/cases/{number}/links", Answers.Rows(Links(one)), LimitMilliseconds);
            yield return ($"/cases/{number}", Answers.Holds(YearsOfCases.Number(one)), LimitMilliseconds);
            yield return ($"/cases/{number}/list", Answers.Holds(YearsOfCases.Name(one)), LimitMilliseconds);
        }
        var seen = Enumerable.Range(0, cases).Where(one => who == All || (one % YearsOfCases.Squads == Squad && (who == Unit || IsOfOfficer(one)))).ToList();
        yield return ("/api/v1/cases", Answers.Array("items", Math.Min(50, seen.Count)), LimitMilliseconds);
        yield return ($"/api/v1/cases?q={late:000000}", Answers.Array("items", 1), LimitMilliseconds);
        yield return ("/cases", Answers.Holds("</table>"), LimitMilliseconds);
        yield return ($"/cases?q={late:000000}", Answers.Holds(YearsOfCases.Number(late)), LimitMilliseconds);
        yield return ("/inbox", Answers.Holds(YearsOfCases.Name(late)[..4]), LimitMilliseconds);
        yield return ("/today", Answers.Holds("<main"), LimitMilliseconds);
        yield return ("/api/v1/clips", Answers.Array("items", 50), LimitMilliseconds);
        yield return ($"/api/v1/clips?q={YearsOfCases.Name(late)}", Answers.Array("items", Clips(late) - (who == Own ? 4 : 0)), LimitMilliseconds);
        yield return ("/clips", Answers.Holds("CASE"), LimitMilliseconds);
        yield return ($"/clips?q={YearsOfCases.Name(old)}", Answers.Holds(YearsOfCases.Name(old)), LimitMilliseconds);
        yield return ($"/clips?case={late:000000}", Answers.Holds(YearsOfCases.Name(late)), LimitMilliseconds);
        yield return ("/clips?filed=unlinked", Answers.Holds("CASE"), LimitMilliseconds);
        yield return ("/clips?filed=suggested", Answers.Holds("CASE"), LimitMilliseconds);
        var (from, to) = YearsOfCases.Week(cases);
        var day = YearsOfCases.Today.AddDays(-10 - YearsOfCases.Weeks * 7 / 2);
        yield return (
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/coverage?from={day:yyyy-MM-dd}&to={day.AddDays(6):yyyy-MM-dd}"),
            json => Week(json, seen.Where(one => one >= from && one < to)),
            WeekMilliseconds);
    }

    private static bool IsOfOfficer(int one) => one / 25 % 20 is 0 or 19;

    private static int Clips(int one) => one % 2 == 0 ? 13 : 12;

    private static int Links(int one) => 11 + (one % 4 == 1 ? 1 : 0);

    private static Func<string, string?> Case(int one) => json =>
    {
        var rows = JsonDocument.Parse(json).RootElement.GetProperty("coverage").EnumerateArray().Where(row => row.GetProperty("state").GetString() != "not-occurred").ToList();
        var satisfied = rows.Count(row => row.GetProperty("state").GetString() == "satisfied");
        var missing = rows.Where(row => row.GetProperty("state").GetString() == "missing").Sum(row => row.GetProperty("missingMs").GetInt64());
        return (rows.Count, satisfied, missing) == (YearsOfCases.Steps, YearsOfCases.Satisfied(one), YearsOfCases.HasGap(one) ? YearsOfCases.MissingMs : 0)
            ? null
            : $"{satisfied} of {rows.Count} items are covered, {missing} ms are missing; wanted {YearsOfCases.Satisfied(one)} of {YearsOfCases.Steps}";
    };

    private static string? Week(string json, IEnumerable<int> cases)
    {
        var wanted = cases.ToList();
        var steps = JsonDocument.Parse(json).RootElement.GetProperty("steps").EnumerateArray().ToList();
        var (required, satisfied) = (steps.Sum(step => step.GetProperty("required").GetInt32()), steps.Sum(step => step.GetProperty("satisfied").GetInt32()));
        return (required, satisfied) == (wanted.Count * YearsOfCases.Steps, wanted.Sum(YearsOfCases.Satisfied))
            ? null
            : $"{satisfied} of {required} items are covered, wanted {wanted.Sum(YearsOfCases.Satisfied)} of {wanted.Count * YearsOfCases.Steps}";
    }
}
