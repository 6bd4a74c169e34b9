using System.Net;
using System.Net.Http.Headers;

namespace YaoAn.Api;

/// <summary>The station's own board, read from its Ingest: true while database and store are away.</summary>
internal sealed class StationBoard(HttpClient http, IConfiguration configuration)
{
    /// <summary>Opens the stream of boards. Throws <see cref="StationAwayException"/> when the station can't be asked or refuses.</summary>
    public async Task<HttpResponseMessage> OpenAsync(CancellationToken cancellationToken)
    {
        if (configuration["Ingest:Url"] is not { Length: > 0 } address)
            throw new StationAwayException("Ingest:Url isn't configured");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address), "/board/events"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(cancellationToken));
            request.Headers.Accept.ParseAdd("text/event-stream");
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            response.Dispose();
            throw new StationAwayException($"the station answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new StationAwayException(e.Message, e);
        }
    }

    // Read each time: a key that is replaced counts from the next board on.
    private async Task<string> KeyAsync(CancellationToken cancellationToken)
    {
        var folder = configuration["YaoAn:DataFolder"] ?? "./data";
        var file = Path.Combine(folder, configuration["Keys:Internal"] ?? "keys/internal.key");
        return (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
    }
}

/// <summary>The station's Ingest can't be asked; the board in the browser turns to 'unknown' by itself.</summary>
internal sealed class StationAwayException(string reason, Exception? inner = null) : Exception(reason, inner);
