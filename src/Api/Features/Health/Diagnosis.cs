using System.Text.Json;
using Npgsql;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>How a part of the system is.</summary>
internal enum Level
{
    /// <summary>Works.</summary>
    Ok,

    /// <summary>Works, with something to know.</summary>
    Warn,

    /// <summary>Doesn't work.</summary>
    Bad,
}

/// <summary>One finding. Part and cause are keys of HealthWords.</summary>
/// <param name="Part"><c>database</c>, <c>migrations</c>, <c>station</c>, <c>rota</c>, <c>census</c>, <c>store</c>, <c>lock</c>, <c>sandbox</c>.</param>
/// <param name="Level">How it is.</param>
/// <param name="Cause">Code of what is wrong; null when nothing is.</param>
/// <param name="Detail">Message of what was tried, for the signed-in page only.</param>
internal sealed record Finding(string Part, Level Level, string? Cause = null, string? Detail = null);

/// <summary>All findings of one look.</summary>
internal sealed record Findings(DateTimeOffset At, IReadOnlyList<Finding> All)
{
    public Level Worst => All.Max(finding => finding.Level);
}

/// <summary>
/// Looks at everything this program stands on. Anybody may ask for it, so that at most one look every few seconds is taken, whoever asks.
/// </summary>
internal sealed class Diagnosis(
    CatalogDatabase database, RotaTable rota, CensusTable census, ObjectStores stores, StationHealth station, IConfiguration configuration, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWithoutNight = TimeSpan.FromHours(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, Task<Finding[]>> _looking = new(StringComparer.Ordinal);
    private Findings? _last;

    /// <summary>The last look, or a new one. Who hangs up stops waiting; the look, which is everybody's, goes on.</summary>
    public async Task<Findings> LookAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // A clock that was set back makes no old look good for longer.
            if (_last is null || time.GetUtcNow() - _last.At is var age && (age >= GoodFor || age < TimeSpan.Zero))
                _last = await TakeAsync();
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Findings> TakeAsync()
    {
        var looks = await Task.WhenAll(
            WithinAsync(DatabaseAsync, "database", "database-unreachable"),
            WithinAsync(StoreAsync, "store", "store-unusable"),
            WithinAsync(station.LookAsync, "station", "station-away"));
        return new Findings(time.GetUtcNow(), [.. looks.SelectMany(look => look)]);
    }

    /// <summary>One part's findings. A call that hears no cancellation, such as one to a disk that hangs, is left behind, and not begun again before it ends.</summary>
    private async Task<Finding[]> WithinAsync(Func<CancellationToken, Task<Finding[]>> look, string part, string cause)
    {
        Task<Finding[]>? looking;
        lock (_looking)
        {
            if (!_looking.TryGetValue(part, out looking) || looking.IsCompleted)
                looking = _looking[part] = Task.Run(() => LookAsync(look));
        }
        try
        {
            return await looking.WaitAsync(Patience + TimeSpan.FromMilliseconds(500), time);
        }
        catch (TimeoutException)
        {
            return [new Finding(part, Level.Bad, cause, $"{Patience.TotalSeconds} s")];
        }
    }

    private async Task<Finding[]> LookAsync(Func<CancellationToken, Task<Finding[]>> look)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        return await look(patience.Token);
    }

    private async Task<Finding[]> DatabaseAsync(CancellationToken ct)
    {
        try
        {
            await using (await database.OpenAsync(ct))
            {
                // Opening went to the server and back.
            }
            var missing = await Task.Run(() => Migrator.Missing(configuration.GetConnectionString("Catalog")!), ct);
            if (missing.Count > 0)
                return [new Finding("database", Level.Ok), new Finding("migrations", Level.Bad, "migrations-missing", string.Join(", ", missing))];
            return [new Finding("database", Level.Ok), new Finding("migrations", Level.Ok), await RotaAsync(ct), await CensusAsync(ct)];
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return [new Finding("database", Level.Bad, "database-unreachable", e.Message)];
        }
    }

    /// <summary>The last night of the rota. A night that never came is as bad as one that found nothing to read.</summary>
    private async Task<Finding> RotaAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await rota.OldestAsync(now - LongestWithoutNight, [], ct) is null)
            return new Finding("rota", Level.Ok);
        return await rota.LastAsync(ct) switch
        {
            null => new Finding("rota", Level.Warn, "rota-late"),
            { BegunAt: var begun } when now - begun > LongestWithoutNight => new Finding("rota", Level.Warn, "rota-late"),
            { Result: "differing", Differing: var count } => new Finding("rota", Level.Warn, "rota-differing", count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            { Result: "nothing", Detail: var detail } => new Finding("rota", Level.Warn, "rota-nothing", detail),
            { Result: "overdue", Overdue: var count } => new Finding("rota", Level.Warn, "rota-overdue", count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _ => new Finding("rota", Level.Ok),
        };
    }

    /// <summary>The last census of the store and of each spool. One that never came, or broke off, is named like one that found something.</summary>
    private async Task<Finding> CensusAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var last = await census.LastAsync(ct);
        if (last.FirstOrDefault(row => row.Result == "broken" && now - row.BegunAt < LongestWithoutNight) is { } broken)
            return new Finding("census", Level.Warn, "census-broken", broken.Detail);
        if (last.Sum(row => row.Findings) is > 0 and var count)
            return new Finding("census", Level.Warn, "census-findings", count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var isLate = last.All(row => row.Scope != CensusRow.Store || now - row.BegunAt > LongestWithoutNight);
        return isLate && await rota.OldestAsync(now - LongestWithoutNight, [], ct) is not null ? new Finding("census", Level.Warn, "census-late") : new Finding("census", Level.Ok);
    }

    private async Task<Finding[]> StoreAsync(CancellationToken ct)
    {
        try
        {
            await stores.Originals.TryAsync(ct);
            if (!ReferenceEquals(stores.Originals, stores.Derived))
                await stores.Derived.TryAsync(ct);
            return
            [
                new Finding("store", Level.Ok),
                stores.Originals.LockStrength == LockStrength.Advisory ? new Finding("lock", Level.Warn, "lock-advisory") : new Finding("lock", Level.Ok),
            ];
        }
        catch (Exception e) when (e is StoreUnavailableException or ObjectMissingException or OperationCanceledException)
        {
            return [new Finding("store", Level.Bad, "store-unusable", e.Message)];
        }
    }
}

