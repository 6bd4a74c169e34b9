using System.Diagnostics;
using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary>What one contender took, run by run.</summary>
internal sealed class Times(string name)
{
    public string Name => name;

    public List<TimeSpan> Walls { get; } = [];

    public List<double> CpuSeconds { get; } = [];

    /// <summary>Why there are none, or what was wrong with what it made.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether it is left out because this machine doesn't have it.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Middle of all runs, in seconds.</summary>
    public double Median => Numbers.At([.. Walls.Select(wall => wall.TotalSeconds)], 0.5);

    public double CpuPerGiB(Card card) => Numbers.At(CpuSeconds, 0.5) / (card.Bytes / (double)(1L << 30));
}

/// <summary>
/// Several ways of copying the same card onto the same disk, interleaved: each once a round, and each round begun by another one. Before each the card's
/// files are dropped from memory and nothing waits to be written.
/// </summary>
internal static class Race
{
    private static int s_runs;

    public static async Task<IReadOnlyList<Times>> RunAsync(IReadOnlyList<Contender> contenders, Card card, string folder, int rounds)
    {
        var all = contenders.Select(one => new Times(one.Name) { Fault = one.Absent, IsAbsent = one.Absent is not null }).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var place = 0; place < contenders.Count; place++)
            {
                var one = (round + place) % contenders.Count;
                if (all[one].Fault is not null)
                    continue;
                var (wall, cpu, fault) = await OnceAsync(contenders[one], card, folder, isChecked: round == 0);
                all[one].Walls.Add(wall);
                all[one].CpuSeconds.Add(cpu);
                all[one].Fault = fault;
            }
        }
        return all;
    }

    /// <summary>One run into a folder of its own, which is gone afterwards.</summary>
    public static async Task<(TimeSpan Wall, double CpuSeconds, string? Fault)> OnceAsync(Contender contender, Card card, string folder, bool isChecked)
    {
        // Never the same name again: a journal that was removed lives on in the pool of its library.
        var target = Directory.CreateDirectory(Path.Combine(folder, $"target-{++s_runs:0000}")).FullName;
        try
        {
            var run = await contender.PrepareAsync(card, target);
            await Card.SyncAsync();
            card.ForgetCached();
            var (cpu, started) = (CpuTime.OwnAndChildren(), Stopwatch.GetTimestamp());
            await run();
            var wall = Stopwatch.GetElapsedTime(started);
            cpu = CpuTime.OwnAndChildren() - cpu;
            return (wall, cpu, isChecked ? await contender.FaultAsync(card, target) : null);
        }
        finally
        {
            await contender.EndAsync();
            foreach (var left in Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(target) + "*"))
            {
                if (File.Exists(left))
                    File.Delete(left);
                else
                    Directory.Delete(left, recursive: true);
            }
        }
    }

    /// <summary>A table as the README has them.</summary>
    public static void Print(IReadOnlyList<Times> all, Card card)
    {
        var floor = all[0];
        Console.WriteLine("   | | median s (least–most) | MiB/s | × " + floor.Name + " | CPU s/GiB |");
        Console.WriteLine("   |---|---|---|---|---|");
        foreach (var one in all)
        {
            Console.WriteLine(one.Walls.Count == 0
                ? $"   | {one.Name} | {one.Fault} | | | |"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"   | {one.Name} | {one.Median:0.00} ({one.Walls.Min().TotalSeconds:0.00}–{one.Walls.Max().TotalSeconds:0.00}) | {card.Bytes / one.Median / (1 << 20):0} | {floor.Median / one.Median:0.00} | {one.CpuPerGiB(card):0.00} |{(one.Fault is null ? "" : $" WRONG: {one.Fault}")}"));
        }
    }
}
