using System.Globalization;
using Microsoft.Playwright;
using Xunit;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>
/// Uploads through real Chromium over a line that a test can cut. <c>YAOAN_UPLOAD_BYTES</c> makes the first one as large as a person's film.
/// </summary>
public sealed class UploadTests(UploadStation shared) : IClassFixture<UploadStation>
{
    private const long UsualBytes = 64L << 20, UsualPace = 12L << 20;

    private static readonly TimeSpan s_toArrive = TimeSpan.FromMinutes(10);

    private static long Bytes => long.TryParse(Environment.GetEnvironmentVariable("YAOAN_UPLOAD_BYTES"), CultureInfo.InvariantCulture, out var bytes) ? bytes : UsualBytes;

    [SkippableFact]
    public async Task Over_a_line_that_breaks_three_times_a_file_arrives_once_and_whole()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, digest) = await FileAsync(station, Bytes);
            var before = await CountsAsync(station);
            await using var line = Line(station);
            await using var profile = await ProfileAsync(line);
            var watched = await WatchedPage.OpenAsync(profile, "/upload");
            var page = new UploadPage(watched.Page);
            await page.ChooseAsync(file);
            for (var cut = 1; cut <= 3; cut++)
            {
                await Wait.UntilAsync($"{cut} quarters are sent", s_toArrive, () => Task.FromResult(line.SentBytes >= cut * Bytes / 4));
                await line.CutAsync();
                await page.WaitAsync(Name(file), Needs.Soon, "Lost");
                Assert.Equal(before.Clips, (await CountsAsync(station)).Clips);
                line.Open();
            }
            await NeverGreenTooEarlyAsync(station, page, Name(file), digest);

            Assert.Equal(digest, await page.DigestAsync(Name(file)));
            // Not sent from the start again: each break cost what was in flight, no more.
            Assert.InRange(line.SentBytes, Bytes, Bytes + Bytes / 2);
            await ArrivedOnceAsync(station, before, digest);
            var clip = (await station.Table.ClipsAsync()).Single(clip => clip.Sha256 == digest);
            Assert.Equal($"/clips/{clip.ClipId}", await page.Row(Name(file)).Locator("a.btn").GetAttributeAsync("href"));
            Assert.Equal(1, clip.Sightings);
            Assert.DoesNotContain(watched.Complaints, complaint => !complaint.Contains("net::ERR_", StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(station.Data, "uploads"), "bytes", SearchOption.AllDirectories));
        });
    }

    [SkippableFact]
    public async Task Killing_Ingest_and_Api_in_the_middle_it_goes_on_at_its_offset_and_arrives_once()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, digest) = await FileAsync(station, UsualBytes);
            var before = await CountsAsync(station);
            await using var line = Line(station);
            await using var profile = await ProfileAsync(line);
            var page = await UploadPage.OpenAsync(profile);
            await page.ChooseAsync(file);
            await Wait.UntilAsync("a third is sent", s_toArrive, () => Task.FromResult(line.SentBytes >= UsualBytes / 3));
            await station.KillIngestAsync();
            await page.WaitAsync(Name(file), Needs.Soon, "Lost");
            var kept = OnDisk(station);
            Assert.InRange(kept, UsualBytes / 6, UsualBytes / 2);
            await station.StartIngestAsync();

            await Wait.UntilAsync("two thirds are on disk", s_toArrive, () => Task.FromResult(OnDisk(station) >= 2 * UsualBytes / 3));
            await station.KillApiAsync();
            await page.WaitAsync(Name(file), Needs.Soon, "Lost");
            Assert.InRange(OnDisk(station), 2 * UsualBytes / 3, UsualBytes - 1);
            await station.StartApiAsync();
            await NeverGreenTooEarlyAsync(station, page, Name(file), digest);

            Assert.InRange(line.SentBytes, UsualBytes, UsualBytes + UsualBytes / 2);
            await ArrivedOnceAsync(station, before, digest);
        });
    }

    [SkippableFact]
    public async Task What_was_left_unfinished_goes_on_in_another_visit_when_the_same_file_is_chosen()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, digest) = await FileAsync(station, UsualBytes);
            var before = await CountsAsync(station);
            await using var line = Line(station);
            await using (var first = await ProfileAsync(line))
            {
                var page = await UploadPage.OpenAsync(first);
                await page.ChooseAsync(file);
                await Wait.UntilAsync("a third is sent", s_toArrive, () => Task.FromResult(line.SentBytes >= UsualBytes / 3));
                Assert.True(await page.Page.EvaluateAsync<bool>("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "Closing the page must be asked about.");
            }
            // Another browser profile: nothing is remembered on this side.
            await using var second = await ProfileAsync(line);
            var later = await UploadPage.OpenAsync(second);
            await later.WaitAsync(Name(file), Needs.Soon, "Unfinished");
            Assert.True(await later.Page.EvaluateAsync<bool>("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "Nothing is on the way: the page may be closed.");
            await later.ChooseAsync(file);
            await NeverGreenTooEarlyAsync(station, later, Name(file), digest);
            Assert.Equal(1, await later.Row(Name(file)).CountAsync());
            Assert.InRange(line.SentBytes, UsualBytes, UsualBytes + UsualBytes / 3);
            await ArrivedOnceAsync(station, before, digest);
        });
    }

    [SkippableFact]
    public async Task The_same_bytes_again_are_a_duplicate_with_a_link_to_the_first_clip_and_a_sighting_more()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, digest) = await FileAsync(station, 3 << 20);
            var twin = Path.Combine(Path.GetDirectoryName(file)!, "twin-" + Name(file));
            File.Copy(file, twin);
            await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
            var page = await UploadPage.OpenAsync(profile);
            await page.ChooseAsync(file);
            await page.WaitAsync(Name(file), Needs.Later, "Stored");
            await page.Page.SetInputFilesAsync("#files", twin);
            await page.WaitAsync(Name(twin), Needs.Later, "Duplicate");
            var clip = Assert.Single(await station.Table.ClipsAsync(), clip => clip.Sha256 == digest);
            Assert.Equal(2, clip.Sightings);
            var link = page.Page.Locator("#list > li[data-state=Duplicate] a.btn");
            Assert.Equal($"/clips/{clip.ClipId}", await link.GetAttributeAsync("href"));
            await link.ClickAsync();
            Assert.Contains($"由 {StationUnderTest.Reviewer} 上传", await page.Page.Locator("#facts").InnerTextAsync(), StringComparison.Ordinal);
        });
    }

    [SkippableFact]
    public async Task An_empty_file_is_not_sent_and_says_so_and_one_given_up_is_gone_from_the_station()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, _) = await FileAsync(station, UsualBytes);
            var empty = Path.Combine(Path.GetDirectoryName(file)!, "empty.mp4");
            await File.WriteAllBytesAsync(empty, []);
            await using var line = Line(station);
            await using var profile = await ProfileAsync(line);
            var page = await UploadPage.OpenAsync(profile);
            page.Page.Dialog += (_, dialog) => dialog.AcceptAsync();
            await page.ChooseAsync(file, empty);
            await page.WaitAsync("empty.mp4", Needs.Soon, "Empty");
            await Wait.UntilAsync("a bit is shown", Needs.Soon, async () => await page.StateAsync(Name(file)) == "Sending" && await page.ShownBytesAsync(Name(file)) > 0);
            await page.Row(Name(file)).Locator("button").ClickAsync();
            await Wait.UntilAsync("it is gone", Needs.Soon, async () => await page.Row(Name(file)).CountAsync() == 0 && OnDisk(station) == 0);
        });
    }

    [SkippableFact]
    public async Task With_the_sign_in_an_upload_stops_and_after_another_it_goes_on_where_it_was()
    {
        Needs.StationAndBrowser();
        var station = shared.Station;
        await station.TellAsync(async () =>
        {
            var (file, digest) = await FileAsync(station, UsualBytes);
            var before = await CountsAsync(station);
            await using var line = Line(station);
            await using var profile = await ProfileAsync(line);
            var page = await UploadPage.OpenAsync(profile);
            await page.ChooseAsync(file);
            await Wait.UntilAsync("a bit is on disk", s_toArrive, () => Task.FromResult(OnDisk(station) > UsualBytes / 8));
            await page.Page.EvaluateAsync("() => fetch('/sign-out', { method: 'POST', headers: { RequestVerificationToken: document.querySelector('#token input').value } })");
            await page.WaitAsync(Name(file), Needs.Soon, "Stopped");
            Assert.InRange(OnDisk(station), UsualBytes / 8, UsualBytes - 1);

            // In another window, as the page says.
            var door = await profile.NewPageAsync();
            await door.GotoAsync("/sign-in");
            await door.FillAsync("#u", StationUnderTest.Reviewer);
            await door.FillAsync("#p", StationUnderTest.Password);
            await door.ClickAsync("form button[type=submit]");
            await door.LeaveAsync("/sign-in");
            await page.Page.ClickAsync("#go-on");
            await NeverGreenTooEarlyAsync(station, page, Name(file), digest);
            await ArrivedOnceAsync(station, before, digest);
        });
    }

    private static string Name(string path) => Path.GetFileName(path);

    private static Forwarder Line(StationUnderTest station)
    {
        var line = new Forwarder("127.0.0.1", station.Pages.Port) { BytesPerSecond = Bytes == UsualBytes ? UsualPace : null };
        line.Open();
        return line;
    }

    private static async Task<IBrowserContext> ProfileAsync(Forwarder line) =>
        await Browser.SignedInAsync(new Uri($"http://127.0.0.1:{line.Port}"), StationUnderTest.Reviewer, StationUnderTest.Password);

    private static async Task<(string Path, string Digest)> FileAsync(StationUnderTest station, long bytes)
    {
        var path = Path.Combine(station.Data, "run", $"card-{Guid.CreateVersion7():N}", $"{Guid.CreateVersion7():N}.mp4");
        await Footage.WriteNoiseAsync(path, bytes);
        return (path, await Footage.DigestAsync(path));
    }

    private static long OnDisk(StationUnderTest station) =>
        new DirectoryInfo(Path.Combine(station.Data, "uploads")).EnumerateFiles("bytes", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>Waits for green, and looks each time whether the catalog agrees.</summary>
    private static async Task NeverGreenTooEarlyAsync(StationUnderTest station, UploadPage page, string name, string digest)
    {
        await Wait.UntilAsync($"{name} is green", s_toArrive, async () =>
        {
            if (await page.StateAsync(name) is not ("Stored" or "Duplicate"))
                return false;
            Assert.Equal("Stored", await page.StateAsync(name));
            var clip = Assert.Single(await station.Table.ClipsAsync(), clip => clip.Sha256 == digest);
            Assert.True(clip is { IsStored: true, ReadBackMatches: 1 });
            return true;
        }, async () => await page.Page.Locator("#uploads").InnerTextAsync());
    }

    private static async Task<(int Clips, int Sightings, int Registered, int Sighted)> CountsAsync(StationUnderTest station) => (
        (await station.Table.ClipsAsync()).Count,
        await station.Table.ProvenanceAsync(),
        (await station.Table.EventsAsync("clip.registered")).Events,
        (await station.Table.EventsAsync("clip.sighted")).Events);

    private static async Task ArrivedOnceAsync(StationUnderTest station, (int Clips, int Sightings, int Registered, int Sighted) before, string digest)
    {
        Assert.Equal((before.Clips + 1, before.Sightings + 1, before.Registered + 1, before.Sighted), await CountsAsync(station));
        var clip = Assert.Single(await station.Table.ClipsAsync(), clip => clip.Sha256 == digest);
        Assert.Equal(digest, await station.StoredDigestAsync(clip.ClipId));
        Assert.All(await station.Table.ActorsAsync("clip.registered"), actor => Assert.Equal((StationUnderTest.Reviewer, true), actor));
        Assert.All(await station.Table.SessionsAsync("browser"), session => Assert.Equal(StationUnderTest.Reviewer, session.Account));
        Assert.Equal(0, OnDisk(station));
    }
}

/// <summary>A station that takes uploads.</summary>
public sealed class UploadStation : SharedStation
{
    protected override StationSettings Settings => new()
    {
        Slots = 1,
        More = new Dictionary<string, string>
        {
            // A killed worker's lease has to run out before somebody else may go on.
            ["Work__Lease"] = "00:00:06",
            ["Work__SweepInterval"] = "00:00:02",
            ["Work__Patience"] = "00:00:05",
        },
    };
}
