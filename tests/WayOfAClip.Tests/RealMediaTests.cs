using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Files that cameras really wrote, from the slot to the screen.</summary>
public sealed class RealMediaTests(SharedStation shared) : IClassFixture<SharedStation>
{
    private const int Slot = 2;
    private static readonly string[] s_playable = ["with-gps.mov", "with-gps.mp4", "ftyp3gp5.mp4", "sample_iPod.m4v", "gopro-karma.mp4"];
    private static readonly string[] s_byPreview = ["sample.3gp", "MVI_4823.AVI"];

    [SkippableFact]
    public async Task Every_real_file_ends_stored_and_read_back_and_the_films_play()
    {
        Needs.StationAndBrowser();
        var media = Needs.RealMedia();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            await using var closing = profile;
            var board = await WatchedPage.OpenAsync(profile, "/dock");
            var files = Directory.EnumerateFiles(media).Where(file => Path.GetExtension(file) != ".md").ToList();
            foreach (var file in files)
                File.Copy(file, Path.Combine(station.Slot(Slot), Path.GetFileName(file)));

            var tile = await station.GreenAsync(Slot, files.Count, Needs.Later);
            Assert.Equal(files.Sum(file => new FileInfo(file).Length), tile.Bytes.Listed);
            Assert.Equal((files.Count, files.Count, 0, 0, 0, 0), (tile.Files.Copied, tile.Files.Stored, tile.Files.Known, tile.Files.Duplicate, tile.Files.Skipped, tile.Files.Failed));
            var green = board.Page.Locator($"li.tile[data-slot='{Slot}'][data-look='ready']");
            await green.WaitForAsync();
            Assert.Contains($"{files.Count} 个文件", await green.InnerTextAsync(), StringComparison.Ordinal);

            var clips = await station.Table.ClipsAsync();
            Assert.Equal(files.Count, clips.Count);
            foreach (var file in files)
            {
                var clip = clips.Single(clip => clip.DisplayName == Path.GetFileName(file));
                var digest = await Footage.DigestAsync(file);
                Assert.Equal(digest, clip.Sha256);
                Assert.True(clip.IsStored, $"{clip.DisplayName} is {clip.Stage}, {clip.Health}");
                Assert.Equal(1, clip.ReadBackMatches);
                Assert.Equal(64, clip.Sm3?.Length);
                Assert.Equal(digest, await station.StoredDigestAsync(clip.ClipId));
            }

            foreach (var name in (string[])[.. s_playable, .. s_byPreview])
            {
                var clip = clips.Single(clip => clip.DisplayName == name);
                var page = await WatchedPage.OpenAsync(profile, $"/clips/{clip.ClipId}");
                // The phone clip is dark for its first second.
                var seen = await Playing.PlayAsync(page.Page, s_byPreview.Contains(name) ? 2 : 1, Needs.Soon);
                Playing.AssertPicture(seen);
                Assert.True(seen.CurrentTime > 0 && (seen.CurrentTime >= 1 || seen.Ended), $"{name}: {seen}");
                page.AssertCalm();
                await page.Page.CloseAsync();
            }
            board.AssertCalm();

            await Wait.UntilAsync("every clip went all its way", Needs.Later, async () => (await station.Table.ClipsAsync()).All(clip => clip.Stage == "linked"));
            var ended = await station.Table.ClipsAsync();
            Assert.All(ended, clip => Assert.Equal("ok", clip.Health));
            Assert.All(ended.Where(clip => s_playable.Contains(clip.DisplayName)), clip => Assert.Equal(("original", "ready"), (clip.Plays, clip.PreviewState)));
            Assert.All(ended.Where(clip => s_byPreview.Contains(clip.DisplayName)), clip => Assert.Equal(("needs-preview", "ready"), (clip.Plays, clip.PreviewState)));
            Assert.Empty(station.Spooled());
            await TakePicturesAsync(profile, board, ended.Single(clip => clip.DisplayName == "sample_iPod.m4v").ClipId);
            Assert.Empty(station.ErrorsLogged());
        });
    }

    /// <summary>For whoever looks at the screens: written where <c>YAOAN_SCREENSHOTS</c> names a folder.</summary>
    private static async Task TakePicturesAsync(Microsoft.Playwright.IBrowserContext profile, WatchedPage board, Guid clip)
    {
        if (Pictures.Folder is null)
            return;
        await Pictures.ScreenAsync(board.Page, "e2e-board");
        var library = await WatchedPage.OpenAsync(profile, "/clips");
        await Pictures.ScreenAsync(library.Page, "e2e-library");
        var page = await WatchedPage.OpenAsync(profile, $"/clips/{clip}?t=20");
        await page.Page.WaitForFunctionAsync("() => document.getElementById('video').currentTime > 19 && !document.getElementById('film').hidden");
        await Pictures.ScreenAsync(page.Page, "e2e-clip");
        library.AssertCalm();
        page.AssertCalm();
    }
}
