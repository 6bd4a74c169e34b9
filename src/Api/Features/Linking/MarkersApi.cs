using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Markers of clips for programs: list, set, change, take off.</summary>
internal static class MarkersApi
{
    public static RouteGroupBuilder MapMarkersApi(this RouteGroupBuilder api)
    {
        var clips = api.MapGroup("/clips/{id}/markers").WithTags("markers");
        clips.MapGet("/", ListAsync).WithName("listMarkers").RequireAuthorization(nameof(Right.SeeClips)).WithSummary("Markers of a clip in the order of time.");
        clips.MapPost("/", SetAsync).WithName("postMarker").RequireAuthorization(nameof(Right.LinkClips)).WithSummary("Sets a marker on an instant or a stretch of a clip.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        var markers = api.MapGroup("/markers/{marker}").WithTags("markers").RequireAuthorization(nameof(Right.LinkClips));
        markers.MapPut("/", ChangeAsync).WithName("putMarker").WithSummary("Changes a marker. If-Match names the version that may be replaced, and is needed.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        markers.MapDelete("/", RemoveAsync).WithName("deleteMarker").WithSummary("Takes a marker off; the custody log keeps it. If-Match is needed.")
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return api;
    }

    private static async Task<Results<Ok<IReadOnlyList<MarkerView>>, NotFound>> ListAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, MarkerTable markers, CancellationToken ct) =>
        await clips.FindAsync(person.Viewer(), id, ct) is null
            ? TypedResults.NotFound()
            : TypedResults.Ok<IReadOnlyList<MarkerView>>([.. (await markers.OfClipAsync(id, ct)).Select(MarkerView.Of)]);

    private static async Task<Results<Created<MarkerView>, NotFound>> SetAsync(ClipId id, MarkerBody body, MarkerTable markers, HttpContext http, CancellationToken ct)
    {
        var result = (await markers.SetAsync(id, body.Draft, http.User.Viewer(), http.By("api"), ct)).OrProblem();
        return result.Marker is { } marker ? TypedResults.Created($"/api/v1/clips/{id}/markers", Tagged(http, marker)) : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<MarkerView>, NotFound>> ChangeAsync(MarkerId marker, MarkerBody body, MarkerTable markers, HttpContext http, CancellationToken ct)
    {
        var result = (await markers.ChangeAsync(marker, Known(http), body.Draft, http.User.Viewer(), http.By("api"), ct)).OrProblem();
        return result.Marker is { } changed ? TypedResults.Ok(Tagged(http, changed)) : TypedResults.NotFound();
    }

    private static async Task<Results<NoContent, NotFound>> RemoveAsync(MarkerId marker, MarkerTable markers, HttpContext http, CancellationToken ct)
    {
        var result = (await markers.RemoveAsync(marker, Known(http), http.User.Viewer(), http.By("api"), ct)).OrProblem();
        return result.Marker is null ? TypedResults.NotFound() : TypedResults.NoContent();
    }

    private static int Known(HttpContext http) => http.Request.KnownVersion() ?? throw new ProblemException(ProblemCode.BadRequest);

    private static MarkerView Tagged(HttpContext http, MarkerRow marker)
    {
        http.Response.Tag(marker.Version);
        return MarkerView.Of(marker);
    }

    private static MarkerResult OrProblem(this MarkerResult result) => result.Outcome switch
    {
        LinkingOutcome.Refused => throw new ProblemException(ProblemCode.Invalid) { Faults = result.Faults },
        LinkingOutcome.Conflict => throw new ProblemException(ProblemCode.ChangedSince),
        LinkingOutcome.Done or LinkingOutcome.Unchanged or LinkingOutcome.NotFound => result,
    };
}

/// <summary>What a marker is to be.</summary>
internal sealed record MarkerBody
{
    [Description("certificate, notice, statement, signature, free.")]
    public string? Kind { get; init; }

    [Description("Where, in ms of the clip.")]
    public long? FromMs { get; init; }

    [Description("Where the stretch ends.")]
    public long? ToMs { get; init; }

    public string? Note { get; init; }

    public MarkerDraft Draft => new(Kind, FromMs, ToMs, Note);
}

/// <summary>A marker.</summary>
internal sealed record MarkerView(MarkerId MarkerId, string Kind, long FromMs, long? ToMs, string? Note, string Account, DateTimeOffset At, int Version)
{
    public static MarkerView Of(MarkerRow row) => new(row.MarkerId, row.Kind, row.FromMs, row.ToMs, row.Note, row.Account, row.At, row.Version);
}
