using System.Diagnostics;
using System.Globalization;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.Benchmarks;

/// <summary>
/// A file by browser over a line that breaks three times: from choosing it to the last byte on the station, to the durable line, and to green.
/// Checked whatever the size: it arrives once and whole, and neither program holds much of it in memory.
/// </summary>
internal static class Uploading
{
    private const long FullBytes = 3L << 30;

    /// <summary>Neither program may hold much more than it does without an upload, however large that is.</summary>
    private const long MostMemory = 700L << 20;

    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(20);

    public static async Task<bool> RunAsync(Scale scale)
    {
        if (!Browser.Given)
        {
            Console.WriteLine("   FAILED: YAOAN_CHROMIUM names no browser; deploy/bench sets it");
            return false;
        }
        await using var station = await StationUnderTest.StartAsync(new() { Quick = false, Slots = 1 });
        var bytes = scale.Bytes(FullBytes);
        var file = Path.Combine(station.Data, "run", "card", "film.mp4");
        await Footage.WriteNoiseAsync(file, bytes);
        var digest = await Footage.DigestAsync(file);
        await using var line = new Forwarder("127.0.0.1", station.Pages.Port);
        line.Open();
        await using var profile = await Browser.SignedInAsync(new Uri($"http://127.0.0.1:{line.Port}"), StationUnderTest.Reviewer, StationUnderTest.Password);
        var page = await UploadPage.OpenAsync(profile);
        var (apiBefore, ingestBefore) = (station.Api!.PeakBytes, station.Ingest!.PeakBytes);

        var started = Stopwatch.GetTimestamp();
        await page.ChooseAsync(file);
        for (var cut = 1; cut <= 3; cut++)
        {
            await Wait.UntilAsync($"{cut} quarters are sent", s_deadline, () => Task.FromResult(line.SentBytes >= cut * bytes / 4));
            await line.CutAsync();
            line.Open();
        }
        await page.WaitAsync("film.mp4", s_deadline, "Received", "Kept", "Stored");
        var received = Stopwatch.GetElapsedTime(started);
        await page.WaitAsync("film.mp4", s_deadline, "Kept", "Stored");
        var kept = Stopwatch.GetElapsedTime(started);
        await page.WaitAsync("film.mp4", s_deadline, "Stored");
        var stored = Stopwatch.GetElapsedTime(started);

        var (api, ingest) = (station.Api.PeakBytes, station.Ingest.PeakBytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"   {bytes / (double)(1 << 20):0.#} MiB, three breaks: {received.TotalSeconds:0.0} s to the last byte ({Numbers.Rate(bytes, received)}), {kept.TotalSeconds:0.0} s to the durable line, {stored.TotalSeconds:0.0} s to green; {line.SentBytes - bytes:#,0} bytes sent more than once; load {Machine.Load()}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"   peak memory: Api {api >> 20} MiB ({apiBefore >> 20} before), Ingest {ingest >> 20} MiB ({ingestBefore >> 20} before)"));
        var clips = await station.Table.ClipsAsync();
        var isWhole = clips is [{ IsStored: true, Sightings: 1, ReadBackMatches: 1 } clip] && clip.Sha256 == digest
            && await Footage.DigestAsync(station.StoredFile(clip.ClipId)) == digest && await page.DigestAsync("film.mp4") == digest;
        if (!isWhole)
            Console.WriteLine($"   FAILED: {clips.Count} clips, or other bytes than were sent");
        if (api > MostMemory || ingest > MostMemory)
            Console.WriteLine($"   FAILED: a program held more than {MostMemory >> 20} MiB");
        return isWhole && api <= MostMemory && ingest <= MostMemory;
    }
}
