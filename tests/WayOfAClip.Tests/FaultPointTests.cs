using System.Globalization;
using Xunit;
using Xunit.Abstractions;
using YaoAn.Tests.Support;
using YaoAn.WayOfAClip.Tests.Faults;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>
/// Fault 58: the station fails, and is killed, at every point where a machine can fail (decision 0016). The points are found by the tests themselves. In CI
/// a sample, another one each day; all of them with <c>YAOAN_FAULTS=all</c>; those whose name has a part in it with <c>YAOAN_FAULTS=PART</c>.
/// </summary>
public sealed class FaultPointTests(ITestOutputHelper output)
{
    private const int InSample = 8, OfBucketInSample = 2;

    private static readonly string? s_which = Environment.GetEnvironmentVariable("YAOAN_FAULTS") is { Length: > 0 } which ? which : null;

    [SkippableFact]
    public async Task Fault_58_whatever_fails_or_dies_at_any_point_every_file_ends_green_and_once()
    {
        Needs.Station();
        await using var loop = new FaultLoop(bucket: null, Tell);
        await loop.RecordAsync();
        Assert.Empty(DeclaredPoints.OnFolder.Except(loop.Sites));
        await TryAsync(loop, InSample, point => true);
        if (s_which == "all")
            Assert.Empty(DeclaredPoints.OnFolder.Except(loop.Happened.Select(fault => fault.Of.Site)));
    }

    [SkippableFact]
    public async Task Fault_58_whatever_fails_or_dies_on_the_way_to_a_bucket_every_file_ends_green_and_once()
    {
        Needs.Station();
        TestS3.Need();
        await using var loop = new FaultLoop(TestS3.NewBucketName(), Tell);
        await loop.RecordAsync();
        Assert.Empty(DeclaredPoints.OnBucket.Except(loop.Sites));
        await TryAsync(loop, OfBucketInSample, point => DeclaredPoints.OnBucket.Contains(point.Site));
    }

    private async Task TryAsync(FaultLoop loop, int inSample, Func<KnownPoint, bool> isOurs)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        // Points that only a fault leads to are found on the way, and are tried in their turn.
        while (loop.Known.Where(point => isOurs(point) && !tried.Contains(point.Point)).OrderBy(point => point.Phase).ThenBy(point => point.Point, StringComparer.Ordinal).ToList() is { Count: > 0 } points)
        {
            tried.UnionWith(points.Select(point => point.Point));
            var faults = Chosen([.. points.SelectMany(point => point.Faults())], inSample);
            foreach (var fault in faults.Where(fault => fault.Of.Phase is FaultPhase.FirstStart or FaultPhase.Start))
                await loop.RunAtStartAsync(fault);
            await loop.RunAsync(faults.Where(fault => fault.Of.Phase is not (FaultPhase.FirstStart or FaultPhase.Start)));
            if (s_which is null)
                break;
        }
        await loop.EndAsync();
        await loop.DisposeAsync();
        Tell(string.Create(CultureInfo.InvariantCulture, $"{loop.Known.Count(isOurs)} points at {loop.Known.Where(isOurs).Select(point => point.Site).Distinct().Count()} places; {loop.Happened.Count} faults happened ({loop.Happened.Count(fault => fault.Action == "throw")} failures, {loop.Happened.Count(fault => fault.Action == "kill")} kills; Ingest was killed {loop.Kills} times), {loop.NotReached.Count} points were not passed again; {loop.Visits} recorders docked, {loop.Greens} green tiles checked, {loop.Findings.Count} findings"));
        foreach (var fault in loop.NotReached)
            Tell($"not passed again: {fault}");
        Assert.True(loop.Findings.Count == 0, string.Join(Environment.NewLine + Environment.NewLine, loop.Findings));
        Assert.True(loop.Happened.Count >= loop.NotReached.Count, "Most of what was planned did not happen.");
    }

    private static IReadOnlyList<PlannedFault> Chosen(IReadOnlyList<PlannedFault> faults, int inSample)
    {
        if (s_which == "all")
            return faults;
        if (s_which is not null)
            return [.. faults.Where(fault => fault.Of.Point.Contains(s_which, StringComparison.OrdinalIgnoreCase))];
        // Spread over the whole way, begun one further each day. A station of its own for a first start is too dear for CI.
        var cheap = faults.Where(fault => fault.Of.Phase is not (FaultPhase.FirstStart or FaultPhase.Start or FaultPhase.Recovery)).ToList();
        var stride = Math.Max(1, cheap.Count / inSample);
        var day = DateOnly.FromDateTime(DateTime.UtcNow).DayNumber % stride;
        return [.. cheap.Where((_, at) => at % stride == day).Take(inSample)];
    }

    private void Tell(string line)
    {
        output.WriteLine(line);
        // Output of a test is shown at its end, and only where it failed: what takes long is followed here.
        if (Environment.GetEnvironmentVariable("YAOAN_FAULTS_LOG") is { Length: > 0 } log)
            File.AppendAllText(log, line + "\n");
    }
}
