using System.Diagnostics;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// What the station's program and all that it started took of the processors from the probe's end to the stored preview, polls and writing included,
/// against ffmpeg alone with the arguments that the catalog names.
/// </summary>
internal static class Products
{
    private const int PartSeconds = 60, Times = 10;
    private const double LimitRatio = 1.05, LimitSeconds = 0.5;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(30);

    public static async Task<bool> RunAsync(Scale scale)
    {
        await using var station = await StationUnderTest.StartAsync(new() { Quick = false, WithPages = false, Slots = 1 });
        var part = scale.Count(PartSeconds, atLeast: 1);
        var film = await Footage.WriteHevcAsync(Path.Combine(station.Data, "run", "film.mp4"), part, Times);
        File.Move(film, Path.Combine(station.Slot(1), "DSJ_ABC1234_123456_20261124103009_0001.mp4"));
        await Wait.UntilAsync("the film is probed", s_deadline, async () => await station.Table.ClipsAsync() is [{ Stage: "probed" or "previewed" or "linked" }]);
        var before = CpuTime.Of(station.Ingest!.ProcessId);
        // The kernel loses the time of a sandbox's processes when it ends: they are looked at while they run.
        var encoders = new Dictionary<int, double>();
        var hours = Stopwatch.StartNew();
        while (await station.Table.ClipsAsync() is not [{ Stage: "previewed" or "linked" }])
        {
            foreach (var encoder in CpuTime.Below(station.Ingest.ProcessId, "ffmpeg"))
                encoders[encoder] = CpuTime.Of(encoder) is var seconds and > 0 ? seconds : encoders.GetValueOrDefault(encoder);
            if (hours.Elapsed > s_deadline)
                throw new TimeoutException("The products were not stored in time.");
            await Task.Delay(100);
        }
        var ours = CpuTime.Of(station.Ingest.ProcessId) - before + encoders.Values.Sum();
        var clip = (await station.Table.ClipsAsync())[0];

        var folder = Directory.CreateDirectory(Path.Combine(station.Data, "run", "by-hand")).FullName;
        var arguments = (await station.Table.PreviewArgumentsAsync(clip.ClipId)).Split(' ')
            .Select(argument => argument.Replace("/in/original", station.StoredFile(clip.ClipId), StringComparison.Ordinal)
                .Replace("/out/", folder + "/", StringComparison.Ordinal).Replace("pipe:1", Path.Combine(folder, "preview.mp4"), StringComparison.Ordinal));
        var begun = CpuTime.OfChildren();
        using (var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-y", .. arguments]))!)
        {
            await ffmpeg.WaitForExitAsync();
            if (ffmpeg.ExitCode != 0)
            {
                Console.WriteLine($"   FAILED: ffmpeg by hand ended with {ffmpeg.ExitCode}");
                return false;
            }
        }
        var byHand = CpuTime.OfChildren() - begun;
        var limit = (byHand * LimitRatio) + LimitSeconds;
        Console.WriteLine(FormattableString.Invariant($"   {part * Times} s of film: {ours:0.0} CPU s; by hand {byHand:0.0} CPU s; wanted: at most {limit:0.0}; load {Machine.Load()}"));
        var isWhole = new FileInfo(Path.Combine(folder, "preview.mp4")).Length > 0 && clip.PreviewState == "ready";
        return isWhole && (!scale.IsFull || ours <= limit);
    }
}
