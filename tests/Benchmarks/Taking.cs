using System.Globalization;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// Durable intake, up to and with <c>intake.json</c>, beside everybody who copies files: the same files, the same disk, interleaved runs. Fails where it is
/// slower than it may be, where it takes more of the processors, and where anybody who checks what it copies is faster.
/// </summary>
internal static class Taking
{
    private const int Rounds = 5;
    private const double MostCpuSecondsPerGiB = 1.4;

    /// <summary>Least share of the speed of cp and fsync: copied and hashed, and read again from the medium as well.</summary>
    private static readonly (int Files, long Bytes, double LeastCopied, double LeastReadBack)[] s_cards = [(50, 20 << 20, 0.85, 0.6), (1, 4L << 30, 0.65, 0.4)];

    public static async Task<bool> RunAsync(Scale scale)
    {
        using var folder = new TempFolder();
        await OwnIntake.WarmUpAsync(folder.Path);
        Console.WriteLine("   The card's files are dropped from memory before each run (posix_fadvise); every copy ends with an fsync of each file.");
        var isGood = true;
        foreach (var (files, bytes, leastCopied, leastReadBack) in s_cards)
        {
            var card = await Card.WriteAsync(Path.Combine(folder.Path, "card"), files, files == 1 ? scale.Bytes(bytes) : scale.IsFull ? bytes : 1 << 20);
            OwnIntake copied = new("02 copy: hashed, durable", readsBack: false), readBack = new("02 as it is: read again from the medium", readsBack: true);
            var all = await Race.RunAsync([Peer.CpAndSync, copied, readBack, .. Peer.Checking], card, folder.Path, scale.Count(Rounds, atLeast: 1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {files} x {card.Bytes / files / (double)(1 << 20):0.#} MiB, load {Machine.Load()}"));
            Race.Print(all, card);
            foreach (var fault in FaultsOf(all, card, leastCopied, leastReadBack, scale))
            {
                Console.WriteLine($"   FAILED: {fault}");
                isGood = false;
            }
            Directory.Delete(card.Folder, recursive: true);
        }
        return isGood;
    }

    private static IEnumerable<string> FaultsOf(IReadOnlyList<Times> all, Card card, double leastCopied, double leastReadBack, Scale scale)
    {
        var isCi = Environment.GetEnvironmentVariable("CI") is "true" or "1";
        foreach (var one in all.Where(one => one.Fault is not null && (!one.IsAbsent || isCi)))
            yield return $"{one.Name}: {one.Fault}";
        if (!scale.IsFull || all.Take(3).Any(one => one.Fault is not null))
            yield break;
        var (floor, copied, readBack) = (all[0], all[1], all[2]);
        foreach (var (own, least) in new[] { (copied, leastCopied), (readBack, leastReadBack) })
        {
            if (floor.Median / own.Median < least)
                yield return FormattableString.Invariant($"{own.Name} has {floor.Median / own.Median:0.00} x the speed of {floor.Name}, less than {least}");
        }
        if (copied.CpuPerGiB(card) > MostCpuSecondsPerGiB)
            yield return FormattableString.Invariant($"{copied.Name} took {copied.CpuPerGiB(card):0.00} CPU s/GiB, more than {MostCpuSecondsPerGiB}");
        foreach (var peer in all.Skip(3).Where(peer => peer.Walls.Count > 0 && peer.Median < copied.Median))
            yield return $"{peer.Name} is faster than {copied.Name}";
    }
}