/// <summary>What the station says of itself.</summary>
internal sealed class StationHealth(IHttpClientFactory clients, StationKey key)
{
    public const string Client = "station-health";

    public async Task<Finding[]> LookAsync(CancellationToken ct)
    {
        try
        {
            using var http = clients.CreateClient(Client);
            using var request = await key.RequestAsync(HttpMethod.Get, "/health", ct);
            using var response = await http.SendAsync(request, ct);
            var causes = Causes(await response.Content.ReadAsStringAsync(ct));
            if (!response.IsSuccessStatusCode && causes.Count == 0)
                return [new Finding("station", Level.Bad, "station-away", $"HTTP {(int)response.StatusCode}")];
            Finding[] found = [.. causes.Select(cause => Of(cause.Code, cause.Detail))];
            return found.Any(finding => finding.Part == "station") ? found : [new Finding("station", Level.Ok), .. found];
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or StationAwayException or OperationCanceledException)
        {
            return [new Finding("station", Level.Bad, "station-away", e.Message)];
        }
    }

    private static Finding Of(string code, string? detail) => code.StartsWith("sandbox", StringComparison.Ordinal)
        ? new Finding("sandbox", Level.Bad, "sandbox-unusable", detail)
        : new Finding("station", Level.Bad, "other", $"{code} {detail}".TrimEnd());

    /// <summary><c>causes</c>: strings, or objects with <c>code</c> and <c>detail</c>; absent on a healthy station.</summary>
    private static List<(string Code, string? Detail)> Causes(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("causes", out var causes) && causes.ValueKind == JsonValueKind.Array
                ? [.. causes.EnumerateArray().Select(cause => cause.ValueKind == JsonValueKind.Object
                    ? (Text(cause, "code") ?? "unknown", Text(cause, "detail"))
                    : (cause.ToString(), null))]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? Text(JsonElement cause, string name) => cause.TryGetProperty(name, out var value) ? value.ToString() : null;
}
