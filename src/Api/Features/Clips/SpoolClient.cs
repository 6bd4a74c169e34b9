using System.Net;
using System.Net.Http.Headers;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Reads originals that are still on the station, through its loopback endpoint.</summary>
internal sealed class SpoolClient(HttpClient http, StationKey key)
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>Bytes from <paramref name="offset"/>; null where the station no longer has the file.</summary>
    /// <exception cref="StationAwayException">The station can't be asked.</exception>
    public async Task<Stream?> OpenAsync(ClipId clip, long offset, long length, CancellationToken ct)
    {
        try
        {
            using var request = await key.RequestAsync(HttpMethod.Get, $"/spool/{clip}/original", ct);
            request.Headers.Range = new RangeHeaderValue(offset, offset + length - 1);
            // The limit ends with the headers: reading on may take as long as somebody watches.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(LongestSilence);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset)
                return await response.Content.ReadAsStreamAsync(ct); // its disposal gives the connection back
            var status = response.StatusCode;
            response.Dispose();
            return status == HttpStatusCode.NotFound ? null : throw new StationAwayException($"the station answered {(int)status} to a range of a spooled file");
        }
        catch (Exception e) when (StationAwayException.Means(e, ct))
        {
            throw new StationAwayException(e.Message, e);
        }
    }

    /// <summary>Tells the station that somebody is about to watch a file of its spool: its read-back gives way. Waits for nothing, as nothing depends on it.</summary>
    public async Task ExpectAsync(ClipId clip)
    {
        try
        {
            using var patience = new CancellationTokenSource(LongestSilence);
            using var request = await key.RequestAsync(HttpMethod.Head, $"/spool/{clip}/original", patience.Token);
            using var response = await http.SendAsync(request, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException or StationAwayException)
        {
            // The station is away: the player will say so.
        }
    }
}
