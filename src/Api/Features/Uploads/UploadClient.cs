using System.Net;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Uploads on the station, through its loopback endpoint. Refusals of the station become our problems.</summary>
internal sealed class UploadClient(HttpClient http, StationKey key)
{
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(10);

    /// <summary>Begins an upload; asked again with the same ticket, it is the same upload.</summary>
    public async Task<UploadView> BeginAsync(NewUpload wish, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Post, "/uploads", JsonContent.Create(wish), ct);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.OK => await ReadAsync<UploadView>(response, ct),
            HttpStatusCode.RequestEntityTooLarge => throw new ProblemException(ProblemCode.UploadTooLarge),
            HttpStatusCode.TooManyRequests => throw new ProblemException(ProblemCode.UploadsTooMany),
            HttpStatusCode.InsufficientStorage => throw new ProblemException(ProblemCode.StationFull),
            var status => throw Unexpected(status),
        };
    }

    /// <summary>What the station remembers of an account's uploads.</summary>
    public async Task<UploadList> ListAsync(AccountId account, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Get, $"/uploads?account={account}", content: null, ct);
        return response.StatusCode == HttpStatusCode.OK ? await ReadAsync<UploadList>(response, ct) : throw Unexpected(response.StatusCode);
    }

    /// <summary>An upload of an account; null where it has none of this id.</summary>
    public async Task<UploadView?> FindAsync(UploadId id, AccountId account, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Get, $"/uploads/{id}?account={account}", content: null, ct);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await ReadAsync<UploadView>(response, ct),
            HttpStatusCode.NotFound => null,
            var status => throw Unexpected(status),
        };
    }

    /// <summary>Passes bytes on; null where the account has no such upload. Whatever it throws, what came to the station stays there.</summary>
    /// <exception cref="ProblemException">The station refused them, or the sign-in ended.</exception>
    /// <exception cref="StationAwayException">The station can't be asked any more.</exception>
    public async Task<UploadView?> AddAsync(UploadId id, AccountId account, long offset, UploadBody body, CancellationToken ct)
    {
        try
        {
            using var request = await key.RequestAsync(HttpMethod.Patch, $"/uploads/{id}?account={account}&offset={offset}", ct);
            request.Content = body;
            request.Headers.ExpectContinue = true;
            using var response = await http.SendAsync(request, ct);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await ReadAsync<UploadView>(response, ct),
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Conflict => throw new ProblemException(ProblemCode.UploadMoved),
                HttpStatusCode.Locked => throw new ProblemException(ProblemCode.UploadBusy),
                HttpStatusCode.InsufficientStorage => throw new ProblemException(ProblemCode.StationFull),
                var status => throw Unexpected(status),
            };
        }
        catch (Exception e) when (body.Fault is { } fault && e is not ProblemException)
        {
            throw fault is ProblemException or BadHttpRequestException ? fault : new BadHttpRequestException("The sender's line broke.", StatusCodes.Status400BadRequest, fault);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            // A station that stops reading closes the line before its answer is read: it is asked why.
            return await FindAsync(id, account, ct) switch
            {
                null => null,
                { Reason: "spool-full" } => throw new ProblemException(ProblemCode.StationFull, e),
                _ => throw new StationAwayException(e.Message, e),
            };
        }
    }

    /// <summary>Gives an unfinished upload up; false where the account has no such upload.</summary>
    public async Task<bool> GiveUpAsync(UploadId id, AccountId account, CancellationToken ct)
    {
        using var response = await AskAsync(HttpMethod.Delete, $"/uploads/{id}?account={account}", content: null, ct);
        return response.StatusCode switch
        {
            HttpStatusCode.NoContent => true,
            HttpStatusCode.NotFound => false,
            HttpStatusCode.Conflict => throw new ProblemException(ProblemCode.UploadTooLate),
            var status => throw Unexpected(status),
        };
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(s_longestSilence);
        try
        {
            using var request = await key.RequestAsync(method, path, patience.Token);
            request.Content = content;
            return await http.SendAsync(request, patience.Token);
        }
        catch (Exception e) when (StationAwayException.Means(e, ct))
        {
            throw new StationAwayException(e.Message, e);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct) =>
        await response.Content.ReadFromJsonAsync<T>(ct) ?? throw new StationAwayException("the station's answer is empty");

    private static StationAwayException Unexpected(HttpStatusCode status) => new($"the station answered {(int)status} about an upload");
}
