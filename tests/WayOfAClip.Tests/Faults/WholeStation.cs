using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>What has to hold of a station whose recorders are done, whatever happened on the way: spool, store, catalog and custody log agree.</summary>
internal sealed class WholeStation(FaultStation station, IReadOnlyList<Visit> visits)
{
    private static readonly string[] s_onceForEachClip = ["clip.registered", "clip.stored", "clip.probed", "clip.previewed", "clip.linked"];

    public async Task AssertAsync()
    {
        // What 03's loop, the sweeper and leases of killed workers still have to do.
        await Wait.UntilAsync("the spool holds no file", Needs.Later, () => Task.FromResult(!Spooled().Any()), () => Task.FromResult(string.Join(", ", Spooled())));
        await ClipsAsync();
        await EventsAsync();
        Scratch();
    }

    /// <summary>A folder without anything in it goes a minute later.</summary>
    private IEnumerable<string> Spooled() => Directory.EnumerateFiles(station.Station.SpoolFolder, "*", SearchOption.AllDirectories);

    private async Task ClipsAsync()
    {
        var table = station.Station.Table;
        var wanted = visits.SelectMany(visit => visit.Files).GroupBy(file => file.Sha256).ToDictionary(group => group.Key, group => group.Count());
        var clips = await table.ClipsAsync();
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), clips.Select(clip => clip.Sha256).Order(StringComparer.Ordinal));
        Assert.Equal(wanted.Values.Sum(), await table.ProvenanceAsync());
        foreach (var clip in clips)
        {
            Assert.True((clip.Stage, clip.Health) == ("linked", "ok"), $"{clip.DisplayName} is {clip.Stage}, {clip.Health}");
            Assert.True(clip.ReadBackMatches >= 1, $"{clip.DisplayName} has no read-back");
            Assert.True(clip.PreviewState == (clip.Kind == "video" ? "ready" : "none"), $"{clip.DisplayName}, a {clip.Kind}, has the preview '{clip.PreviewState}'");
            Assert.Equal(wanted[clip.Sha256], clip.Sightings);
            Assert.Equal(clip.Sha256, await station.Station.StoredDigestAsync(clip.ClipId));
            // A put that a kill cut off leaves its temporary name, which the census removes a day later.
            var stored = (await station.Station.StoredNamesAsync(clip.ClipId)).Where(name => !name.EndsWith(".part", StringComparison.Ordinal)).ToList();
            var manifests = stored.Count(name => name.StartsWith("intake-", StringComparison.Ordinal));
            Assert.True(manifests == clip.Sightings && stored.Except(["original", "retention.json"]).Count() == manifests,
                $"{clip.DisplayName} was seen {clip.Sightings} times; beside its original lie {string.Join(", ", stored)}");
        }
    }

    private async Task EventsAsync()
    {
        var table = station.Station.Table;
        var (clips, sightings) = (visits.Sum(visit => visit.Clips), visits.Sum(visit => visit.Files.Count));
        var sessions = visits.Sum(visit => visit.Sessions);
        foreach (var kind in s_onceForEachClip)
            Assert.True(await table.EventsAsync(kind) == (clips, clips), $"{kind}: {await table.EventsAsync(kind)} of {clips} clips");
        Assert.Equal(sightings - clips, (await table.EventsAsync("clip.sighted")).Events);
        Assert.Equal(0, (await table.EventsAsync("clip.damaged")).Events);
        // A killed import leaves its session without an end: only a docking, and a visit of the upload page, are gone on with.
        var cutOff = (await table.SessionsAsync("import")).Count(import => !import.IsEnded);
        foreach (var (kind, wanted) in (IEnumerable<(string, int)>)[("session.attached", sessions), ("session.detached", sessions - cutOff)])
            Assert.True((await table.EventsAsync(kind)).Events == wanted, $"{kind}: {(await table.EventsAsync(kind)).Events} of {wanted} sessions");
        Assert.Equal(0, (await table.EventsAsync("session.detached-early")).Events);
        Assert.Equal(sessions, await table.SessionsAsync());
        Assert.Equal(visits.OfType<DockVisit>().Where(visit => visit.Files.Count > 2).Sum(visit => visit.Sessions), (await table.SkippedAsync()).Count(skipped => skipped == new YaoAn.Tests.Station.SkippedRow("DCIM/empty.dat", "empty")));
    }

    /// <summary>What a killed process left of its work is gone, once another one has begun.</summary>
    private void Scratch()
    {
        foreach (var name in (string[])["media", "preview", "fetched"])
        {
            var folder = Path.Combine(station.Station.Data, "run", name);
            if (Directory.Exists(folder))
                Assert.Empty(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
        }
    }
}
