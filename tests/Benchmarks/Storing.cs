using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// The store's own upload of 1 GiB beside <c>rclone copyto</c> of the same file to the same place: a bucket of a real S3 server, a folder of the same file
/// system, and a folder that isn't. The read-back that makes it count as stored is not in the times: nobody else does that.
/// </summary>
internal static class Storing
{
    private const long FullBytes = 1L << 30;
    private const int Rounds = 5;
    private const double LeastShare = 0.8;
    private const string Memory = "/dev/shm";

    public static async Task<bool> RunAsync(Scale scale)
    {
        if (!TestS3.Given)
        {
            Console.WriteLine("   FAILED: YAOAN_TEST_S3 names no server; deploy/bench sets it");
            return false;
        }
        using var folder = new TempFolder();
        var card = await Card.WriteAsync(Path.Combine(folder.Path, "card"), 1, scale.Bytes(FullBytes));
        using var bucket = new BucketContender();
        var isGood = await OneAsync("to a bucket", [await RcloneContender.ToNewBucketAsync(), bucket], card, folder.Path, scale);
        isGood &= await OneAsync("to a folder of the same file system", [new RcloneContender(null), new FolderContender()], card, folder.Path, scale);
        if (!Directory.Exists(Memory) || new DriveInfo(Memory).AvailableFreeSpace < 2 * card.Bytes)
        {
            Console.WriteLine($"   to a folder of another file system: left out, {Memory} has no room");
            return isGood;
        }
        // What lies in memory can't be dropped from it: both read from there.
        var elsewhere = Directory.CreateDirectory(Path.Combine(Memory, Path.GetFileName(folder.Path))).FullName;
        try
        {
            var copy = card with { Folder = elsewhere };
            foreach (var name in card.Digests.Keys)
                File.Copy(Path.Combine(card.Folder, name), Path.Combine(elsewhere, name));
            return await OneAsync("to a folder of another file system", [new RcloneContender(null), new FolderContender()], copy, folder.Path, scale) && isGood;
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static async Task<bool> OneAsync(string where, IReadOnlyList<Contender> contenders, Card card, string folder, Scale scale)
    {
        var all = await Race.RunAsync(contenders, card, folder, scale.Count(Rounds, atLeast: 1));
        Console.WriteLine(FormattableString.Invariant($"   {where}: {card.Bytes / (double)(1 << 20):0.#} MiB, load {Machine.Load()}"));
        Race.Print(all, card);
        if (all.FirstOrDefault(one => one.Fault is not null) is { } wrong)
        {
            Console.WriteLine($"   FAILED: {wrong.Name}: {wrong.Fault}");
            return wrong.IsAbsent && Environment.GetEnvironmentVariable("CI") is not ("true" or "1");
        }
        if (!scale.IsFull || all[0].Median / all[1].Median >= LeastShare)
            return true;
        Console.WriteLine(FormattableString.Invariant($"   FAILED: it has {all[0].Median / all[1].Median:0.00} x the speed of {all[0].Name}, less than {LeastShare}"));
        return false;
    }
}
