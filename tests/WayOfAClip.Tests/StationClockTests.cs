using System.Globalization;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>A recorder whose clock is 42 s fast films the station's clock, and comes back with a recording in three files.</summary>
public sealed class StationClockTests
{
    private static readonly TimeSpan s_fast = TimeSpan.FromSeconds(42);

    [SkippableFact]
    public async Task A_clip_of_the_station_s_clock_corrects_the_times_of_its_recorder()
    {
        Needs.StationAndBrowser();
        await using var station = await StationUnderTest.StartAsync(new StationSettings { Slots = 1 });
        await station.TellAsync(async () =>
        {
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var page = await profile.NewPageAsync();
            await page.GotoAsync("/dock/clock");
            await page.Locator("#code").WaitForAsync();
            using var pictures = new TempFolder();
            var filmedAt = DateTimeOffset.UtcNow;
            for (var second = 0; second < 4; second++)
            {
                var due = filmedAt.AddSeconds(second) - DateTimeOffset.UtcNow;
                await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero);
                await page.ScreenshotAsync(new() { Path = Path.Combine(pictures.Path, $"{second:00}.png") });
            }
            await Pictures.ScreenAsync(page, "dock-clock");
            var film = Path.Combine(pictures.Path, "film.mp4");
            await Footage.WriteFilmAsync(film, pictures.Path);
            File.Move(film, Path.Combine(station.Slot(1), NameOf(filmedAt, 9)));
            // Yesterday: two files that are one recording, and one more after a number that nobody has.
            var yesterday = filmedAt.AddDays(-1);
            foreach (var (second, number) in new[] { (0, 1), (1, 2), (31, 4) })
                await Footage.WriteSmallAsync(Path.Combine(station.Slot(1), NameOf(yesterday.AddSeconds(second), number)));

            await station.GreenAsync(1, files: 4, Needs.Later);
            await Wait.UntilAsync("all have their previews", Needs.Later, async () => (await station.Table.ClipsAsync()).All(clip => clip.Stage == "linked"));
            var clips = (await station.Table.ClipsAsync()).ToDictionary(clip => clip.DisplayName[^8..^4]);
            Assert.Equal((1, 1), await station.Table.EventsAsync("clock.read"));

            await page.GotoAsync($"/clips/{clips["0002"].ClipId}");
            var facts = await page.Locator("#facts").InnerTextAsync();
            Assert.Matches("设备快 4[0-4](\\.\\d)? 秒", facts);
            Assert.Contains("拍摄的采集站时钟", facts, StringComparison.Ordinal);
            Assert.Contains(Second(yesterday.AddSeconds(1) + s_fast), facts, StringComparison.Ordinal);
            var recording = page.Locator("#recording");
            Assert.Contains("第 2 段 / 共 2 段", await recording.InnerTextAsync(), StringComparison.Ordinal);
            Assert.Contains("缺少序号 3 的文件", await recording.InnerTextAsync(), StringComparison.Ordinal);
            await recording.EvaluateAsync("part => part.scrollIntoView()");
            await Pictures.ScreenAsync(page, "clip-recording");
            await recording.Locator("a").First.ClickAsync();
            await page.ArriveAsync($"/clips/{clips["0001"].ClipId}$");
            Assert.Contains("第 1 段 / 共 2 段", await page.Locator("#recording").InnerTextAsync(), StringComparison.Ordinal);
            Assert.Empty(station.ErrorsLogged());
        });
    }

    private static string NameOf(DateTimeOffset at, int number) =>
        $"DSJ_1234567_001007_{(at + s_fast).ToOffset(TimeSpan.FromHours(8)).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}_{number:0000}.mp4";

    private static string Second(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
