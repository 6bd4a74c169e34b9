using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace YaoAn.Api.Tests;

/// <summary>The contract of Ingest's endpoint on a real loopback server.</summary>
internal sealed class StationUnderTest : IAsyncDisposable
{
    public const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private WebApplication? _app;

    public ConcurrentDictionary<string, byte[]> Spool { get; } = new();

    public string Health { get; set; } = """{"status":"ok"}""";

    /// <summary>How long the station thinks about its health.</summary>
    public TimeSpan HealthDelay { get; set; }

    public int BoardRequests { get; private set; }

    public int SpoolRequests { get; private set; }

    public string Url => _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/health", async (CancellationToken ct) =>
        {
            await Task.Delay(HealthDelay, ct);
            return Results.Text(Health, "application/json");
        });
        _app.MapGet("/board/events", SendBoardAsync);
        _app.MapGet("/spool/{id}/original", (string id, HttpContext http) =>
        {
            SpoolRequests++;
            return http.Request.Headers.Authorization != $"Bearer {Key}" ? Results.Unauthorized()
                : Spool.TryGetValue(id, out var bytes) ? Results.Bytes(bytes, enableRangeProcessing: true)
                : Results.NotFound();
        });
        await _app.StartAsync();
    }

    /// <summary>A board with what must not leave, over and over as a heartbeat.</summary>
    private async Task SendBoardAsync(HttpContext http)
    {
        BoardRequests++;
        http.Response.ContentType = "text/event-stream";
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.WriteAsync(
                """
                event: board
                data: {"title":"1 号采集站","slots":[{"slot":1,"skips":[{"name":"SECRET.MP4","reason":"empty"}],"cause":{"code":"read-error","file":"SECRET.MP4","detail":"SECRET"}}],"alerts":[]}


                """.ReplaceLineEndings("\n"),
                http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(500, http.RequestAborted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
