using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace YaoAn.Tests.Station;

/// <summary>What a store does with the bytes of originals.</summary>
public enum StoreFault
{
    /// <summary>Nothing: what the server says and takes goes through as it is.</summary>
    None,

    /// <summary>Answers 503 with its code for 'too busy'.</summary>
    Busy,

    /// <summary>Takes and gives a few MiB a second.</summary>
    Slow,

    /// <summary>Takes a put and answers 200 with an error in the body; nothing is stored.</summary>
    ErrorBody,

    /// <summary>Answers 200 to a put and stores the first half of it.</summary>
    Half,

    /// <summary>Gives back every byte but one.</summary>
    Corrupt,
}

/// <summary>
/// Between a station and the real S3 server: everything is forwarded, and the bytes of originals suffer what a test wants. The station signs for this address, and
/// the server checks just that, since the request's own Host goes with it.
/// </summary>
public sealed class FaultyStore : IAsyncDisposable
{
    private const int BytesPerSecond = 3 << 20, PieceBytes = 128 << 10;

    private static readonly string[] s_hopByHop = ["Connection", "Transfer-Encoding", "Keep-Alive", "Host", "Expect"];

    private readonly Uri _server;
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private int _happened;
    private volatile StoreFault _fault;

    private FaultyStore(Uri server)
    {
        _server = server;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _app = builder.Build();
        _app.Run(PassOnAsync);
    }

    /// <summary>Scheme, host and port that a station is given.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>What originals suffer from now on.</summary>
    public StoreFault Fault
    {
        get => _fault;
        set
        {
            _happened = 0;
            _fault = value;
        }
    }

    /// <summary>How often that happened.</summary>
    public int Happened => Volatile.Read(ref _happened);

    /// <summary>Forwards from now on.</summary>
    public static async Task<FaultyStore> StartAsync(Uri server)
    {
        var store = new FaultyStore(server);
        await store._app.StartAsync();
        return store;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var isBytes = context.Request.Path.Value!.EndsWith("/original", StringComparison.Ordinal) && !context.Request.Query.ContainsKey("retention");
        var (isPut, fault) = (HttpMethods.IsPut(context.Request.Method), isBytes ? _fault : StoreFault.None);
        var suffers = isPut ? fault is StoreFault.Busy or StoreFault.Slow or StoreFault.ErrorBody or StoreFault.Half
            : HttpMethods.IsGet(context.Request.Method) && fault is StoreFault.Busy or StoreFault.Slow or StoreFault.Corrupt;
        if (!suffers)
            fault = StoreFault.None;
        else
            Interlocked.Increment(ref _happened);
        if (fault is StoreFault.Busy or StoreFault.ErrorBody)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = fault == StoreFault.Busy ? 503 : 200;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync(fault == StoreFault.Busy ? "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>" : "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>");
            return;
        }
        using var request = await RequestAsync(context, isPut ? fault : StoreFault.None);
        using var answer = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !s_hopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        await using var bytes = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await CopyAsync(bytes, context.Response.Body, isPut ? StoreFault.None : fault, answer.Content.Headers.ContentLength ?? 0, context.RequestAborted);
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpContext context, StoreFault fault)
    {
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            Stream body = context.Request.Body;
            var length = context.Request.ContentLength;
            if (fault is StoreFault.Half or StoreFault.Slow)
            {
                var whole = new MemoryStream();
                await CopyAsync(body, whole, fault == StoreFault.Slow ? fault : StoreFault.None, length ?? 0, context.RequestAborted);
                if (fault == StoreFault.Half)
                    whole.SetLength(whole.Length / 2);
                whole.Position = 0;
                (body, length) = (whole, whole.Length);
            }
            request.Content = new StreamContent(body);
            request.Content.Headers.ContentLength = length;
        }
        foreach (var (name, values) in context.Request.Headers.Where(header => !s_hopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase) && header.Key != "Content-Length"))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
        }
        request.Headers.Host = context.Request.Host.Value;
        return request;
    }

    private static async Task CopyAsync(Stream from, Stream to, StoreFault fault, long length, CancellationToken ct)
    {
        var buffer = new byte[PieceBytes];
        long at = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, ct)) > 0)
        {
            if (fault == StoreFault.Slow)
                await Task.Delay(TimeSpan.FromSeconds(read / (double)BytesPerSecond), ct);
            if (fault == StoreFault.Corrupt && length / 2 >= at && length / 2 < at + read)
                buffer[length / 2 - at] ^= 0x20;
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
            at += read;
        }
    }
}
