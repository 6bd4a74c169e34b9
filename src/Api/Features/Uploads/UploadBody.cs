using System.Buffers;
using System.Net;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// The body of a request, passed on as it comes: no more of it is held than one buffer, and it is read no faster than the station takes it.
/// It ends with the line that sends it, and with the sign-in.
/// </summary>
internal sealed class UploadBody : HttpContent
{
    private const int BufferBytes = 256 << 10;

    /// <summary>A line that is silent for this long is broken, whatever it says: the sender begins another and must not find this one in its way.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(20);

    private readonly HttpContext _http;
    private readonly Viewer _viewer;
    private readonly StillSignedIn _still;
    private readonly TimeProvider _time;

    public UploadBody(HttpContext http, Viewer viewer, StillSignedIn still, TimeProvider time)
    {
        (_http, _viewer, _still, _time) = (http, viewer, still, time);
        Headers.ContentType = new(Tus.PatchType);
    }

    /// <summary>Why the body ended early, where that lay with the sender or his sign-in.</summary>
    public Exception? Fault { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var asked = _time.GetUtcNow();
        try
        {
            while (true)
            {
                if (_time.GetUtcNow() - asked >= StillSignedIn.Every)
                {
                    await AskAsync(cancellationToken);
                    asked = _time.GetUtcNow();
                }
                var read = await ReadAsync(buffer, silence, either.Token);
                if (read == 0)
                    return;
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _http.Request.ContentLength ?? 0;
        return _http.Request.ContentLength is not null;
    }

    private async Task<int> ReadAsync(byte[] buffer, CancellationTokenSource silence, CancellationToken either)
    {
        silence.CancelAfter(s_longestSilence);
        try
        {
            return await _http.Request.Body.ReadAsync(buffer.AsMemory(0, BufferBytes), either);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            _http.Abort();
            throw Fault = new BadHttpRequestException("The line was silent.", StatusCodes.Status408RequestTimeout);
        }
        catch (Exception e) when (e is IOException or BadHttpRequestException)
        {
            Fault = e;
            throw;
        }
        finally
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whoever signed out, was disabled or lost the right sends no more.</summary>
    private async Task AskAsync(CancellationToken ct)
    {
        try
        {
            if (!await _still.IsAsync(_http, _viewer, ct))
                throw Fault = new ProblemException(ProblemCode.SignInNeeded);
        }
        catch (Npgsql.NpgsqlException)
        {
            // Nothing about the sign-in can change while the database is away, and the station keeps bytes without it.
        }
    }
}
