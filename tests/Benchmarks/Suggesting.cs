using System.Diagnostics;
using System.Globalization;
using YaoAn.Catalog;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// A month of 200 officers, 3,000 cases and 40,000 clips with known truth, played day by day: how much of what rules confirm is right, and how much of
/// what is right they suggest first. Three seeds, none of them the one that the rules were written beside.
/// </summary>
internal static class Suggesting
{
    private const double LeastPrecision = 0.98, LeastRecall = 0.90;

    private static readonly int[] s_seeds = [20260901, 31, 4711];

    public static async Task<bool> RunAsync(Scale scale)
    {
        var isGood = true;
        foreach (var seed in scale.IsFull ? s_seeds : s_seeds[..1])
            isGood &= await RunAsync(scale.IsFull ? MonthPlan.Full(seed) : MonthPlan.Part(seed, scale.Factor));
        return isGood;
    }

    private static async Task<bool> RunAsync(MonthPlan plan)
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        try
        {
            var checklists = new ChecklistTable(database.Catalog);
            var current = (await checklists.FindAsync(await checklists.CurrentNumberAsync(CancellationToken.None), CancellationToken.None))!;
            var month = MonthGenerator.Make(plan, await checklists.ItemsAsync(current.ChecklistId, CancellationToken.None));
            var table = new MonthTable(database.AsOwner);
            var play = new MonthPlay(month, table, new SuggestionTable(database.Catalog), new ClipTable(database.Catalog));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"   seed {plan.Seed}: {month.Officers.Count} officers, {month.Cases.Count} cases, {month.Activities.Count} activities, {month.Clips.Count} clips, {month.Clips.Count(clip => clip.Truth.Count == 0)} of them of no activity"));
            var begun = Stopwatch.GetTimestamp();
            await play.RunAsync();
            var took = Stopwatch.GetElapsedTime(begun);
            var links = await table.LinksAsync();
            foreach (var (what, score) in MonthScore.All(month, links))
                Console.WriteLine($"   {what,-18} {score}");
            Console.WriteLine($"   a clip as it comes: {Numbers.Percentiles(play.Milliseconds, "ms")}; {play.Again} rolls decided again; the month {took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s, load {Machine.Load()}");
            var all = MonthScore.Of(month, links, _ => true);
            // Of a few hundred, chance takes some more.
            var slack = plan.Clips < 10_000 ? 0.04 : 0;
            return all.Precision >= LeastPrecision - slack && all.Recall >= LeastRecall - slack;
        }
        finally
        {
            await database.DisposeAsync();
        }
    }
}
