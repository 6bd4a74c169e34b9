using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Officers for programs: a list, one, and an idempotent upsert by staff number.</summary>
internal static class OfficersApi
{
    public static RouteGroupBuilder MapOfficersApi(this RouteGroupBuilder api)
    {
        var officers = api.MapGroup("/officers").WithTags("officers").RequireAuthorization(nameof(Right.SeePeople));
        officers.MapGet("/", ListAsync).WithName("listOfficers").WithSummary("Officers by staff number.");
        officers.MapGet("/{number}", FindAsync).WithName("getOfficer").WithSummary("An officer with the units of all times; ETag is the version.");
        officers.MapPut("/{number}", SaveAsync).WithName("putOfficer").RequireAuthorization(nameof(Right.ManagePeople))
            .WithSummary("Creates or replaces an officer. The same again changes nothing. If-Match names the version that may be replaced, If-None-Match: * only creates.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        return api;
    }

    private static async Task<Ok<KeyListView<OfficerView>>> ListAsync(
        OfficerTable officers, ClaimsPrincipal person, TimeProvider time, [Description("Part of name, staff number or certificate number.")] string? q,
        [Description("Code of a unit: officers of it and of all below it.")] string? unit, [Description("serving or left; both unless given.")] string? state,
        [Description("'next' of the page before.")] string? after, [Description("1 to 200, default 50.")] int? limit, CancellationToken ct)
    {
        var filter = new OfficerFilter
        {
            Text = Changing.Word(q),
            Unit = Changing.Word(unit),
            Reach = person.Reach(),
            State = state is null or "serving" or "left" ? state : throw new ProblemException(ProblemCode.BadRequest),
        };
        var page = await officers.ListAsync(filter, Changing.Word(after), null, Changing.Limit(limit), time.Today(), ct);
        return TypedResults.Ok(new KeyListView<OfficerView>([.. page.Rows.Select(OfficerView.Of)], page.Next));
    }

    private static async Task<Results<Ok<OfficerDetailView>, NotFound>> FindAsync(string number, OfficerTable officers, HttpContext http, CancellationToken ct)
    {
        if (await officers.FindAsync(number, http.User.Reach(), ct) is not { } officer)
            return TypedResults.NotFound();
        http.Response.Tag(officer.Version);
        return TypedResults.Ok(new OfficerDetailView(OfficerView.Of(officer), await officers.MembershipsAsync(officer.OfficerId, ct)));
    }

    private static async Task<Results<Ok<OfficerView>, Created<OfficerView>>> SaveAsync(
        string number, OfficerBody body, OfficerTable officers, HttpContext http, CancellationToken ct)
    {
        var saved = (await officers.SaveAsync(body.Draft(number), http.Request.KnownVersion(), http.By("api"), ct)).OrProblem();
        http.Response.Tag(saved.Version);
        var view = OfficerView.Of((await officers.FindAsync(number, ct))!);
        return saved.Outcome == SaveOutcome.Created ? TypedResults.Created($"/api/v1/officers/{Uri.EscapeDataString(view.Number)}", view) : TypedResults.Ok(view);
    }
}

/// <summary>What an officer is to be; what is left out is empty.</summary>
/// <param name="Name">Name.</param>
/// <param name="Certificate">Number of the enforcement certificate.</param>
/// <param name="Unit">Code of the unit.</param>
/// <param name="MovedOn">First day in that unit where it changes; today if not given. The day on which the present period began corrects its unit.</param>
/// <param name="Position">Position.</param>
/// <param name="Region">Region.</param>
/// <param name="Since">First day of service.</param>
/// <param name="LeftOn">Last day of service.</param>
/// <param name="Account">User name of the account.</param>
internal sealed record OfficerBody(
    string? Name, string? Certificate, string? Unit, DateOnly? MovedOn, string? Position, string? Region, DateOnly? Since, DateOnly? LeftOn, string? Account)
{
    public OfficerDraft Draft(string number) => new()
    {
        Number = number,
        Name = Name,
        Certificate = Certificate,
        Unit = Unit,
        MovedOn = MovedOn,
        Position = Position,
        Region = Region,
        Since = Since,
        LeftOn = LeftOn,
        Account = Account,
    };
}

/// <summary>An officer as the API tells of it.</summary>
internal sealed record OfficerView(
    string Number, string Name, string? Certificate, string Unit, string UnitName, DateOnly UnitSince, string? Position, string? Region, DateOnly? Since,
    DateOnly? LeftOn, string? Account, int Version)
{
    public static OfficerView Of(OfficerRow row) => new(
        row.Number, row.Name, row.Certificate, row.Unit, row.UnitName, row.UnitSince, row.Position, row.Region, row.Since, row.LeftOn, row.Account, row.Version);
}

/// <summary>An officer with the units of all times, the latest first.</summary>
internal sealed record OfficerDetailView(OfficerView Officer, IReadOnlyList<Membership> Units);
