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
/// <param name="Part"><c>database</c>, <c>migrations</c>, <c>station</c>, <c>store</c>, <c>lock</c>, <c>sandbox</c>.</param>
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
    CatalogDatabase database, ObjectStores stores, StationHealth station, IConfiguration configuration, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly SemaphoreSlim _one = new(1);
    private Findings? _last;

    public async Task<Findings> LookAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_last is null || time.GetUtcNow() - _last.At >= GoodFor)
                _last = await TakeAsync(ct);
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Findings> TakeAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var looks = await Task.WhenAll(DatabaseAsync(either.Token), StoreAsync(either.Token), station.LookAsync(either.Token));
        return new Findings(time.GetUtcNow(), [.. looks.SelectMany(look => look)]);
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
            return
            [
                new Finding("database", Level.Ok),
                missing.Count == 0 ? new Finding("migrations", Level.Ok) : new Finding("migrations", Level.Bad, "migrations-missing", string.Join(", ", missing)),
            ];
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            return [new Finding("database", Level.Bad, "database-unreachable", e.Message)];
        }
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
            return [new Finding("station", Level.Ok), .. causes.Select(cause => Of(cause.Code, cause.Detail))];
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
