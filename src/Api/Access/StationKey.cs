using System.Net.Http.Headers;

namespace YaoAn.Api;

/// <summary>Requests to the station's Ingest, with the key that both programs read from one file.</summary>
internal sealed class StationKey(IConfiguration configuration)
{
    /// <summary>A request with the bearer. The key is read each time: a replaced one counts from the next request on.</summary>
    /// <exception cref="StationAwayException">No station is configured.</exception>
    public async Task<HttpRequestMessage> RequestAsync(HttpMethod method, string path, CancellationToken ct)
    {
        if (configuration["Ingest:Url"] is not { Length: > 0 } address)
            throw new StationAwayException("Ingest:Url isn't configured");
        var secret = await File.ReadAllTextAsync(ApiHost.PathOf(configuration, configuration["Keys:Internal"] ?? "keys/internal.key"), ct);
        var request = new HttpRequestMessage(method, new Uri(new Uri(address), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret.Trim());
        return request;
    }
}
