using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Every format from the slot to the screen: seen moving, heard, shown, or refused with its reason. A real browser looks and listens.</summary>
public sealed class EveryFormatTests(SharedStation shared) : IClassFixture<SharedStation>
{
    private const int Slot = 1;
    private const double LeastSeconds = 0.5;

    [SkippableFact]
    public async Task Each_is_played_shown_or_refused_with_a_reason()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        using var made = new TempFolder();
        var formats = Formats.Make(made.Path);
        await station.TellAsync(async () =>
        {
            var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            await using var closing = profile;
            foreach (var name in formats.Keys)
                File.Copy(made.At(name), Path.Combine(station.Slot(Slot), name));
            await station.GreenAsync(Slot, formats.Count, Needs.Later);
            await Wait.UntilAsync("every file was looked into", Needs.Later, async () =>
                (await station.Table.ClipsAsync()) is { } all && all.Count == formats.Count && all.All(clip => clip.Stage is "probed" or "previewed" or "linked"));

            var wrong = new List<string>();
            foreach (var clip in await station.Table.ClipsAsync())
            {
                var shown = formats[clip.DisplayName];
                // What is long is looked at near its end, where nothing was made yet.
                var page = await WatchedPage.OpenAsync(profile, $"/clips/{clip.ClipId}{(clip.DisplayName == "ten-minutes.mp4" ? "?t=590" : "")}");
                try
                {
                    await LookAsync(page, clip.DisplayName, shown);
                }
                catch (Exception e)
                {
                    wrong.Add($"{clip.DisplayName}: {e.Message}");
                }
                await page.Page.CloseAsync();
            }
            Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));

            await Wait.UntilAsync("every clip went all its way", Needs.Later, async () => (await station.Table.ClipsAsync()).All(clip => clip.Stage == "linked"));
            foreach (var clip in (await station.Table.ClipsAsync()).Where(clip => formats[clip.DisplayName] is Shown.FilmByPreview or Shown.SoundByPreview))
                Assert.Equal((clip.DisplayName, "needs-preview", "ready", "ok"), (clip.DisplayName, clip.Plays, clip.PreviewState, clip.Health));
            Assert.Empty(station.ErrorsLogged());
        });
    }

    private static async Task LookAsync(WatchedPage watched, string name, Shown shown)
    {
        var page = watched.Page;
        switch (shown)
        {
            case Shown.Refused:
                var reason = await page.Locator(".pl .blank span").InnerTextAsync();
                Assert.Contains("原件", reason, StringComparison.Ordinal);
                break;
            case Shown.Photo:
                Assert.Equal(48_000_000, await page.EvaluateAsync<int>("async () => { const i = document.getElementById('still'); await i.decode(); return i.naturalWidth * i.naturalHeight; }"));
                break;
            default:
                var byPreview = shown is Shown.FilmByPreview or Shown.SoundByPreview;
                Assert.Equal(byPreview, await page.EvaluateAsync<bool>("() => Boolean(document.getElementById('video').dataset.preview)"));
                var begin = name == "ten-minutes.mp4" ? 590 : 0;
                var seen = await Playing.PlayAsync(page, begin + LeastSeconds, Needs.Soon);
                Assert.True(seen.AudioBytes > 0, $"nothing is heard: {seen}");
                if (shown is Shown.Film or Shown.FilmByPreview)
                {
                    Playing.AssertPicture(seen);
                    var upright = name is "portrait.mp4" or "rotated.mp4";
                    Assert.True(upright == seen.Height > seen.Width, $"the picture stands wrong: {seen}");
                }
                break;
        }
        watched.AssertCalm();
    }
}
