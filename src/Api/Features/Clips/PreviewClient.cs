using System.Globalization;
using System.Net;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Asks the program that works on media for parts of a preview that isn't stored yet; it makes them while we wait.</summary>
internal sealed class PreviewClient(HttpClient http, StationKey key)
{
    /// <summary>A segment takes a second or two; an original that has to be fetched from a bucket first takes longer.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The header, made by an encoder that begins with segment <paramref name="from"/>. Null where the clip has no such preview.</summary>
    /// <exception cref="ProblemException">The recording can't be decoded.</exception>
    /// <exception cref="StationAwayException">The program can't be asked.</exception>
    public Task<byte[]?> InitAsync(ClipId clip, int from, CancellationToken ct) =>
        GetAsync(string.Create(CultureInfo.InvariantCulture, $"/preview/{clip}/init?from={from}"), ct);

    /// <summary>A segment. Null where the recording ends before it.</summary>
    /// <exception cref="ProblemException">The recording can't be decoded.</exception>
    /// <exception cref="StationAwayException">The program can't be asked.</exception>
    public Task<byte[]?> SegmentAsync(ClipId clip, int number, CancellationToken ct) =>
        GetAsync(string.Create(CultureInfo.InvariantCulture, $"/preview/{clip}/{number}"), ct);

    private async Task<byte[]?> GetAsync(string path, CancellationToken ct)
    {
        try
        {
            using var request = await key.RequestAsync(HttpMethod.Get, path, ct);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(s_patience);
            using var response = await http.SendAsync(request, patience.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsByteArrayAsync(patience.Token),
                HttpStatusCode.NotFound => null,
                HttpStatusCode.UnprocessableEntity => throw new ProblemException(ProblemCode.NotDecodable),
                var other => throw new StationAwayException($"it answered {(int)other} to a part of a preview"),
            };
        }
        catch (Exception e) when (StationAwayException.Means(e, ct))
        {
            throw new StationAwayException(e.Message, e);
        }
    }
}
