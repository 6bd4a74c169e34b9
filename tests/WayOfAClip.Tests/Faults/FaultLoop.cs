using System.Diagnostics;
using Xunit;
using Xunit.Sdk;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>
/// Finds the points that a station passes, and tries faults at them: up to eight recorders are docked one after the other, each with one fault on its
/// way, until all of them are done; then everything is looked at. What goes wrong is a finding, and the loop goes on with a new station.
/// </summary>
internal sealed class FaultLoop(string? bucket, Action<string> tell) : IAsyncDisposable
{
    /// <summary>Ways of files into a station; the store has its part in the first two.</summary>
    private static readonly FaultPhase[] s_ways = [FaultPhase.Visit, FaultPhase.LargeVisit, FaultPhase.ReleaseVisit, FaultPhase.UploadVisit, FaultPhase.ImportVisit];

    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, KnownPoint> _known = new(StringComparer.Ordinal);
    private readonly List<Visit> _visits = [];
    private FaultStation? _station;
    private int _number;
    private (int Service, int Verbs) _read;

    /// <summary>Points found, by name; more are found while the loop runs.</summary>
    public IReadOnlyCollection<KnownPoint> Known => _known.Values;

    /// <summary>Files and lines that were passed.</summary>
    public IReadOnlySet<string> Sites => _known.Values.Select(point => point.Site).ToHashSet(StringComparer.Ordinal);

    /// <summary>What happened as ordered.</summary>
    public List<PlannedFault> Happened { get; } = [];

    /// <summary>Faults whose point was not passed again.</summary>
    public List<PlannedFault> NotReached { get; } = [];

    /// <summary>What went wrong.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Times that Ingest was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Green tiles that were compared with catalog and store.</summary>
    public int Greens { get; private set; }

    /// <summary>Recorders docked.</summary>
    public int Visits => _number;

    /// <summary>Learns the points: a start, a recorder, a recorder with a large file, and a second start, without any fault.</summary>
    public async Task RecordAsync()
    {
        var first = new Dictionary<string, KnownPoint>(StringComparer.Ordinal);
        _station = await FaultStation.StartAsync(bucket);
        await _station.Station.TellAsync(async () =>
        {
            await SettledAsync();
            Learn(first, FaultPhase.FirstStart);
            foreach (var phase in bucket is null ? s_ways : s_ways[..2])
            {
                await DockAsync([(null, phase)]);
                Learn(first, phase);
            }
            await _station.RestartAsync();
            Learn(first, FaultPhase.Start);
        });
        foreach (var point in first.Values)
            _known[point.Point] = point;
    }

    /// <summary>Tries faults, eight at a time.</summary>
    public async Task RunAsync(IEnumerable<PlannedFault> faults)
    {
        foreach (var chunk in faults.Chunk(FaultStation.Slots))
        {
            try
            {
                _station ??= await NewStationAsync();
                await _station.Station.TellAsync(() => DockAsync([.. chunk.Select(fault => ((PlannedFault?)fault, fault.Of.Phase))]));
                LearnMore();
            }
            catch (XunitException e)
            {
                await FindAsync($"{string.Join("; ", chunk.Select(fault => fault.ToString()))}: {e.Message}");
            }
        }
    }

    /// <summary>Tries a fault at a start, and then docks a recorder.</summary>
    public async Task RunAtStartAsync(PlannedFault fault)
    {
        try
        {
            if (fault.Of.Phase == FaultPhase.FirstStart)
            {
                await LetGoAsync();
                _station = await NewStationAsync([.. fault.Orders]);
            }
            else
            {
                _station ??= await NewStationAsync();
                await _station.RestartAsync([.. fault.Orders]);
            }
            await _station.Station.TellAsync(async () =>
            {
                await _station.AnswersAsync();
                // What is passed by services comes soon after the start.
                await Wait.UntilAsync("the fault happened", TimeSpan.FromSeconds(3), () => Task.FromResult(_station.AllHappened)).ContinueWith(_ => { }, TaskScheduler.Default);
                (_station.TakeBack() ? NotReached : Happened).Add(fault);
                await DockAsync([(null, FaultPhase.Visit)]);
                LearnMore();
            });
        }
        catch (XunitException e)
        {
            await FindAsync($"{fault}: {e.Message}");
        }
    }

    /// <summary>At the end: every stored byte is read again by the program's own means, and the census finds nothing.</summary>
    public async Task EndAsync()
    {
        if (_station is null)
            return;
        try
        {
            await _station.Station.TellAsync(async () =>
            {
                var (exit, output) = await _station.Station.VerbAsync("verify", "--all");
                Assert.True(exit == 0, $"ingest verify --all ended with {exit}: {output}");
                await _station.Station.Table.ForgetCensusAsync();
                await _station.RestartAsync();
                await Wait.UntilAsync("the census is clean", Needs.Later, async () => await _station.Station.Table.CensusAsync() is [(_, "good", null), (_, "good", null)],
                    async () => string.Join("; ", await _station.Station.Table.CensusAsync()));
            });
        }
        catch (XunitException e)
        {
            await FindAsync(e.Message);
        }
    }

