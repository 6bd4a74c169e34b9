using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using YaoAn.Catalog;

namespace YaoAn.Api.Tests;

/// <summary>The contract of Ingest's endpoint on a real loopback server.</summary>
internal sealed class StationUnderTest : IAsyncDisposable
{
    public const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private WebApplication? _app;

    public ConcurrentDictionary<string, byte[]> Spool { get; } = new();

    /// <summary>Parts of previews that were asked for.</summary>
    public ConcurrentQueue<string> Previews { get; } = new();

    /// <summary>What the station answers to them.</summary>
    public int PreviewStatus { get; set; } = 200;

    public string Health { get; set; } = """{"status":"ok"}""";

    public ConcurrentDictionary<(UploadId Id, AccountId Account), UploadView> Uploads { get; } = new();

    public ConcurrentQueue<NewUpload> Wishes { get; } = new();

    /// <summary>Status with which the station refuses new uploads.</summary>
    public int? UploadRefusal { get; set; }

    /// <summary>How long the station thinks about its health.</summary>
    public TimeSpan HealthDelay { get; set; }

    /// <summary>The board, as one line of JSON; what must not leave stands in the usual one.</summary>
    public string Board { get; set; } =
        """{"title":"1 号采集站","slots":[{"slot":1,"skips":[{"name":"SECRET.MP4","reason":"empty"}],"cause":{"code":"read-error","file":"SECRET.MP4","detail":"SECRET"}}],"alerts":[]}""";

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
        _app.MapGet("/preview/{id}/{part}", (string id, string part, HttpContext http) =>
        {
            Previews.Enqueue(part + http.Request.QueryString);
            return http.Request.Headers.Authorization != $"Bearer {Key}" ? Results.Unauthorized() : PreviewStatus == 200 ? Results.Bytes([1, 2, 3], "video/mp4") : Results.StatusCode(PreviewStatus);
        });
        MapUploads(_app);
        await _app.StartAsync();
    }

    /// <summary>Uploads as the station has them, without a disk.</summary>
    private void MapUploads(IEndpointRouteBuilder app)
    {
        var uploads = app.MapGroup("/uploads").AddEndpointFilter((context, next) =>
            context.HttpContext.Request.Headers.Authorization == $"Bearer {Key}" ? next(context) : ValueTask.FromResult<object?>(Results.Unauthorized()));
        uploads.MapPost("/", (NewUpload wish) =>
        {
            Wishes.Enqueue(wish);
            var made = new UploadView
            {
                Id = UploadId.New(),
                Name = System.Text.Encoding.UTF8.GetString(wish.RawName),
                SizeBytes = wish.SizeBytes,
                Modified = wish.Modified ?? default,
                OffsetBytes = 0,
                CheckedBytes = 0,
                State = UploadState.Uploading,
                IsActive = false,
                ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
            };
            Uploads[(made.Id, wish.Uploader.Account)] = made;
            return UploadRefusal is { } refusal ? Results.StatusCode(refusal) : Results.Json(made, statusCode: 201);
        });
        uploads.MapGet("/", (AccountId account) => new UploadList(new UploadLimits(1000, 50), [.. Uploads.Where(upload => upload.Key.Account == account).Select(upload => upload.Value)]));
        uploads.MapGet("/{id}", (UploadId id, AccountId account) => Uploads.TryGetValue((id, account), out var upload) ? Results.Json(upload) : Results.NotFound());
        uploads.MapDelete("/{id}", (UploadId id, AccountId account) => Uploads.TryRemove((id, account), out _) ? Results.NoContent() : Results.NotFound());
        uploads.MapPatch("/{id}", async (UploadId id, AccountId account, long offset, HttpContext http) =>
        {
            if (!Uploads.TryGetValue((id, account), out var upload))
                return Results.NotFound();
            if (offset != upload.OffsetBytes)
                return Results.StatusCode(409);
            var buffer = new byte[1000];
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
                Uploads[(id, account)] = upload = upload with { OffsetBytes = upload.OffsetBytes + read };
            return Results.Json(upload);
        });
    }

    /// <summary>The board over and over, as a heartbeat.</summary>
    private async Task SendBoardAsync(HttpContext http)
    {
        BoardRequests++;
        http.Response.ContentType = "text/event-stream";
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.WriteAsync($"event: board\ndata: {Board}\n\n", http.RequestAborted);
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
