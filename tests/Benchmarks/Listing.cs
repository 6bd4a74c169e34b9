using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// Lists of people and equipment after five years: one client, one request after the other, each answer read to its end. What each list has to
/// hold follows from how the years were made, and is checked at every size.
/// </summary>
internal static class Listing
{
    private const int Recorders = 500, Periods = 200, Most = 50;
    private const double LimitMilliseconds = 100;

    public static async Task<bool> RunAsync(Scale scale)
    {
        var recorders = scale.Count(Recorders, atLeast: 5);
        await using var station = await StationUnderTest.StartAsync(new() { WithIngest = false });
        await station.Table.GiveRoleAsync(StationUnderTest.Reviewer, "device_administrator");
        var made = Stopwatch.GetTimestamp();
        await YearsOfEquipment.MakeAsync(station.Table, recorders, Periods);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"   {recorders} recorders, {recorders} officers, {recorders * Periods} allocations made in {Stopwatch.GetElapsedTime(made).TotalSeconds:0.0} s"));
        using var client = await Answers.ClientAsync(station, StationUnderTest.Reviewer);
        var isGood = true;
        foreach (var (path, find) in Lists(recorders))
            isGood &= await Answers.MeasureAsync(client, path, find, scale, LimitMilliseconds);
        return isGood;
    }

    /// <summary>Addresses with what their answers have to hold: null where it is right, else what is wrong.</summary>
    private static IEnumerable<(string Path, Func<string, string?> Fault)> Lists(int recorders)
    {
        var year = DateTime.UtcNow.Year;
        yield return ("/api/v1/recorders", Items(Math.Min(recorders, Most)));
        yield return ("/api/v1/recorders?limit=200", Items(Math.Min(recorders, 200)));
        yield return ("/api/v1/recorders?state=held&unit=BENCH", Items(Math.Min(YearsOfEquipment.Held(recorders), Most)));
        yield return ("/api/v1/recorders?state=overdue", Items(Math.Min(YearsOfEquipment.NotReturned(recorders), Most)));
        yield return ($"/api/v1/recorders?q={YearsOfEquipment.Serial(1)}", Items(1));
        yield return ($"/api/v1/recorders/{YearsOfEquipment.Serial(1)}", Answers.Array("allocations", Most));
        yield return ("/api/v1/officers", Items(Math.Min(recorders, Most)));
        yield return ("/api/v1/officers?q=1&unit=BENCH", json => Items(0)(json) is null ? "nobody was found" : null);
        yield return ("/api/v1/overdue", json => Count(json, "undocked", YearsOfEquipment.Undocked(recorders)) ?? Count(json, "returns", YearsOfEquipment.NotReturned(recorders))
            ?? Count(json, "clock", YearsOfEquipment.BadClock(recorders)) ?? Count(json, "space", YearsOfEquipment.LowSpace(recorders)) ?? Count(json, "standard", 0));
        yield return ("/api/v1/overdue?unit=BENCH-1", json => Count(json, "standard", 0));
        yield return ("/api/v1/overdue/undocked", Answers.Rows(YearsOfEquipment.Undocked(recorders)));
        yield return ("/api/v1/overdue/returns", Answers.Rows(YearsOfEquipment.NotReturned(recorders)));
        yield return ("/api/v1/overdue/clock", Answers.Rows(YearsOfEquipment.BadClock(recorders)));
        yield return ("/api/v1/overdue/space", Answers.Rows(YearsOfEquipment.LowSpace(recorders)));
        yield return ("/api/v1/overdue/standard", Answers.Rows(0));
        yield return ("/recorders", Answers.Holds(YearsOfEquipment.Serial(1)));
        yield return ($"/recorders/{YearsOfEquipment.Serial(1)}", Answers.Holds(YearsOfEquipment.OfficerNumber(Periods % recorders)));
        yield return ("/recorders/ledger", Answers.Holds("</table>"));
        yield return ($"/recorders/ledger?unit=BENCH-1&from={year - 3}-03-01&to={year - 3}-03-31", Answers.Holds(YearsOfEquipment.Serial(1)));
        yield return ("/overdue", Answers.Holds(YearsOfEquipment.Serial(0)));
    }

    private static Func<string, string?> Items(int wanted) => Answers.Array("items", wanted);

    private static string? Count(string json, string name, int wanted) =>
        JsonDocument.Parse(json).RootElement.GetProperty(name).GetInt64() is var found && found == wanted ? null : $"{name} is {found}, wanted {wanted}";
}
