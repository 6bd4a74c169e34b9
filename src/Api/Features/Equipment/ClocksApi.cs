using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>How far recorders' clocks are off: the readings, and an administrator's entry.</summary>
internal static class ClocksApi
{
    /// <summary>Nobody reads two clocks at once more exactly.</summary>
    public const double LeastWithinSeconds = 1, UsualWithinSeconds = 5, MostWithinSeconds = 600;

    /// <summary>A recorder that lost its clock shows 1970 or 2099; what is further off was left out or mistyped.</summary>
    private static readonly TimeSpan s_farthestOff = TimeSpan.FromDays(100 * 366);

    public static RouteGroupBuilder MapClocksApi(this RouteGroupBuilder api)
    {
        var clocks = api.MapGroup("/recorders/{serial}/clock").WithTags("recorders").RequireAuthorization(nameof(Right.ManageRecorders));
        clocks.MapGet("/", ListAsync).WithName("listClockReadings").WithSummary("Comparisons of a recorder's clock with the true time, newest first.");
        clocks.MapPost("/", EnterOneAsync).WithName("enterClockReading")
            .WithSummary("Enters what a recorder's clock showed. Corrects the times of its clips from seven days before to seven days after; their device times stay.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        return api;
    }

    private static async Task<Results<Ok<IReadOnlyList<ClockReadingRow>>, NotFound>> ListAsync(HttpContext http, string serial, ClockTable clocks, RecorderTable recorders, CancellationToken ct) =>
        await IsKnownAsync(http, recorders, serial, ct) ? TypedResults.Ok(await clocks.OfRecorderAsync(serial, ct)) : TypedResults.NotFound();

    private static async Task<Results<NoContent, NotFound>> EnterOneAsync(
        HttpContext http, string serial, ClockEntry entry, ClockTable clocks, RecorderTable recorders, CancellationToken ct) =>
        !await IsKnownAsync(http, recorders, serial, ct) ? TypedResults.NotFound()
        : await clocks.EnterAsync(serial, entry, http.By("api"), ct) ? TypedResults.NoContent() : throw new ProblemException(ProblemCode.BadRequest);

    /// <summary>Recorders that nobody registered have clocks too; those are for who may know of all.</summary>
    private static async Task<bool> IsKnownAsync(HttpContext http, RecorderTable recorders, string serial, CancellationToken ct) =>
        http.User.Reach() is not { } reach || await recorders.FindAsync(serial, reach, ct) is not null;

    /// <summary>Writes what an administrator saw; false where it can't be.</summary>
    public static async Task<bool> EnterAsync(this ClockTable clocks, string serial, ClockEntry entry, ChangeBy by, CancellationToken ct)
    {
        var (within, shownAt) = (entry.WithinSeconds ?? UsualWithinSeconds, entry.TrueTime ?? by.Now);
        var isFarOff = (entry.DeviceTime - shownAt).Duration() > s_farthestOff;
        if (PlainText.Cut(serial, 100) != serial || within is not (>= LeastWithinSeconds and <= MostWithinSeconds) || shownAt > by.Now || isFarOff)
            return false;
        var note = entry.Note is null ? null : PlainText.Cut(entry.Note, 500);
        var reading = new ClockReading
        {
            Recorder = serial,
            DeviceAt = entry.DeviceTime.ToUniversalTime(),
            OffsetMs = (long)(entry.DeviceTime - shownAt).TotalMilliseconds,
            WithinMs = (long)(within * 1000),
            Source = ClockSources.Entry,
        };
        await clocks.RecordAsync(reading, by.Actor, note, reading.EventBy(by.Actor, by.Now, [new("note", note)]), ct);
        return true;
    }
}

/// <summary>What somebody saw on a recorder's clock.</summary>
/// <param name="DeviceTime">What the recorder showed, with the offset of the zone that it is set to (<c>2026-11-24T08:00:42+08:00</c>).</param>
/// <param name="TrueTime">When it showed that; now where it isn't given. Not in the future.</param>
/// <param name="WithinSeconds">How exact the comparison is, 1 to 600; 5 where it isn't given.</param>
/// <param name="Note">What else should be known; at most 500 characters.</param>
internal sealed record ClockEntry([property: Required] DateTimeOffset DeviceTime, DateTimeOffset? TrueTime, double? WithinSeconds, string? Note);