    public async ValueTask DisposeAsync() => await LetGoAsync();

    /// <summary>Docks recorders one after the other, each with a fault or none, until all are done.</summary>
    private async Task DockAsync(IReadOnlyList<(PlannedFault? Fault, FaultPhase Phase)> plan)
    {
        var station = _station!;
        var visits = new List<Visit>();
        foreach (var (_, phase) in plan)
            visits.Add(await Visit.PrepareAsync(station, visits.Count + 1, ++_number, phase));
        var ofSlots = visits.Where(visit => visit.Slot is not null).ToList();
        await using var watch = new GreenWatch(
            station.Station, ofSlots.ToDictionary(visit => visit.Slot!.Value, visit => visit.Digests), [.. ofSlots.Where(visit => visit.Releases).Select(visit => visit.Slot!.Value)]);
        var running = new List<Task>();
        foreach (var (visit, fault) in visits.Zip(plan.Select(planned => planned.Fault)))
        {
            if (fault is not null)
                station.Order([.. fault.Orders]);
            _visits.Add(visit);
            var docked = visit.RunAsync();
            running.Add(docked);
            if (fault is null)
                continue;
            while (!station.AllHappened && !docked.IsCompleted)
                await Task.Delay(20);
            (station.TakeBack() ? NotReached : Happened).Add(fault);
            await station.AnswersAsync();
        }
        await Task.WhenAll(running);
        await watch.DisposeAsync();
        Greens += watch.Greens;
        Assert.True(watch.Lies.Count == 0, $"A green tile was none: {string.Join("; ", watch.Lies.Take(5))}");
        Assert.True(station.Ends.IsEmpty, string.Join("; ", station.Ends));
        foreach (var visit in visits)
            await visit.AssertAsync();
        await new WholeStation(station, _visits).AssertAsync();
    }

    /// <summary>
    /// A first start goes on after the station answers: buckets are made, the lock is tried. What it does once and for all is learned as its own, not as the first recorder's,
    /// on whose way nothing would pass it again.
    /// </summary>
    private async Task SettledAsync()
    {
        var (known, since) = (0, Stopwatch.GetTimestamp());
        await Wait.UntilAsync(
            "a first start passes no new point",
            () =>
            {
                var now = _station!.Passed(byVerbs: false).Select(passed => passed.Point).Distinct(StringComparer.Ordinal).Count();
                if (now != known)
                    (known, since) = (now, Stopwatch.GetTimestamp());
                return Stopwatch.GetElapsedTime(since) > s_settled;
            },
            seconds: 60);
    }

    private void Learn(Dictionary<string, KnownPoint> points, FaultPhase phase)
    {
        foreach (var group in Unread().GroupBy(passed => passed.Point, StringComparer.Ordinal))
        {
            // What a second start passes isn't only the first one's; what comes while a recorder is docked is its.
            if (!points.TryGetValue(group.Key, out var known) || (known.Phase == FaultPhase.FirstStart && phase != FaultPhase.FirstStart))
                points[group.Key] = new KnownPoint(group.Key, group.First().Site, phase, group.Count());
        }
    }

    /// <summary>Points that nobody had passed before a fault.</summary>
    private void LearnMore()
    {
        foreach (var passed in Unread())
        {
            if (passed.After is not null && _known.TryAdd(passed.Point, new KnownPoint(passed.Point, passed.Site, FaultPhase.Recovery, 1, passed.After)))
                tell($"new after a fault: {passed.Point}");
        }
    }

    private List<FaultPointPassed> Unread()
    {
        var (service, verbs) = (_station!.Passed(byVerbs: false), _station.Passed(byVerbs: true));
        var unread = service.Skip(_read.Service).Concat(verbs.Skip(_read.Verbs)).ToList();
        _read = (service.Count, verbs.Count);
        return unread;
    }

    private async Task<FaultStation> NewStationAsync(params IReadOnlyList<FaultOrder> first)
    {
        // A bucket of its own as well: what lies in another catalog's is untracked.
        (_read, var station) = (default, await FaultStation.StartAsync(bucket is null ? null : TestS3.NewBucketName(), first));
        return station;
    }

    private async Task FindAsync(string finding)
    {
        tell("FOUND " + finding);
        Findings.Add(finding);
        await LetGoAsync();
    }

    private async Task LetGoAsync()
    {
        _visits.Clear();
        if (_station is null)
            return;
        Kills += _station.Kills;
        await _station.DisposeAsync();
        _station = null;
    }
}
