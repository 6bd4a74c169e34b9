using System.Text.Json;
using Microsoft.Playwright;
using Xunit;
using YaoAn.Tests.Station;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>
/// Kiosk rule 10: from the screenshot of a 1366x768 board the colour of each tile is read, from the page its icon and word, and the ink stands
/// at least 7:1 on its ground. The page is fed through the real pass-on of Api by a stand-in for the station.
/// </summary>
public sealed class BoardPageTests
{
    private const string ReadPixels = """
        async base64 => {
          const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
          const canvas = new OffscreenCanvas(image.width, image.height);
          const ink = canvas.getContext('2d');
          ink.drawImage(image, 0, 0);
          const data = ink.getImageData(0, 0, image.width, image.height).data;
          const counts = new Map();
          for (let at = 0; at < data.length; at += 4) {
            const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
            counts.set(colour, (counts.get(colour) || 0) + 1);
          }
          return [...counts].sort((one, other) => other[1] - one[1]).slice(0, 400).map(([colour, count]) => ({ colour, share: count / (data.length / 4) }));
        }
        """;

    private static readonly (string State, string Look, string Colour, string Icon, string Word)[] s_tiles =
    [
        ("empty", "empty", "grey", "circle-dashed", "空"),
        ("running", "running", "blue", "loader-2", "采集中，请勿取走"),
        ("staged", "staged", "amber", "alert-triangle", "已暂存，尚未入库"),
        ("ready", "ready", "green", "filled-circle-check", "可以取走"),
        ("trouble", "trouble", "red", "circle-x", "请勿取走"),
        ("early", "early", "red", "urgent", "请放回"),
        ("left", "left", "grey", "circle-check", "刚取走"),
        ("future", "unknown", "grey", "help-circle", "状态未知"),
    ];

    [SkippableFact]
    public async Task Each_state_is_told_by_colour_icon_and_word_with_contrast_7_and_a_silent_station_is_unknown()
    {
        Needs.StationAndBrowser();
        await using var board = new FakeBoard();
        await using var station = await StationUnderTest.StartAsync(new() { WithIngest = false, IngestUrl = board.Url });
        await station.TellAsync(async () =>
        {
            await using var profile = await Browser.ProfileAsync(station.Pages);
            var eye = await profile.NewPageAsync();
            var page = await WatchedPage.OpenAsync(profile);
            await page.Page.Clock.InstallAsync();
            board.Show(JsonSerializer.Serialize(Board(), JsonSerializerOptions.Web));
            await page.Page.GotoAsync("/dock");
            for (var slot = 1; slot <= s_tiles.Length; slot++)
                await AssertTileAsync(page.Page, eye, slot, s_tiles[slot - 1]);
            Assert.False(await ScrollsAsync(page.Page), "the board scrolls");
            await Pictures.ScreenAsync(page.Page, "e2e-board-states");

            board.Silent = true;
            await page.Page.Clock.FastForwardAsync("00:16");
            await page.Page.Locator("#band").GetByText("状态未知，请勿取走").WaitForAsync();
            for (var slot = 1; slot <= s_tiles.Length; slot++)
                await AssertTileAsync(page.Page, eye, slot, ("", "unknown", "grey", "help-circle", "状态未知"));
            await Pictures.ScreenAsync(page.Page, "e2e-board-unknown");

            board.Silent = false;
            board.Show(JsonSerializer.Serialize(Board() with { Title = "又回来了" }, JsonSerializerOptions.Web));
            await page.Page.Clock.ResumeAsync();
            await page.Page.GetByText("又回来了").WaitForAsync();
            await page.Page.Locator("li.tile[data-slot='4'][data-look='ready']").WaitForAsync();
            page.AssertCalm();
        });
    }

    [SkippableFact]
    public async Task Twenty_four_slots_fit_on_one_screen_without_scrolling()
    {
        Needs.StationAndBrowser();
        await using var board = new FakeBoard();
        await using var station = await StationUnderTest.StartAsync(new() { WithIngest = false, IngestUrl = board.Url });
        await station.TellAsync(async () =>
        {
            foreach (var (width, height) in new[] { (1366, 768), (1080, 1920) })
            {
                await using var profile = await Browser.ProfileAsync(station.Pages, width, height);
                var eye = await profile.NewPageAsync();
                var page = await WatchedPage.OpenAsync(profile, "/dock");
                board.Show(JsonSerializer.Serialize(Board(24) with { Title = $"{width}" }, JsonSerializerOptions.Web));
                await page.Page.GetByText($"{width}").WaitForAsync();
                Assert.Equal(24, await page.Page.Locator("li.tile").CountAsync());
                Assert.False(await ScrollsAsync(page.Page), $"the board scrolls at {width}x{height}");
                for (var slot = 1; slot <= s_tiles.Length; slot++)
                {
                    var expected = s_tiles[slot - 1];
                    // Short tiles have short words; colour and icon stay.
                    await AssertTileAsync(page.Page, eye, slot, expected with { Word = expected.Word == "已暂存，尚未入库" ? "已暂存" : expected.Word });
                }
                Assert.True(await page.Page.EvaluateAsync<double>("() => parseFloat(getComputedStyle(document.querySelector('.tile .no')).fontSize)") >= 72);
                page.AssertCalm();
            }
        });
    }

