using System.Globalization;

namespace YaoAn.Benchmarks;

/// <summary><c>NAME [--scale S]</c> or <c>all [--scale S]</c>. Below full size the results are checked and the times say nothing.</summary>
internal static class BenchmarkCommand
{
    private const int Good = 0, Finding = 1, Usage = 2, Missing = 3;

    private static readonly (string Name, string What, Func<Scale, Task<bool>> Run)[] s_all =
    [
        ("first-frame", "from the durable line of a 1 GiB H.264 file to playing, on a library page opened before, while the read-back runs", FirstFrame.RunAsync),
        ("copy", "from a folder slot to the durable line, against cp and fsync", Copying.RunAsync),
        ("intake", "02 to intake.json beside cp, sha256sum, rsync, rclone and restic: 50 x 20 MiB and 4 GiB, interleaved", Taking.RunAsync),
        ("intake-curve", "02 beside cp and fsync: 1 to 1,000 small files, one file of 256 KiB to 20 GiB", TakingCurve.RunAsync),
        ("store", "upload of 1 GiB to a bucket and to folders, beside rclone copyto", Storing.RunAsync),
        ("seek", "to any place of a 30 min H.265 film that was never transcoded, until its picture stands there", Seeking.RunAsync),
        ("products", "CPU time of all that is stored of a 10 min H.265 film, against the same ffmpeg command by hand", Products.RunAsync),
        ("dock", "200 files over 8 slots until every tile is green", Docking.RunAsync),
        ("load", "8 x 500 small files, 24 recorders, 8 large files, 10,000 files in one go, 20 GiB to a folder and 5 GiB to a bucket: board, pages, memory and fairness meanwhile", Loading.RunAsync),
        ("upload", "3 GiB by browser over a line that breaks three times, until it is green, with the memory of both programs", Uploading.RunAsync),
        ("lists", "500 recorders, 500 officers, 5 years of allocations: lists at the API and on pages", Listing.RunAsync),
        ("catalog", "5 million clips, 400,000 cases: case, inbox, library and coverage at the API and on pages, with query plans", Cataloguing.RunAsync),
        ("suggest", "suggested links of a generated month against its truth, and the time for a clip", Suggesting.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h"])
        {
            Console.WriteLine(Help());
            return Good;
        }
        if (Parse(arguments) is not { } asked)
        {
            await Console.Error.WriteLineAsync(Help());
            return Usage;
        }
        foreach (var variable in new[] { "YAOAN_TEST_DB", "YAOAN_TEST_APP_DB" })
        {
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 })
            {
                await Console.Error.WriteLineAsync($"{variable} is not set: deploy/bench sets it.");
                return Missing;
            }
        }
        var isGood = true;
        foreach (var (name, what, run) in asked.Benchmarks)
        {
            Console.WriteLine($"== {name}: {what}");
            Console.WriteLine($"   {Machine.Describe()}");
            if (!asked.Scale.IsFull)
                Console.WriteLine(FormattableString.Invariant($"   scale {asked.Scale.Factor}: results are checked, times say nothing"));
            isGood &= await run(asked.Scale);
        }
        return isGood ? Good : Finding;
    }

    private static (IReadOnlyList<(string, string, Func<Scale, Task<bool>>)> Benchmarks, Scale Scale)? Parse(string[] arguments)
    {
        if (arguments is not [var name, .. var rest])
            return null;
        var chosen = name == "all" ? s_all : [.. s_all.Where(one => one.Name == name)];
        double factor;
        switch (rest)
        {
            case []:
                factor = 1;
                break;
            case ["--scale", var text] when double.TryParse(text, CultureInfo.InvariantCulture, out factor) && factor is > 0 and <= 1:
                break;
            default:
                return null;
        }
        return chosen.Length == 0 ? null : (chosen, new Scale(factor));
    }

    private static string Help() => string.Join(
        Environment.NewLine,
        ["deploy/bench NAME [--scale S]   (0 < S <= 1), or all", .. s_all.Select(one => $"  {one.Name,-12} {one.What}")]);
}

/// <summary>How much of the full size is run.</summary>
internal sealed record Scale(double Factor)
{
    public bool IsFull => Factor >= 1;

    public long Bytes(long full) => Math.Max(1 << 20, (long)(full * Factor));

    public int Count(int full, int atLeast) => Math.Max(atLeast, (int)(full * Factor));
}
