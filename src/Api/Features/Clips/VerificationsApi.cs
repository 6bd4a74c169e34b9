using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Re-reads of a clip's stored bytes: the list, and asking for one.</summary>
internal static class VerificationsApi
{
    public static RouteGroupBuilder MapVerifications(this RouteGroupBuilder clips)
    {
        clips.MapGet("/{id}/verifications", ListAsync).WithName("listVerifications").WithSummary("Re-reads of the stored original, newest first.");
        clips.MapPost("/{id}/verifications", StartAsync).WithName("startVerification")
            .WithSummary("Asks for a re-read. While one is running it is answered instead of starting another.")
            .Produces(StatusCodes.Status409Conflict)
            .RequireAuthorization(nameof(Right.Verify));
        return clips;
    }

    private static async Task<Results<Ok<IReadOnlyList<VerificationView>>, NotFound>> ListAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, VerificationTable verifications, CancellationToken ct) =>
        await clips.FindAsync(person.Viewer(), id, ct) is null
            ? TypedResults.NotFound()
            : TypedResults.Ok<IReadOnlyList<VerificationView>>([.. (await verifications.OfClipAsync(id, ct)).Select(VerificationView.Of)]);

    private static async Task<Results<Accepted<VerificationView>, NotFound>> StartAsync(
        ClaimsPrincipal person, ClipId id, ClipTable clips, VerificationTable verifications, IClipWaker waker, TimeProvider time, CancellationToken ct)
    {
        var viewer = person.Viewer();
        if (await clips.FindAsync(viewer, id, ct) is not { } clip)
            return TypedResults.NotFound();
        if (clip.Stage == ClipStage.Registered)
            throw new ProblemException(ProblemCode.NotStoredYet);
        var running = await verifications.RequestAsync(id, VerificationReasons.OnDemand, viewer.Account, time.GetUtcNow(), ct);
        // One that ran already is woken a second time, which changes nothing.
        waker.WakeVerification(running.VerificationId);
        return TypedResults.Accepted($"/api/v1/clips/{id}/verifications", VerificationView.Of(running));
    }
}