    private static async Task AssertTileAsync(IPage page, IPage eye, int slot, (string State, string Look, string Colour, string Icon, string Word) expected)
    {
        var tile = page.Locator($"li.tile[data-slot='{slot}'][data-look='{expected.Look}']");
        await tile.WaitForAsync();
        Assert.EndsWith("#" + expected.Icon, await tile.Locator(".ic use").GetAttributeAsync("href"), StringComparison.Ordinal);
        var word = tile.Locator(".st b");
        Assert.Contains(expected.Word, await word.InnerTextAsync(), StringComparison.Ordinal);
        var ground = (await PixelsAsync(tile, eye))[0].Colour;
        Assert.Equal(expected.Colour, NameOf(ground));
        // Letters are drawn with soft edges: the ink is the colour that stands out most among those with some area.
        var line = await PixelsAsync(word, eye);
        var contrast = line.Where(pixel => pixel.Share > 0.002).Max(pixel => Contrast(pixel.Colour, line[0].Colour));
        Assert.True(contrast >= 7, $"slot {slot}: the word '{expected.Word}' stands {contrast:0.0}:1 on its ground");
    }

    private static async Task<IReadOnlyList<Pixels>> PixelsAsync(ILocator what, IPage eye) =>
        await eye.EvaluateAsync<Pixels[]>(ReadPixels, Convert.ToBase64String(await what.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled })));

    private static Task<bool> ScrollsAsync(IPage page) => page.EvaluateAsync<bool>(
        "() => document.documentElement.scrollHeight > innerHeight || [...document.querySelectorAll('.tile')].some(tile => tile.getBoundingClientRect().bottom > innerHeight)");

    /// <summary>The name a person has for a colour.</summary>
    private static string NameOf(int colour)
    {
        var (r, g, b) = ((colour >> 16) & 255, (colour >> 8) & 255, colour & 255);
        int max = Math.Max(r, Math.Max(g, b)), min = Math.Min(r, Math.Min(g, b));
        var saturation = max == 0 ? 0 : (double)(max - min) / max;
        if (saturation < 0.5)
            return "grey";
        var hue = max == r ? 60.0 * (g - b) / (max - min) : max == g ? 120 + (60.0 * (b - r) / (max - min)) : 240 + (60.0 * (r - g) / (max - min));
        return ((hue + 360) % 360) switch
        {
            < 20 or > 340 => "red",
            < 60 => "amber",
            > 90 and < 170 => "green",
            > 200 and < 260 => "blue",
            var other => $"hue {other:0}",
        };
    }

    /// <summary>Contrast as WCAG 2 has it.</summary>
    private static double Contrast(int one, int other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(int colour)
    {
        static double Part(int value) => value / 255.0 is var part && part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        return (0.2126 * Part((colour >> 16) & 255)) + (0.7152 * Part((colour >> 8) & 255)) + (0.0722 * Part(colour & 255));
    }

    private static FakeSnapshot Board(int slots = 8) => new(
        "station-1", "1 号采集站", "张工 内线 8012", DateTimeOffset.UtcNow,
        new { database = "ok", store = "advisory", clock = "unknown", spoolFreeBytes = 1_200_000_000_000, spoolLow = false },
        new { ready = 1, running = 1, staged = 1, trouble = 1 },
        [.. Enumerable.Range(1, slots).Select(slot => Slot(slot, s_tiles[(slot - 1) % s_tiles.Length].State))],
        []);

    private static object Slot(int number, string state)
    {
        var isEmpty = state is "empty" or "early" or "left";
        return new
        {
            slot = number,
            kind = "folder",
            state = isEmpty ? "empty" : state,
            phase = state == "running" ? "copying" : "none",
            mayTake = state is "ready" or "staged" or "empty",
            recorder = isEmpty ? null : $"DSJ-123456{number % 10}",
            recorderBy = isEmpty ? null : "name",
            officer = (string?)null,
            sessionId = isEmpty ? null : (Guid?)Guid.CreateVersion7(),
            attachedAt = isEmpty ? null : (DateTimeOffset?)DateTimeOffset.UtcNow,
            files = new { listed = 15, copied = state == "running" ? 7 : 15, stored = state == "ready" ? 15 : 3, known = 1, duplicate = 0, skipped = 0, failed = state == "trouble" ? 1 : 0 },
            bytes = new { listed = 12_670_153_523, copied = 6_000_000_000, stored = 100 },
            rateBytesPerSecond = 39_845_888,
            doneAt = DateTimeOffset.UtcNow.AddMinutes(4),
            verifiedAt = DateTimeOffset.UtcNow,
            skips = Array.Empty<object>(),
            cause = state == "trouble" ? new { code = "read-error", file = "DSJ_1.MP4", detail = "EIO" } : null,
            summary = state is "early" or "left"
                ? new { recorder = "DSJ-7654321", stored = 12, staged = 0, known = 1, duplicate = 1, skipped = 0, failed = 0, early = state == "early", missing = state == "early" ? 4 : 0, detachedAt = DateTimeOffset.UtcNow }
                : null,
        };
    }

    /// <summary>A colour and its share of an area; filled in by Playwright.</summary>
    private sealed record Pixels
    {
        public int Colour { get; set; }

        public double Share { get; set; }
    }

    private sealed record FakeSnapshot(
        string Station, string Title, string Contact, DateTimeOffset At, object Lights, object Counts, IReadOnlyList<object> Slots, IReadOnlyList<object> Alerts);
}
