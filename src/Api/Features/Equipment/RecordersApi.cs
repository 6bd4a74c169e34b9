using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Recorders for programs: a list, one, an idempotent upsert by serial, and issuing, taking back and handing over.</summary>
internal static class RecordersApi
{
    public static RouteGroupBuilder MapRecordersApi(this RouteGroupBuilder api)
    {
        var recorders = api.MapGroup("/recorders").WithTags("recorders").RequireAuthorization(nameof(Right.SeeRecorders));
        recorders.MapGet("/", ListAsync).WithName("listRecorders").WithSummary("Recorders by serial, with who has them.");
        recorders.MapGet("/{serial}", FindAsync).WithName("getRecorder").WithSummary("A recorder with the last 50 allocations; ETag is the version.");
        recorders.MapPut("/{serial}", SaveAsync).WithName("putRecorder").RequireAuthorization(nameof(Right.ManageRecorders))
            .WithSummary("Creates or replaces a recorder. The same again changes nothing. If-Match names the version that may be replaced, If-None-Match: * only creates.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        var desk = recorders.MapGroup("/{serial}").RequireAuthorization(nameof(Right.ManageRecorders));
        desk.MapPost("/issue", IssueAsync).WithName("issueRecorder").WithSummary("Issues a recorder that nobody has. To who has it already nothing is done.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        desk.MapPost("/return", ReturnAsync).WithName("returnRecorder").WithSummary("Takes a recorder back.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        desk.MapPost("/hand-over", HandOverAsync).WithName("handOverRecorder")
            .WithSummary("Gives a recorder from who has it to another officer: one period ends and the other begins at the same instant.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<Ok<KeyListView<RecorderView>>> ListAsync(
        RecorderTable recorders, ClaimsPrincipal person, TimeProvider time, [Description("Part of the serial, or of the holder's name or number.")] string? q,
        [Description("Code of a unit, with all below it.")] string? unit, [Description("body, audio, camera, terminal or cctv.")] string? kind,
        [Description("in-use, repair, retired, lost, held, free or overdue.")] string? state, [Description("'next' of the page before.")] string? after,
        [Description("1 to 200, default 50.")] int? limit, CancellationToken ct)
    {
        if ((kind is not null && !RecorderKinds.All.Contains(kind)) || (state is not null && !RecordersQuery.AllStates.Contains(state)))
            throw new ProblemException(ProblemCode.BadRequest);
        var filter = new RecorderFilter { Text = Changing.Word(q), Unit = Changing.Word(unit), Kind = kind, State = state, Reach = person.Reach() };
        var page = await recorders.ListAsync(filter, Changing.Word(after), null, Changing.Limit(limit), time.GetUtcNow(), ct);
        return TypedResults.Ok(new KeyListView<RecorderView>([.. page.Rows.Select(RecorderView.Of)], page.Next));
    }

    private static async Task<Results<Ok<RecorderDetailView>, NotFound>> FindAsync(
        string serial, RecorderTable recorders, AllocationTable allocations, RecorderDockTable docking, HttpContext http, CancellationToken ct)
    {
        if (await recorders.FindAsync(serial, http.User.Reach(), ct) is not { } recorder)
            return TypedResults.NotFound();
        http.Response.Tag(recorder.Version);
        var space = await docking.SpaceAsync(recorder.Serial, ct);
        var held = await allocations.OfRecorderAsync(recorder.RecorderId, OneRecorderModel.MostAllocations, ct);
        return TypedResults.Ok(new RecorderDetailView(RecorderView.Of(recorder), [.. held.Select(AllocationView.Of)], space));
    }

    private static async Task<Results<Ok<RecorderView>, Created<RecorderView>>> SaveAsync(
        string serial, RecorderBody body, RecorderTable recorders, HttpContext http, CancellationToken ct)
    {
        var saved = (await recorders.SaveAsync(body.Draft(serial), http.Request.KnownVersion(), http.By("api"), ct)).OrProblem();
        http.Response.Tag(saved.Version);
        var view = RecorderView.Of((await recorders.FindAsync(serial, ct))!);
        return saved.Outcome == SaveOutcome.Created ? TypedResults.Created($"/api/v1/recorders/{Uri.EscapeDataString(view.Serial)}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<RecorderView>, NotFound>> IssueAsync(
        string serial, IssueBody body, AllocationTable allocations, RecorderTable recorders, HttpContext http, CancellationToken ct) =>
        await DoAsync(serial, recorders, http, () => allocations.IssueAsync(body.Wish(serial), http.By("api"), ct), ct);

    private static async Task<Results<Ok<RecorderView>, NotFound>> HandOverAsync(
        string serial, IssueBody body, AllocationTable allocations, RecorderTable recorders, HttpContext http, CancellationToken ct) =>
        await DoAsync(serial, recorders, http, () => allocations.HandOverAsync(body.Wish(serial), http.By("api"), ct), ct);

    private static async Task<Results<Ok<RecorderView>, NotFound>> ReturnAsync(
        string serial, ReturnBody? body, AllocationTable allocations, RecorderTable recorders, HttpContext http, CancellationToken ct) =>
        await DoAsync(serial, recorders, http, () => allocations.ReturnAsync(serial, body?.At, http.By("api"), ct), ct);

    private static async Task<Results<Ok<RecorderView>, NotFound>> DoAsync(string serial, RecorderTable recorders, HttpContext http, Func<Task<SaveResult>> work, CancellationToken ct)
    {
        if (await recorders.FindAsync(serial, http.User.Reach(), ct) is null)
            return TypedResults.NotFound();
        (await work()).OrProblem();
        return TypedResults.Ok(RecorderView.Of((await recorders.FindAsync(serial, ct))!));
    }
}

/// <summary>What a recorder is to be; what is left out is empty.</summary>
/// <param name="Kind">body, audio, camera, terminal or cctv.</param>
/// <param name="Model">Name of its model; an unknown one is entered.</param>
/// <param name="Unit">Code of the unit.</param>
/// <param name="State">in-use (default), repair, retired or lost.</param>
/// <param name="Pool">Shared.</param>
/// <param name="BoughtOn">Day of purchase.</param>
/// <param name="WarrantyUntil">Last day of warranty.</param>
/// <param name="StorageGb">Storage in GB of 10⁹ bytes.</param>
/// <param name="Note">Note.</param>
internal sealed record RecorderBody(
    string? Kind, string? Model, string? Unit, string? State, bool? Pool, DateOnly? BoughtOn, DateOnly? WarrantyUntil, int? StorageGb, string? Note)
{
    public RecorderDraft Draft(string serial) => new()
    {
        Serial = serial,
        Kind = Kind,
        Model = Model,
        Unit = Unit,
        State = State ?? RecorderStates.InUse,
        Pool = Pool ?? false,
        BoughtOn = BoughtOn,
        WarrantyUntil = WarrantyUntil,
        StorageGb = StorageGb,
        Note = Note,
    };
}

/// <summary>To whom a recorder goes.</summary>
/// <param name="Officer">Staff number.</param>
/// <param name="At">From when; now if not given, and at most 24 hours ago.</param>
/// <param name="DueAt">When it has to be back.</param>
/// <param name="Note">Note.</param>
internal sealed record IssueBody(string? Officer, DateTimeOffset? At, DateTimeOffset? DueAt, string? Note)
{
    public IssueWish Wish(string serial) => new() { Serial = serial, Officer = Officer, At = At, DueAt = DueAt, Note = Note };
}

/// <summary>When a recorder came back.</summary>
/// <param name="At">Now if not given, and at most 24 hours ago.</param>
internal sealed record ReturnBody(DateTimeOffset? At);

/// <summary>A recorder as the API tells of it; times are UTC.</summary>
internal sealed record RecorderView(
    string Serial, string Kind, string? Model, string Unit, string UnitName, string State, bool Pool, DateOnly? BoughtOn, DateOnly? WarrantyUntil,
    long? StorageBytes, string? Note, string? Holder, string? HolderName, DateTimeOffset? HeldSince, DateTimeOffset? DueAt, DateTimeOffset? LastDockedAt, int Version)
{
    public static RecorderView Of(RecorderRow row) => new(
        row.Serial, row.Kind, row.Model, row.Unit, row.UnitName, row.State, row.Pool, row.BoughtOn, row.WarrantyUntil,
        row.StorageBytes, row.Note, row.Holder, row.HolderName, row.HeldSince, row.DueAt, row.LastDockedAt, row.Version);
}

/// <summary>A time that a recorder was with an officer; <paramref name="To"/> isn't in it any more, and null while it goes on.</summary>
internal sealed record AllocationView(
    string Officer, string OfficerName, DateTimeOffset From, DateTimeOffset? To, DateTimeOffset? DueAt, string IssuedBy, string? ReturnedBy, string? Note)
{
    public static AllocationView Of(AllocationRow row) => new(
        row.Officer, row.OfficerName, row.From, row.To, row.DueAt, row.IssuedBy, row.ReturnedBy, row.Note);
}

/// <summary>A recorder with its allocations, the latest first, and the room on it at its last docking, null where none told.</summary>
internal sealed record RecorderDetailView(RecorderView Recorder, IReadOnlyList<AllocationView> Allocations, RecorderSpace? Space);
