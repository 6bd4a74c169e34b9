using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using YaoAn.Catalog;

namespace YaoAn.Ingest;

/// <summary>
/// The station's own endpoint, on loopback: its board, ranges of originals that lie in its spool, and uploads. Everything but <c>/health</c>
/// takes the internal key, since any user of the machine can reach loopback.
/// </summary>
internal static class BoardEndpoints
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300);

    /// <summary>Maps all of it.</summary>
    /// <param name="app">Where to.</param>
    /// <param name="takesUploads">Whether this process has the role that takes files in.</param>
    public static void MapBoard(this IEndpointRouteBuilder app, bool takesUploads)
    {
        app.MapGet("/health", (DockStation station) => Results.Json(HealthOf(station)));
        var guarded = app.MapGroup("").AddEndpointFilter(RequireInternalKey);
        guarded.MapGet("/board", (Board board) => board.Snapshot());
        guarded.MapGet("/board/events", (Board board, TimeProvider time, IHostApplicationLifetime host, CancellationToken ct) =>
            TypedResults.ServerSentEvents(Events(board, time, host.ApplicationStopping, ct)));
        guarded.MapMethods("/spool/{clip}/original", ["GET", "HEAD"], SpooledOriginal);
        if (takesUploads)
            guarded.MapUploads();
    }

    /// <summary>What the station itself finds wrong, as codes with a detail; Api has the words.</summary>
    private static object HealthOf(DockStation station)
    {
        var causes = new List<object>();
        if (station.SandboxFault is { } fault)
            causes.Add(new { code = "sandbox", detail = fault });
        return new { status = causes.Count == 0 ? "ok" : "impaired", causes };
    }

    /// <summary>An event at each change, and a heartbeat: the page trusts nothing that is older than 15 s.</summary>
    private static async IAsyncEnumerable<SseItem<BoardSnapshot>> Events(
        Board board, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ct);
        BoardSnapshot? sent = null;
        string? sentText = null;
        while (!either.IsCancellationRequested)
        {
            var now = board.Snapshot();
            // Free space moves with every written block and would hide the heartbeat's meaning: it alone is no change.
            var text = System.Text.Json.JsonSerializer.Serialize(
                now with { At = default, Lights = now.Lights with { SpoolFreeBytes = 0 } }, System.Text.Json.JsonSerializerOptions.Web);
            if (text != sentText || now.At - sent!.At >= s_heartbeat)
            {
                (sent, sentText) = (now, text);
                yield return new SseItem<BoardSnapshot>(now, "board");
            }
            await Task.Delay(s_look, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IResult SpooledOriginal(ClipId clip, JournalTable journal, Spool spool, GiveWay way)
    {
        way.Ask();
        var intake = journal.OfClip(clip).FirstOrDefault(intake => intake.State < IntakeState.Stored && spool.Holds(intake.Intake));
        return intake is null
            ? Results.NotFound()
            : Results.File(spool.OriginalOf(intake.Intake), "application/octet-stream", enableRangeProcessing: true);
    }

    internal static async ValueTask<object?> RequireInternalKey(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.RequestServices.GetRequiredService<StationKeys>().Internal;
        var given = context.HttpContext.Request.Headers.Authorization.ToString();
        var hex = given.StartsWith("Bearer ", StringComparison.Ordinal) ? given["Bearer ".Length..] : "";
        var bytes = new byte[key?.Length ?? 0];
        var good = key is { Length: >= 32 }
            && Convert.FromHexString(hex, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == key.Length
            && CryptographicOperations.FixedTimeEquals(bytes, key);
        return good ? await next(context) : Results.Unauthorized();
    }
}
