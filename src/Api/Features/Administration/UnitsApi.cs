using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Units for programs: a list, one, and an idempotent upsert by code.</summary>
internal static class UnitsApi
{
    public static RouteGroupBuilder MapUnitsApi(this RouteGroupBuilder api)
    {
        var units = api.MapGroup("/units").WithTags("units").RequireAuthorization(nameof(Right.SeePeople));
        units.MapGet("/", ListAsync).WithName("listUnits").WithSummary("Units by code.");
        units.MapGet("/{code}", FindAsync).WithName("getUnit").WithSummary("A unit; ETag is its version.");
        units.MapPut("/{code}", SaveAsync).WithName("putUnit").RequireAuthorization(nameof(Right.ManagePeople))
            .WithSummary("Creates or replaces a unit. The same again changes nothing. If-Match names the version that may be replaced, If-None-Match: * only creates.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<Ok<KeyListView<UnitView>>> ListAsync(
        UnitTable units, TimeProvider time, [Description("Part of code or name.")] string? q, [Description("'next' of the page before.")] string? after,
        [Description("1 to 200, default 50.")] int? limit, CancellationToken ct)
    {
        var most = Changing.Limit(limit);
        var rows = await units.ListAsync(Changing.Word(q), Changing.Word(after), most + 1, time.Today(), ct);
        return TypedResults.Ok(new KeyListView<UnitView>([.. rows.Take(most).Select(UnitView.Of)], rows.Count > most ? rows[most - 1].Code : null));
    }

    private static async Task<Results<Ok<UnitView>, NotFound>> FindAsync(string code, UnitTable units, TimeProvider time, HttpResponse response, CancellationToken ct)
    {
        if (await units.FindAsync(code, time.Today(), ct) is not { } unit)
            return TypedResults.NotFound();
        response.Tag(unit.Version);
        return TypedResults.Ok(UnitView.Of(unit));
    }

    private static async Task<Results<Ok<UnitView>, Created<UnitView>>> SaveAsync(
        string code, UnitBody body, UnitTable units, TimeProvider time, HttpContext http, CancellationToken ct)
    {
        var saved = (await units.SaveAsync(body.Draft(code), http.Request.KnownVersion(), http.By("api"), ct)).OrProblem();
        http.Response.Tag(saved.Version);
        var view = UnitView.Of((await units.FindAsync(code, time.Today(), ct))!);
        return saved.Outcome == SaveOutcome.Created ? TypedResults.Created($"/api/v1/units/{Uri.EscapeDataString(view.Code)}", view) : TypedResults.Ok(view);
    }
}

/// <summary>What a unit is to be; what is left out is empty.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">bureau, brigade, squad, post or office.</param>
/// <param name="Parent">Code of the unit above it.</param>
/// <param name="OfficersPerRecorder">Equipment standard: one recorder for so many officers; null takes that of the unit above.</param>
/// <param name="ClosedOn">Last day of its existence.</param>
internal sealed record UnitBody(string? Name, string? Kind, string? Parent, int? OfficersPerRecorder, DateOnly? ClosedOn)
{
    public UnitDraft Draft(string code) => new()
    {
        Code = code,
        Name = Name,
        Kind = Kind,
        Parent = Parent,
        OfficersPerRecorder = OfficersPerRecorder,
        ClosedOn = ClosedOn,
    };
}

/// <summary>A unit as the API tells of it.</summary>
internal sealed record UnitView(
    string Code, string Name, string Kind, string? Parent, int? OfficersPerRecorder, int? Standard, DateOnly? ClosedOn, long Officers, int Version)
{
    public static UnitView Of(UnitRow row) => new(
        row.Code, row.Name, row.Kind, row.Parent, row.OfficersPerRecorder, row.Standard, row.ClosedOn, row.Officers, row.Version);
}

/// <summary>One page of a list.</summary>
/// <param name="Items">In the order of their natural key.</param>
/// <param name="Next">Goes into <c>after</c>; null on the last page.</param>
internal sealed record KeyListView<T>(IReadOnlyList<T> Items, string? Next);
