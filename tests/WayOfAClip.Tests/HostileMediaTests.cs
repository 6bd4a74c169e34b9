using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;
using Xunit.Abstractions;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;
using YaoAn.WayOfAClip.Tests.Hostile;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>
/// Faults 24 to 35 and 62, and invariant 20: a card full of files that somebody made to do harm, on the whole way of a clip with the real sandbox. All
/// of them are made here; none is from elsewhere.
/// </summary>
public sealed class HostileMediaTests(ITestOutputHelper output)
{
    private const int HostileSlot = 1, GoodSlot = 2;
    private const long MostOfTool = 2L << 30, MostOfIngest = 1L << 30;
    private static readonly TimeSpan s_toEnd = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task Faults_24_to_35_whatever_a_file_holds_it_is_kept_reads_nothing_calls_nobody_and_holds_nobody_up()
    {
        Needs.StationAndBrowser();
        Needs.StoreFolder();
        using var canary = new Canary();
        var settings = new StationSettings { Slots = 2, More = new Dictionary<string, string> { ["Work__SweepInterval"] = "00:00:01", ["Work__Patience"] = "00:00:05" } };
        await using var station = await StationUnderTest.StartAsync(settings);
        await using var tools = new ToolWatch(station.Data);
        await station.TellAsync(async () =>
        {
            var hostile = await MadeAsync(station, canary.Bait);
            Assert.True(hostile.Count >= 25);
            // One of them was made with the canary in it.
            _ = canary.Reads();
            var card = Directory.CreateDirectory(Path.Combine(station.Data, "run", "card")).FullName;
            foreach (var file in hostile)
                await File.WriteAllBytesAsync(Path.Combine(card, file.Name), file.Bytes);
            await File.WriteAllBytesAsync(Path.Combine(card, "empty.mp4"), []);
            var started = Stopwatch.GetTimestamp();
            Directory.Move(card, Path.Combine(station.Slot(HostileSlot), "DCIM"));

            // Once the hostile ones are on their way, a good one comes behind them.
            await Wait.UntilAsync("some are probed", s_toEnd, async () => (await station.Table.ClipsAsync()).Count(clip => clip.Stage is "probed" or "previewed" or "linked") > 5);
            var good = await Footage.WriteSmallAsync(Path.Combine(station.Slot(GoodSlot), "good.mp4"));
            await station.GreenAsync(GoodSlot, 1, s_toEnd);
            await station.GreenAsync(HostileSlot, hostile.Count, s_toEnd);
            await Wait.UntilAsync(
                "all have come to an end", s_toEnd, async () => (await station.Table.ClipsAsync()).All(clip => clip.Stage == "linked"),
                async () => string.Join("; ", (await station.Table.ClipsAsync()).Where(clip => clip.Stage != "linked").Select(clip => $"{clip.DisplayName} {clip.Stage}")));
            output.WriteLine($"{hostile.Count} files ended within {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; {tools.Seen.Count} processes, none with more than {tools.PeakBytes >> 20} MiB; Ingest held {station.Ingest!.PeakBytes >> 20} MiB at most");

            Assert.Equal((0, 0), (canary.Reads(), canary.Calls()));
            Assert.True(tools.PeakBytes is > 0 and < MostOfTool, $"A tool held {tools.PeakBytes >> 20} MiB.");
            Assert.True(station.Ingest!.PeakBytes < MostOfIngest, $"Ingest held {station.Ingest.PeakBytes >> 20} MiB.");
            await Wait.UntilAsync("no tool is left", Needs.Soon, () => Task.FromResult(tools.Running().Count == 0));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(station.Data, "run", "media"), "*", SearchOption.AllDirectories));
            await KeptAsync(station, hostile);
            Assert.Equal(("ready", "ok"), (await station.Table.ClipsAsync()).Where(clip => clip.Sha256 == Convert.ToHexStringLower(good)).Select(clip => (clip.PreviewState, clip.Health)).Single());
            await SaidAsync(station);
            var (reads, calls) = await canary.ProveAsync();
            Assert.True(reads > 0 && calls == 2, $"The canary would have told of {reads} reads and {calls} calls.");
        });
    }

    private static async Task<IReadOnlyList<HostileFile>> MadeAsync(StationUnderTest station, Bait bait)
    {
        var film = await Footage.FilmAsync(2);
        var photo = await Footage.PhotoAsync();
        List<HostileFile> all =
        [
            .. HostilePlaylists.All(bait), .. HostileFilms.All(film, bait), .. HostilePictures.All(photo, bait), .. HostileContainers.All(photo, bait),
            new("attached.mkv", await Footage.AttachedAsync(Path.Combine(station.Data, "run"), Subtitles(bait), bait.File)),
        ];
        Assert.Equal(all.Count, all.DistinctBy(file => Convert.ToHexString(SHA256.HashData(file.Bytes))).Count());
        return all;
    }

    /// <summary>Subtitles that draw, load fonts, and hold what a page would run.</summary>
    private static string Subtitles(Bait bait) => $$"""
        [Script Info]
        ScriptType: v4.00+
        [V4+ Styles]
        Format: Name, Fontname, Fontsize
        Style: Default,{{bait.File}},20
        [Fonts]
        fontname: {{bait.File}}
        [Events]
        Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
        Dialogue: 0,0:00:00.00,9:59:59.99,Default,,0,0,0,,{\fn{{bait.File}}}{\p1}m 0 0 l 99999999 0{\p0}<script src="{{bait.Http}}"></script>
        """;

    /// <summary>Each original is what it was, and what is shown of it is told by a word that the pages have a sentence for.</summary>
    private async Task KeptAsync(StationUnderTest station, IReadOnlyList<HostileFile> hostile)
    {
        var clips = (await station.Table.ClipsAsync()).ToDictionary(clip => clip.Sha256);
        foreach (var file in hostile)
        {
            var clip = clips[Convert.ToHexStringLower(SHA256.HashData(file.Bytes))];
            output.WriteLine($"{file.Name}: {clip.Kind}, {clip.Health} {clip.HealthReason}, preview {clip.PreviewState}, plays {clip.Plays}");
            Assert.Equal(file.Bytes.Length, clip.SizeBytes);
            Assert.Equal(clip.Sha256, await station.StoredDigestAsync(clip.ClipId));
            Assert.Contains((clip.Health, clip.HealthReason), s_ends);
        }
        Assert.Equal(("DCIM/empty.mp4", "empty"), Assert.Single(await station.Table.SkippedAsync()) is var skipped ? (skipped.DisplayPath, skipped.Reason) : default);
    }

    private static readonly (string, string?)[] s_ends = [("ok", null), ("attention", "unreadable"), ("attention", "preview-failed"), ("attention", "probe-failed"), ("attention", "preview-short")];

    /// <summary>Fault 62: what could not be shown after three tries says so in a plain sentence on its page.</summary>
    private static async Task SaidAsync(StationUnderTest station)
    {
        var poison = (await station.Table.ClipsAsync()).First(clip => clip.HealthReason == "preview-failed");
        Assert.Equal(3, station.Logged("the next step failed", poison.ClipId.ToString()).Count);
        await using var profile = await Browser.SignedInAsync(station.Pages, StationUnderTest.Reviewer, StationUnderTest.Password);
        var page = await WatchedPage.OpenAsync(profile, $"/clips/{poison.ClipId}");
        await page.Page.GetByText("生成缩略图多次失败").First.WaitForAsync();
        page.AssertCalm();
    }
}
