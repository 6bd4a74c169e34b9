using System.Diagnostics;
using System.Globalization;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// A station at its limits, one round after the other: eight slots full of small files, 24 recorders at once, eight large files at once, and ten
/// thousand files in one slot; then the largest file that a folder and a bucket are asked to take, each on a station of its own. Meanwhile the board
/// has to be true and the pages have to answer; Ingest may not grow with what it is given.
/// </summary>
internal static class Loading
{
    private const int Slots = 24;

    /// <summary>One file in so many is a recording, for which there is more to do than for the rest.</summary>
    private const int Recordings = 25;

    private const long LargeBytes = 1L << 30, LargestInFolder = 20L << 30, LargestInBucket = 5L << 30, MostMemory = 300L << 20;
    private const double MostMilliseconds = 1000;
    private static readonly TimeSpan s_mostLateness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(30);

    public static async Task<bool> RunAsync(Scale scale)
    {
        if (!Browser.Given || !TestS3.Given)
        {
            Console.WriteLine("   FAILED: YAOAN_CHROMIUM names no browser or YAOAN_TEST_S3 no server; deploy/bench sets both");
            return false;
        }
        var isGood = await StationAsync(new() { Bucket = null }, async (station, client) =>
            await RoundAsync(station, client, scale, "small", slots: 8, scale.Count(500, atLeast: 5))
            & await RoundAsync(station, client, scale, "small, a recorder each", slots: 24, scale.Count(50, atLeast: 1))
            & await RoundAsync(station, client, scale, "large", slots: 8, files: 1, scale.Bytes(LargeBytes))
            & await RoundAsync(station, client, scale, "small, in one go", slots: 1, scale.Count(10_000, atLeast: 10)));
        foreach (var (what, bucket, bytes) in new[] { ("the largest, to a folder", null, LargestInFolder), ("the largest, to a bucket", TestS3.NewBucketName(), LargestInBucket) })
        {
            isGood &= await StationAsync(
                // Card, spool and store are on one disk here; on a station they are not.
                new() { Bucket = bucket, More = new Dictionary<string, string> { ["Copy__ReserveBytes"] = "1" } },
                (station, client) => RoundAsync(station, client, scale, what, slots: 1, files: 1, scale.Bytes(bytes)));
        }
        return isGood;
    }

    private static async Task<bool> StationAsync(StationSettings settings, Func<StationUnderTest, HttpClient, Task<bool>> rounds)
    {
        await using var station = await StationUnderTest.StartAsync(settings with { Quick = false, Slots = Slots });
        using var client = await Answers.ClientAsync(station, StationUnderTest.Reviewer);
        var isGood = await rounds(station, client);
        Console.WriteLine($"   Ingest held at most {station.Ingest!.PeakBytes >> 20} MiB in all");
        if (station.ErrorsLogged() is [var first, ..])
        {
            Console.WriteLine($"   FAILED: {first}");
            return false;
        }
        return isGood;
    }

    private static async Task<bool> RoundAsync(StationUnderTest station, HttpClient client, Scale scale, string what, int slots, int files, long? bytes = null)
    {
        var digests = new List<byte[]>();
        for (var slot = 1; slot <= slots; slot++)
        {
            for (var file = 0; file < files; file++)
                digests.Add(await WriteAsync(Path.Combine(CardOf(station, slot), $"DSJ_LOAD{slot:000}_123456_20261124000000_{file:00000}"), isRecording: file % Recordings == 0, bytes));
        }
        await Card.SyncAsync();
        await using var watch = new LoadWatch(station, client);
        for (var slot = 1; slot <= slots; slot++)
            Directory.Move(CardOf(station, slot), Path.Combine(station.Slot(slot), "DCIM"));
        var started = Stopwatch.GetTimestamp();
        for (var slot = 1; slot <= slots; slot++)
            await station.GreenAsync(slot, files, s_deadline);
        var took = Stopwatch.GetElapsedTime(started);
        await watch.DisposeAsync();

        var count = slots * files;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"   {slots} slots x {files} files, {what}{(bytes is { } each ? $" ({each >> 20} MiB)" : "")}: {took.TotalSeconds:0.0} s to all green ({count / took.TotalSeconds:0.0} files/s{(bytes is { } size ? ", " + Numbers.Rate(count * size, took) : "")})"));
        watch.Print();
        var faults = watch.Faults(scale, files, s_mostLateness, MostMilliseconds, MostMemory).ToList();
        if (await station.Table.SoundAsync(digests) is var sound && sound != count)
            faults.Add($"{count} files were dropped, {sound} are stored and sound");
        foreach (var fault in faults)
            Console.WriteLine($"   FAILED: {fault}");
        for (var slot = 1; slot <= slots; slot++)
            await station.UndockAsync(slot);
        return faults.Count == 0;
    }

    private static string CardOf(StationUnderTest station, int slot) => Path.Combine(station.Data, "run", $"card-{slot}");

    private static async Task<byte[]> WriteAsync(string path, bool isRecording, long? bytes)
    {
        if (bytes is not { } large)
            return isRecording ? await Footage.WriteSmallAsync(path + ".mp4") : await Footage.WriteRecordAsync(path + ".dat");
        await Footage.WriteNoiseAsync(path + ".bin", large);
        return Convert.FromHexString(await Footage.DigestAsync(path + ".bin"));
    }
}
