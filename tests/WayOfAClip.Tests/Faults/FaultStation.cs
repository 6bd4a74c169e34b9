using System.Collections.Concurrent;
using System.Globalization;
using Xunit.Sdk;
using YaoAn.Tests.Station;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests.Faults;

/// <summary>
/// A whole station whose Ingest fails or dies where it is told, and is started again whenever it has ended, as whoever looks after a station
/// does. The files between the two are described at <c>FaultOrders</c> of tests/FaultyIngest.
/// </summary>
internal sealed class FaultStation : IAsyncDisposable
{
    public const int Slots = 8;

    private const int Killed = 128 + 9;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>Everything that waits for a while waits for less: what is tried is that it goes on, not when.</summary>
    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["Station__PollInterval"] = "00:00:00.1",
        ["Station__QuietPeriod"] = "00:00:00.4",
        ["Work__Lease"] = "00:00:04",
        ["Work__SweepInterval"] = "00:00:01",
        ["Work__Patience"] = "00:00:02",
        ["Work__CensusAt"] = "00:00:00",
        ["Work__ReleaseAfter"] = "00:00:00",
        ["Upload__SessionEndsAfter"] = "00:00:03",
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private Task _keeping = Task.CompletedTask;

    private FaultStation(StationUnderTest station) => Station = station;

    public StationUnderTest Station { get; }

    /// <summary>How often Ingest was killed by an order.</summary>
    public int Kills { get; private set; }

    /// <summary>Ends of a running Ingest that no kill explains: a failed write or connection is no reason to stop a station.</summary>
    public ConcurrentQueue<string> Ends { get; } = new();

    private string Folder => Path.Combine(Station.Data, "run", "faults");

    private string OrdersFile => Path.Combine(Folder, "orders");

    /// <summary>Makes a station and starts it.</summary>
    /// <param name="bucket">Bucket of the S3 server, or null for the folder store.</param>
    /// <param name="first">What happens at the first start.</param>
    public static async Task<FaultStation> StartAsync(string? bucket, params IReadOnlyList<FaultOrder> first)
    {
        var settings = new StationSettings
        {
            WithPages = false,
            WithIngest = false,
            Slots = Slots,
            Quick = false,
            Bucket = bucket,
            IngestProgram = Programs.FaultyIngest,
            More = s_settings,
        };
        var station = new FaultStation(await StationUnderTest.StartAsync(settings));
        try
        {
            Directory.CreateDirectory(station.Folder);
            station.Order(first);
            await station.StartIngestAsync();
            station._keeping = station.KeepAsync();
            return station;
        }
        catch
        {
            await station.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says what is to happen, in this order.</summary>
    public void Order(params IReadOnlyList<FaultOrder> orders)
    {
        if (orders.Count == 0)
            return;
        File.WriteAllLines(OrdersFile + ".part", orders.Select(order => order.Line));
        File.Move(OrdersFile + ".part", OrdersFile, overwrite: true);
    }

    /// <summary>Whether all that was ordered has happened.</summary>
    public bool AllHappened => !File.Exists(OrdersFile);

    /// <summary>Takes back what has not happened.</summary>
    /// <returns>False where all has.</returns>
    public bool TakeBack()
    {
        if (AllHappened)
            return false;
        File.Delete(OrdersFile);
        return true;
    }

    /// <summary>Points passed since the station was made, in turn.</summary>
    /// <param name="byVerbs">Those of verbs beside the service.</param>
    public IReadOnlyList<FaultPointPassed> Passed(bool byVerbs)
    {
        var passed = new List<FaultPointPassed>();
        FaultOrder? last = null;
        foreach (var parts in Lines(byVerbs ? "passed-verb" : "passed").Select(line => line.Split('\t')))
        {
            if (parts is [var site, var point])
                passed.Add(new FaultPointPassed(site, point, last));
            else if (parts is [var action, var pass, var where])
                last = new FaultOrder(action, int.Parse(pass, CultureInfo.InvariantCulture), where);
        }
        return passed;
    }

    /// <summary>Waits until Ingest answers, whatever became of it before.</summary>
    public Task AnswersAsync() => Wait.UntilAsync("Ingest answers", Needs.Later, async () =>
    {
        if (_keeping.IsFaulted)
            await _keeping;
        return await Station.TryBoardAsync() is not null;
    });

    /// <summary>Stops Ingest, says what is to happen, and starts it again.</summary>
    public async Task RestartAsync(params IReadOnlyList<FaultOrder> orders)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            if (Station.Ingest is { IsRunning: true })
                await Station.StopIngestAsync();
            Order(orders);
            await StartIngestAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Station.DisposeAsync();
        _stop.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _oneAtATime.WaitAsync();
            try
            {
                if (Station.Ingest is { IsRunning: false })
                {
                    if (await BuryAsync() is not Killed and var exit)
                        Ends.Enqueue($"Ingest ended by itself with {exit} after '{Lines("fired").LastOrDefault()}'");
                    await StartIngestAsync();
                }
            }
            finally
            {
                _oneAtATime.Release();
            }
            await Task.Delay(s_look, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Starts Ingest. At a start it may say what failed and end: the next one goes on.</summary>
    private async Task StartIngestAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Station.StartIngestAsync();
                return;
            }
            catch (XunitException) when (attempt < 3 && Station.Ingest is { IsRunning: false })
            {
                await BuryAsync();
            }
        }
    }

    private async Task<int> BuryAsync()
    {
        var exit = await Station.BuryIngestAsync();
        if (exit == Killed)
            Kills++;
        return exit;
    }

    private List<string> Lines(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
