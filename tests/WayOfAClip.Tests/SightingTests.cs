using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>Same bytes, same file, no bytes, no file.</summary>
public sealed class SightingTests(SharedStation shared) : IClassFixture<SharedStation>
{
    [SkippableFact]
    public async Task The_same_bytes_from_another_recorder_are_a_duplicate_with_one_original_and_two_sightings()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var first = Path.Combine(station.Slot(1), "DSJ_AAAA111_123456_20261124080000_0001.mp4");
            var digest = Convert.ToHexStringLower(await Footage.WriteSmallAsync(first));
            await station.GreenAsync(1, 1, Needs.Soon);
            File.Copy(first, Path.Combine(station.Slot(2), "DSJ_BBBB222_123456_20261124090000_0001.mp4"));
            var second = await station.GreenAsync(2, 1, Needs.Soon);

            Assert.Equal(1, second.Files.Duplicate);
            var clip = (await station.Table.ClipsAsync()).Single(clip => clip.Sha256 == digest);
            Assert.Equal(2, clip.Sightings);
            var stored = await station.StoredNamesAsync(clip.ClipId);
            Assert.Single(stored, name => name == "original");
            Assert.Equal(2, stored.Count(name => name.StartsWith("intake-", StringComparison.Ordinal)));
            Assert.Equal((1, 1), await station.Table.EventsAsync("clip.sighted"));
        });
    }

    [SkippableFact]
    public async Task Docking_the_same_recorder_again_finds_its_files_known_and_copies_nothing()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var keep = Path.Combine(station.Data, "run", "again.mp4");
            var digest = Convert.ToHexStringLower(await Footage.WriteSmallAsync(keep));
            var docked = Path.Combine(station.Slot(3), "DSJ_CCCC333_123456_20261124080000_0001.mp4");
            CopyWithTime(keep, docked);
            var first = await station.GreenAsync(3, 1, Needs.Soon);
            await station.UndockAsync(3);
            CopyWithTime(keep, docked);
            var again = await station.GreenAsync(3, 1, Needs.Soon);

            Assert.Equal((1, 0, 0), (again.Files.Known, again.Files.Duplicate, first.Files.Known));
            Assert.NotEqual(first.SessionId, again.SessionId);
            Assert.Equal(1, (await station.Table.ClipsAsync()).Single(clip => clip.Sha256 == digest).Sightings);
        });
    }

    [SkippableFact]
    public async Task An_empty_file_and_a_link_are_skipped_with_their_reasons_and_keep_the_tile_from_nothing()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            await Footage.WriteSmallAsync(Path.Combine(station.Slot(4), "whole.mp4"));
            await File.WriteAllBytesAsync(Path.Combine(station.Slot(4), "empty.mp4"), []);
            File.CreateSymbolicLink(Path.Combine(station.Slot(4), "passwd.mp4"), "/etc/passwd");
            var tile = await station.SlotAsync(4, "is green with two skipped", Needs.Soon, tile => tile is { State: "ready", Files.Skipped: 2 });

            Assert.Equal(1, tile.Files.Listed);
            Assert.Equal(["empty", "link"], tile.Skips.Select(skip => skip.Reason).Order());
            await Wait.UntilAsync("both are on the list", Needs.Soon, async () => (await station.Table.SkippedAsync())
                .Where(row => row.DisplayPath is "empty.mp4" or "passwd.mp4")
                .Select(row => (row.DisplayPath, row.Reason))
                .SequenceEqual([("empty.mp4", "empty"), ("passwd.mp4", "link")]));
            Assert.DoesNotContain(await station.Table.ClipsAsync(), clip => clip.SizeBytes == 0 || clip.DisplayName is "empty.mp4" or "passwd.mp4");
        });
    }

    [SkippableFact]
    public async Task A_text_file_beside_a_recording_is_kept_and_attached_to_it()
    {
        Needs.Station();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            const string Name = "DSJ_DDDD444_123456_20261124080000_0001";
            await File.WriteAllTextAsync(Path.Combine(station.Slot(5), Name + ".txt"), $"$GPRMC,{Guid.CreateVersion7()}");
            await Footage.WriteSmallAsync(Path.Combine(station.Slot(5), Name + ".mp4"));
            await station.GreenAsync(5, 2, Needs.Soon);

            Assert.Equal(Name + ".mp4", await station.Table.ParentOfAsync(Name + ".txt"));
            var clips = await station.Table.ClipsAsync();
            Assert.True(clips.Single(clip => clip.DisplayName == Name + ".txt").Sidecar);
            Assert.False(clips.Single(clip => clip.DisplayName == Name + ".mp4").Sidecar);
        });
    }

    [SkippableFact]
    public async Task One_flipped_byte_in_the_store_turns_the_clip_red_and_ingest_verify_ends_with_1()
    {
        Needs.StationAndBrowser();
        Needs.StoreFolder();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var digest = Convert.ToHexStringLower(await Footage.WriteSmallAsync(Path.Combine(station.Slot(6), "evidence.mp4")));
            await station.GreenAsync(6, 1, Needs.Soon);
            var clip = (await station.Table.ClipsAsync()).Single(clip => clip.Sha256 == digest);
            var sound = await station.VerbAsync("verify", clip.ClipId.ToString());
            Assert.True(sound is { Exit: 0 } && sound.Output.Contains("match", StringComparison.Ordinal), sound.Output);
            Flip(station.StoredFile(clip.ClipId));

            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var page = await WatchedPage.OpenAsync(profile, $"/clips/{clip.ClipId}");
            await page.Page.ClickAsync("#verify");
            await page.Page.Locator("#facts .note.bad").GetByText("内容不符").WaitForAsync();
            await page.Page.Locator("#facts .hd .bdg.bad").GetByText("不符").WaitForAsync();
            page.AssertCalm();
            var damaged = (await station.Table.ClipsAsync()).Single(row => row.ClipId == clip.ClipId);
            Assert.Equal(("damaged", "mismatch"), (damaged.Health, damaged.HealthReason));
            Assert.Equal((1, 1), await station.Table.EventsAsync("clip.damaged"));
            var found = await station.VerbAsync("verify", clip.ClipId.ToString());
            Assert.True(found is { Exit: 1 } && found.Output.Contains("mismatch", StringComparison.Ordinal), found.Output);
            await station.SlotAsync(6, "is not green any more", TimeSpan.FromSeconds(60), tile => tile.State != "ready");

            Flip(station.StoredFile(clip.ClipId));
            Assert.Equal(0, (await station.VerbAsync("verify", clip.ClipId.ToString())).Exit);
            Assert.Equal("ok", (await station.Table.ClipsAsync()).Single(row => row.ClipId == clip.ClipId).Health);
        });
    }

    private static void CopyWithTime(string from, string to)
    {
        File.Copy(from, to);
        File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
    }

    private static void Flip(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite))
        {
            stream.Position = stream.Length / 2;
            var value = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(value ^ 1));
        }
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
    }
}
