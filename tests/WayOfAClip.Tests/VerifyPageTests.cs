using Microsoft.Playwright;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>The verification centre in real Chromium, with a station behind it.</summary>
public sealed class VerifyPageTests
{
    [SkippableFact]
    public async Task A_flipped_byte_is_found_from_the_keyboard_and_comes_up_while_the_page_is_open()
    {
        Needs.StationAndBrowser();
        Needs.StoreFolder();
        await using var station = await StationUnderTest.StartAsync(new StationSettings { Slots = 1, More = new Dictionary<string, string> { ["Work__CensusAt"] = "00:00:00" } });
        await station.TellAsync(async () =>
        {
            for (var file = 0; file < 2; file++)
                await Footage.WriteSmallAsync(Path.Combine(station.Slot(1), $"clip-{file}.mp4"));
            await station.GreenAsync(1, files: 2, Needs.Soon);
            await Wait.UntilAsync("both have their previews", Needs.Later, async () => (await station.Table.ClipsAsync()).All(clip => clip.Stage == "linked"));
            var clip = (await station.Table.ClipsAsync())[0];
            File.SetUnixFileMode(station.StoredFile(clip.ClipId), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await using (var bytes = new FileStream(station.StoredFile(clip.ClipId), FileMode.Open, FileAccess.ReadWrite))
            {
                var first = bytes.ReadByte();
                bytes.Position = 0;
                bytes.WriteByte((byte)(first ^ 1));
            }
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var page = await profile.NewPageAsync();
            var faults = new List<string>();
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                    faults.Add(message.Text);
            };
            page.PageError += (_, error) => faults.Add(error);
            await page.GotoAsync("/clips");
            await page.ClickAsync(".nav a[href='/verify']");
            await page.Locator(".verdict.ok").WaitForAsync();

            await page.Keyboard.PressAsync("v");
            await page.Keyboard.TypeAsync(clip.Sha256[..10]);
            await page.Keyboard.PressAsync("Enter");
            await page.ArriveAsync(@"/verify\?said=asked$");
            // The list follows by itself; the page is not loaded again.
            await page.EvaluateAsync("window.same = true");
            await page.Locator($"#runs tr[data-result=mismatch] a[href='/clips/{clip.ClipId}']").WaitForAsync(new() { Timeout = 30_000 });
            Assert.True(await page.EvaluateAsync<bool>("window.same"));

            await page.GotoAsync("/verify?result=failed");
            await page.Locator(".verdict.bad").WaitForAsync();
            Assert.Equal(1, await page.Locator("section[aria-labelledby=failures-title] tbody tr").CountAsync());
            Assert.Equal("true", await page.Locator("section[aria-labelledby=recent-title] .seg a[href='/verify?result=failed']").GetAttributeAsync("aria-current"));
            await Pictures.ScreenAsync(page, "verify");
            await page.EmulateMediaAsync(new() { Media = Media.Print });
            Assert.False(await page.Locator("#clip").IsVisibleAsync(), "nothing to type on paper");
            Assert.True(await page.Locator("#failures-title").IsVisibleAsync());
            Assert.Empty(faults);
        });
    }
}
