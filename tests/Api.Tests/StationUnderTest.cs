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

    public int SpoolRequests { get; private set; }

    public string Url => _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/health", () => Results.Text(Health, "application/json"));
        _app.MapGet("/spool/{id}/original", (string id, HttpContext http) =>
        {
            SpoolRequests++;
            return http.Request.Headers.Authorization != $"Bearer {Key}" ? Results.Unauthorized()
                : Spool.TryGetValue(id, out var bytes) ? Results.Bytes(bytes, enableRangeProcessing: true)
                : Results.NotFound();
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
