using System.Globalization;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>What durable intake costs from one small file to a thousand, and from a small file to one of 20 GiB, beside cp and fsync.</summary>
internal static class TakingCurve
{
    private const long Small = 256 << 10, LargeFrom = 4L << 30;
    private const int Rounds = 3;

    /// <summary>The card, its copy, and what a station leaves free.</summary>
    private const int TimesTheRoom = 3;

    private static readonly (int Files, long Bytes)[] s_cards =
        [(1, Small), (10, Small), (100, Small), (1000, Small), (1, 10 << 20), (1, 100 << 20), (1, 1L << 30), (1, 4L << 30), (1, 20L << 30)];

    public static async Task<bool> RunAsync(Scale scale)
    {
        using var folder = new TempFolder();
        await OwnIntake.WarmUpAsync(folder.Path);
        Console.WriteLine("   | files | size | cp, fsync s | 02 copy s | 02 as it is s | MiB/s | files/s | x cp, fsync | with read-back | CPU s/GiB | load |");
        Console.WriteLine("   |---|---|---|---|---|---|---|---|---|---|---|");
        var isGood = true;
        foreach (var (fullFiles, fullBytes) in s_cards)
        {
            var (files, bytes) = (scale.Count(fullFiles, atLeast: 1), fullBytes == Small ? Small : scale.Bytes(fullBytes));
            if (new DriveInfo(folder.Path).AvailableFreeSpace < TimesTheRoom * files * bytes)
            {
                Console.WriteLine($"   | {files} | {SizeOf(bytes)} | left out: the disk lacks {TimesTheRoom} times the room | | | | | | | | |");
                continue;
            }
            var card = await Card.WriteAsync(Path.Combine(folder.Path, "card"), files, bytes);
            var rounds = fullBytes >= LargeFrom ? 1 : scale.Count(Rounds, atLeast: 1);
            var all = await Race.RunAsync([Peer.CpAndSync, new OwnIntake("02 copy", readsBack: false), new OwnIntake("02 as it is", readsBack: true)], card, folder.Path, rounds);
            Directory.Delete(card.Folder, recursive: true);
            if (all.FirstOrDefault(one => one.Fault is not null) is { } wrong)
            {
                Console.WriteLine($"   FAILED: {files} x {SizeOf(bytes)}: {wrong.Name}: {wrong.Fault}");
                isGood = false;
                continue;
            }
            var (floor, copied, readBack) = (all[0].Median, all[1].Median, all[2].Median);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"   | {files} | {SizeOf(bytes)} | {floor:0.000} | {copied:0.000} | {readBack:0.000} | {card.Bytes / copied / (1 << 20):0} | {files / copied:0.0} | {floor / copied:0.00} | {floor / readBack:0.00} | {all[1].CpuPerGiB(card):0.00} | {Machine.Load()} |"));
        }
        return isGood;
    }

    private static string SizeOf(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
        _ => $"{bytes >> 10} KiB",
    };
}
