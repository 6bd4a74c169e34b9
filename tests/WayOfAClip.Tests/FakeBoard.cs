using System.Net;
using System.Text;
using YaoAn.Tests.Support;

namespace YaoAn.WayOfAClip.Tests;

/// <summary>A stand-in for Ingest's endpoint that gives whatever board a test wants, and falls silent when told.</summary>
internal sealed class FakeBoard : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private volatile string _board = "";

    public FakeBoard()
    {
        Url = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>While set, connections stand and nothing comes.</summary>
    public bool Silent { get; set; }

    public void Show(string board) => _board = board.ReplaceLineEndings("");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            if (context.Request.Url!.AbsolutePath == "/health")
            {
                await context.Response.OutputStream.WriteAsync("""{"status":"ok"}"""u8.ToArray());
                context.Response.Close();
                return;
            }
            context.Response.ContentType = "text/event-stream";
            context.Response.SendChunked = true;
            await context.Response.OutputStream.WriteAsync(": hello\n\n"u8.ToArray());
            await context.Response.OutputStream.FlushAsync();
            for (string? sent = null; _listener.IsListening; await Task.Delay(100))
            {
                if (Silent || _board.Length == 0 || _board == sent)
                    continue;
                sent = _board;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"event: board\ndata: {sent}\n\n"));
                await context.Response.OutputStream.FlushAsync();
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The page went away.
        }
    }
}
