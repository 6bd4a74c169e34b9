using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>On an open clip page: from setting the player to a place that nobody has seen yet, to its first picture there.</summary>
internal static class Seeking
{
    private const int PartSeconds = 60, Times = 30, Seeks = 12;
    private const double LimitSeconds = 4;
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(10);

    private const string Seek = """
        async to => {
          const video = document.getElementById('video');
          const begun = performance.now();
          const there = new Promise(resolve => {
            const look = (_, frame) => (Math.abs(frame.mediaTime - to) < 0.5 ? resolve() : video.requestVideoFrameCallback(look));
            video.requestVideoFrameCallback(look);
          });
          video.currentTime = to;
          await Promise.race([there, new Promise((_, fail) => setTimeout(fail, 60000, new Error('no picture within 60 s')))]);
          return (performance.now() - begun) / 1000;
        }
        """;

    public static async Task<bool> RunAsync(Scale scale)
    {
        await using var station = await StationUnderTest.StartAsync(new() { Quick = false, Slots = 1 });
        await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
        var part = scale.Count(PartSeconds, atLeast: 3);
        var film = await Footage.WriteHevcAsync(Path.Combine(station.Data, "run", "film.mp4"), part, Times);
        File.Move(film, Path.Combine(station.Slot(1), "DSJ_ABC1234_123456_20261124103009_0001.mp4"));
        await station.GreenAsync(1, 1, s_deadline);
        var clip = (await station.Table.ClipsAsync())[0];
        var watched = await WatchedPage.OpenAsync(profile, $"/clips/{clip.ClipId}");
        await watched.Page.WaitForFunctionAsync("() => document.getElementById('video')?.readyState >= 2", null, new() { Timeout = (float)s_deadline.TotalMilliseconds });

        // Up and down over the whole length, no place near another.
        var random = new Random(1);
        var seconds = new List<double>();
        for (var seek = 0; seek < scale.Count(Seeks, atLeast: 4); seek++)
        {
            var place = ((seek * 7 % Seeks) + random.NextDouble()) / Seeks * part * Times * 0.99;
            seconds.Add(await watched.Page.EvaluateAsync<double>(Seek, place));
            await watched.Page.WaitForFunctionAsync("() => document.getElementById('video').readyState >= 2");
            var seen = await Playing.LookAsync(watched.Page);
            Console.WriteLine(FormattableString.Invariant($"   to {place:0.0} s: {seconds[^1]:0.00} s, frame {seen?.Width}x{seen?.Height}, load {Machine.Load()}"));
            if (seen is null || seen.Spread < Playing.LeastSpread)
            {
                Console.WriteLine("   FAILED: the frame is blank");
                return false;
            }
            // A person looks before going on.
            await Task.Delay(TimeSpan.FromSeconds(3));
        }
        watched.AssertCalm();
        Console.WriteLine($"   {Numbers.Percentiles(seconds, "s")}; wanted: at most {LimitSeconds} s");
        return !scale.IsFull || seconds.Max() <= LimitSeconds;
    }
}
