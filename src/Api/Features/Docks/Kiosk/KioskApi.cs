using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// What a person who stands at the station does by the badge: see where the own recorders are, check a shared one out and return it, hand over what is
/// his. Nobody signs in; so it is only what a paper ledger on the station's table would let that person write, and each entry names the station.
/// </summary>
internal static class KioskApi
{
    private const int LongestCode = 100;

    public static IServiceCollection AddKiosk(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<KioskOptions>().Bind(configuration.GetSection(KioskOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<KioskOptions>, KioskOptionsCheck>();
        services.TryAddSingleton<KioskGate>();
        return services;
    }

    public static IEndpointRouteBuilder MapKiosk(this IEndpointRouteBuilder routes)
    {
        var kiosk = routes.MapGroup("/dock/kiosk").AllowAnonymous().WithMetadata(new StandsAloneAttribute()).ExcludeFromDescription()
            .RequireRateLimiting(RateLimits.Kiosk).AddEndpointFilter(AtAKioskAloneAsync);
        kiosk.MapPost("/scan", ScanAsync);
        kiosk.MapPost("/do", DoAsync);
        return routes;
    }

    private static async ValueTask<object?> AtAKioskAloneAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.RequestServices.GetRequiredService<KioskGate>().IsKiosk(context.HttpContext) ? await next(context) : throw new ProblemException(ProblemCode.NotFound);

    /// <summary>Whose badge, or which recorder, a code is. Changes nothing.</summary>
    private static async Task<KioskView> ScanAsync(
        KioskScan scan, OfficerTable officers, RecorderTable recorders, KioskTable kiosk, StationBoard station, TimeProvider time, CancellationToken ct)
    {
        var code = PlainText.Cut(scan.Code?.Trim() ?? "", LongestCode);
        if (!Scanned.MeansRecorder(code) && await officers.FindAsync(Scanned.Officer(code)!, ct) is { } officer)
        {
            if (officer.LeftOn < time.Today())
                throw Refused(new Fault("code", "officer-left", $"{OfficerNames.Masked(officer.Name)} {officer.Number}"));
            var board = await KioskBoard.ReadAsync(station, ct);
            return new KioskView("officer", officer.Number, OfficerNames.Masked(officer.Name))
            {
                Held = await kiosk.HeldByAsync(officer.OfficerId, ct),
                Pool = await kiosk.PoolForAsync(officer.OfficerId, [.. board.MayTake], time.Today(), ct),
            };
        }
        if (!Scanned.MeansOfficer(code) && await recorders.FindAsync(Scanned.Recorder(code)!, ct) is { } recorder)
        {
            return new KioskView("recorder", recorder.Serial, null)
            {
                Holder = recorder.Holder is null ? null : $"{OfficerNames.Masked(recorder.HolderName!)} {recorder.Holder}",
                Free = recorder is { Pool: true, Holder: null, State: RecorderStates.InUse },
            };
        }
        throw Refused(Scanned.MeansOfficer(code) ? new Fault("code", "unknown-officer", Scanned.Officer(code)!)
            : Scanned.MeansRecorder(code) ? new Fault("code", "unknown-recorder", Scanned.Recorder(code)!) : new Fault("code", "unknown-code", code));
    }

    private static async Task<KioskDone> DoAsync(
        KioskDeed deed, KioskTable kiosk, RecorderTable recorders, StationBoard station, IOptions<KioskOptions> options,
        IStringLocalizer<BoardWords> words, TimeProvider time, CancellationToken ct)
    {
        var (serial, officer, to) = (Scanned.Recorder(deed.Recorder) ?? "", Scanned.Officer(deed.Badge) ?? "", Scanned.Officer(deed.To) ?? "");
        var board = await KioskBoard.ReadAsync(station, ct);
        var by = new ChangeBy(CustodyActor.Station(board.Station), time.GetUtcNow(), "kiosk");
        var due = by.Now + options.Value.PoolFor;
        var result = deed.Act switch
        {
            "check-out" => WhyNotOut(board, serial) is { } fault ? SaveResult.Refused([fault]) : await kiosk.CheckOutAsync(serial, officer, due, by, ct),
            "return" => WhyNotBack(board, serial) is { } fault ? SaveResult.Refused([fault]) : await kiosk.ReturnAsync(serial, officer, by, ct),
            "hand-over" => await kiosk.HandOverAsync(serial, officer, to, await DueAsync(recorders, serial, due, by.Now, ct), by, ct),
            _ => throw new ProblemException(ProblemCode.BadRequest),
        };
        result.OrProblem();
        var after = await recorders.FindAsync(serial, ct);
        return new KioskDone(words[$"KioskDone_{deed.Act}", serial, OfficerNames.Masked(after?.HolderName ?? ""), after?.Holder ?? "", after?.DueAt is { } until ? ChinaTime.Minute(until) : ""]);
    }

    /// <summary>Who gets a shared recorder has it as long as who had it, or for a shift where that time is over; one's own stays for good.</summary>
    private static async Task<DateTimeOffset?> DueAsync(RecorderTable recorders, string serial, DateTimeOffset due, DateTimeOffset now, CancellationToken ct) =>
        await recorders.FindAsync(serial, ct) is not { } recorder ? null : recorder.DueAt > now ? recorder.DueAt : recorder.Pool ? due : null;

    /// <summary>A recorder that isn't in a slot lies in its cupboard: its label was scanned. One that is has to be safe to take out.</summary>
    private static Fault? WhyNotOut(KioskBoard board, string serial) =>
        board.In(serial).FirstOrDefault(slot => !slot.MayTake || board.In(serial).Count > 1) is { } there ? new Fault("recorder", "kiosk-not-safe", serial, $"{there.Slot}") : null;

    /// <summary>What it recorded has to come in with it.</summary>
    private static Fault? WhyNotBack(KioskBoard board, string serial) => board.In(serial).Count == 1 ? null : new Fault("recorder", "kiosk-not-docked", serial);

    private static ProblemException Refused(Fault fault) => new(ProblemCode.Invalid) { Faults = [fault] };
}

/// <summary>What a scanner typed.</summary>
internal sealed record KioskScan(string? Code)
{
    public static ValueTask<KioskScan> BindAsync(HttpContext http) => KioskBody.ReadAsync<KioskScan>(http);
}

/// <summary>A wish of who stands at the kiosk: <c>check-out</c>, <c>return</c> or <c>hand-over</c>.</summary>
/// <param name="Act">Which.</param>
/// <param name="Badge">Code of who wishes it.</param>
/// <param name="To">Code of who gets the recorder.</param>
/// <param name="Recorder">Code or serial.</param>
internal sealed record KioskDeed(string? Act, string? Badge, string? To, string? Recorder)
{
    public static ValueTask<KioskDeed> BindAsync(HttpContext http) => KioskBody.ReadAsync<KioskDeed>(http);
}

/// <summary>Whose badge it was, or which recorder. Names are masked: the board is open to anybody.</summary>
/// <param name="Kind"><c>officer</c> or <c>recorder</c>.</param>
/// <param name="Number">Staff number or serial.</param>
/// <param name="Name">Masked name of the officer.</param>
internal sealed record KioskView(string Kind, string Number, string? Name)
{
    /// <summary>What the officer has.</summary>
    public IReadOnlyList<KioskRecorder> Held { get; init; } = [];

    /// <summary>Shared ones in this station's slots that the officer may check out.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>Who has the recorder.</summary>
    public string? Holder { get; init; }

    /// <summary>A shared one that nobody has.</summary>
    public bool Free { get; init; }
}

/// <summary>What was done, as a sentence.</summary>
internal sealed record KioskDone(string Said);

/// <summary>JSON of the kiosk's page. Read here, so that whatever else is sent meets the same gates in the same order.</summary>
internal static class KioskBody
{
    public static async ValueTask<T> ReadAsync<T>(HttpContext http)
    {
        try
        {
            return http.Request.HasJsonContentType() && await http.Request.ReadFromJsonAsync<T>(http.RequestAborted) is { } body ? body : throw new ProblemException(ProblemCode.BadRequest);
        }
        catch (JsonException e)
        {
            throw new ProblemException(ProblemCode.BadRequest, e);
        }
    }
}
