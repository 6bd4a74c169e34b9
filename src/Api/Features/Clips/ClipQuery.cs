using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>Filter and place of a list, as they stand in an address. What can't be read is refused, never ignored: a filter that is not applied would show too much.</summary>
internal sealed record ClipQuery
{
    private const int MaxText = 200;

    /// <summary>No recorder is older, and the ends of the calendar are no dates in the database.</summary>
    private const int FirstYear = 1970;

    [FromQuery(Name = "from"), Description("Recorded (or received) at or after this instant, ISO 8601 with zone.")]
    public string? From { get; init; }

    [FromQuery(Name = "until"), Description("Recorded (or received) before this instant.")]
    public string? Until { get; init; }

    [FromQuery(Name = "kind"), Description("video, audio, photo, data; may be repeated.")]
    public string[]? Kind { get; init; }

    [FromQuery(Name = "state"), Description("verified, pending, attention, damaged; may be repeated.")]
    public string[]? State { get; init; }

    [FromQuery(Name = "recorder"), Description("Serial of a recorder, whole.")]
    public string? Recorder { get; init; }

    [FromQuery(Name = "filed"), Description("unlinked, suggested, linked, not-enforcement; may be repeated.")]
    public string[]? Filed { get; init; }

    [FromQuery(Name = "case"), Description("Part of the number of a case that it is linked with, or suggested for.")]
    public string? Case { get; init; }

    [FromQuery(Name = "plate"), Description("Plate of such a case, whole.")]
    public string? Plate { get; init; }

    [FromQuery(Name = "unit"), Description("Code of a unit whose officers recorded it, with all below.")]
    public string? Unit { get; init; }

    [FromQuery(Name = "officer"), Description("Staff number or whole name of an officer who recorded it.")]
    public string? Officer { get; init; }

    [FromQuery(Name = "q"), Description("Part of a name or serial, or the first 4 or more digits of a SHA-256.")]
    public string? Q { get; init; }

    [FromQuery(Name = "sidecars"), Description("true: also sidecar files.")]
    public bool? Sidecars { get; init; }

    [FromQuery(Name = "sort"), Description("recorded (default) or received; both newest first.")]
    public string? Sort { get; init; }

    [FromQuery(Name = "after"), Description("'next' of a page: older clips.")]
    public string? After { get; init; }

    [FromQuery(Name = "before"), Description("'previous' of a page: newer clips.")]
    public string? Before { get; init; }

    [FromQuery(Name = "limit"), Description("1 to 200, default 50.")]
    public int? Limit { get; init; }

    public ClipFilter Filter() => new()
    {
        From = Instant(From),
        Before = Instant(Until),
        Kinds = [.. (Kind ?? []).Select(word => Enum.GetValues<ClipKind>().Where(kind => kind.Word() == word).Cast<ClipKind?>().FirstOrDefault() ?? throw Bad())],
        States = [.. (State ?? []).Select(word => word is "verified" or "pending" or "attention" or "damaged" ? word : throw Bad())],
        Recorder = Text(Recorder),
        Filed = [.. (Filed ?? []).Select(word => FilingStates.All.Contains(word) ? word : throw Bad())],
        Case = Text(Case),
        Plate = Text(Plate),
        Unit = Text(Unit),
        ByOfficer = Text(Officer),
        Text = Text(Q),
        Sidecars = Sidecars ?? false,
        ByReceived = Sort switch { null or "" or "recorded" => false, "received" => true, _ => throw Bad() },
    };

    public (ClipCursor? After, ClipCursor? Before, int Limit) Place() =>
        After is { Length: > 0 } && Before is { Length: > 0 }
            ? throw Bad()
            : (Cursor(After), Cursor(Before), (Limit ?? 50) is >= 1 and <= 200 and var limit ? limit : throw Bad());

    private static ClipCursor? Cursor(string? text) => text is { Length: > 0 } ? ClipCursor.TryParse(text) ?? throw Bad() : null;

    private static string? Text(string? text) => text?.Trim() switch
    {
        null or "" => null,
        { } trimmed when PlainText.Cut(trimmed, MaxText) == trimmed => trimmed,
        _ => throw Bad(),
    };

    private static DateTimeOffset? Instant(string? text) => text is not { Length: > 0 }
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) && instant.Year >= FirstYear
            ? instant.ToUniversalTime()
            : throw Bad();

    private static ProblemException Bad() => new(ProblemCode.BadRequest);
}
