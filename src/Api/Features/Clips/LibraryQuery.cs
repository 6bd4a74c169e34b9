using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>
/// What the library shows, as its URL says it. Whatever isn't understood is left out rather than refused: an old link still opens something.
/// </summary>
internal sealed record LibraryQuery
{
    public static readonly string[] AllStates = ["verified", "pending", "attention", "damaged"];

    public const string DayForm = "yyyy-MM-dd";
    private const int LongestText = 200;

    /// <summary>No recorder is older, and the ends of the calendar are no dates in the database.</summary>
    private const int FirstYear = 1970;

    public DateOnly? From { get; init; }

    public DateOnly? To { get; init; }

    public IReadOnlyList<ClipKind> Kinds { get; init; } = [];

    public IReadOnlyList<string> States { get; init; } = [];

    public string? Recorder { get; init; }

    /// <summary>Any of <see cref="FilingStates"/>.</summary>
    public IReadOnlyList<string> Filed { get; init; } = [];

    public string? Case { get; init; }

    public string? Plate { get; init; }

    public string? Unit { get; init; }

    public string? Officer { get; init; }

    public string? Text { get; init; }

    public bool Sidecars { get; init; }

    public bool ByReceived { get; init; }

    public ClipCursor? After { get; init; }

    public ClipCursor? Before { get; init; }

    public bool IsFirstPage => After is null && Before is null;

    public bool HasConditions =>
        From is not null || To is not null || Kinds.Count > 0 || States.Count > 0 || Recorder is not null || Text is not null || Sidecars
        || Filed.Count > 0 || Case is not null || Plate is not null || Unit is not null || Officer is not null;

    public static LibraryQuery Read(IQueryCollection query) => new()
    {
        From = Day(query["from"]),
        To = Day(query["to"]),
        Kinds = [.. query["kind"].Select(Kind).OfType<ClipKind>().Distinct()],
        States = [.. AllStates.Where(state => query["state"].Contains(state))],
        Recorder = Words(query["recorder"]),
        Filed = [.. FilingStates.All.Where(state => query["filed"].Contains(state))],
        Case = Words(query["case"]),
        Plate = Words(query["plate"]),
        Unit = Words(query["unit"]),
        Officer = Words(query["officer"]),
        Text = Words(query["q"]),
        Sidecars = query["sidecars"] == "1",
        ByReceived = query["sort"] == "received",
        After = ClipCursor.TryParse(query["after"]),
        Before = query.ContainsKey("after") ? null : ClipCursor.TryParse(query["before"]),
    };

    /// <summary>Days are days in UTC+8; 'to' is included.</summary>
    public ClipFilter Filter(ClipId? only = null) => new()
    {
        From = From is { } from ? ChinaTime.StartOf(from) : null,
        Before = To is { } to && to < DateOnly.MaxValue ? ChinaTime.StartOf(to.AddDays(1)) : null,
        Kinds = Kinds,
        States = States,
        Recorder = Recorder,
        Filed = Filed,
        Case = Case,
        Plate = Plate,
        Unit = Unit,
        ByOfficer = Officer,
        Text = Text,
        Sidecars = Sidecars,
        ByReceived = ByReceived,
        Only = only,
    };

    /// <summary>The same conditions and order, from the first page.</summary>
    public LibraryQuery FirstPage() => this with { After = null, Before = null };

    /// <summary>'?' and the parameters that say this; empty where all is as usual.</summary>
    public override string ToString() => QueryHelpers.AddQueryString("", Parameters());

    public string Path => $"/clips{this}";

    private IEnumerable<KeyValuePair<string, StringValues>> Parameters()
    {
        if (From is { } from)
            yield return new("from", from.ToString(DayForm, CultureInfo.InvariantCulture));
        if (To is { } to)
            yield return new("to", to.ToString(DayForm, CultureInfo.InvariantCulture));
        if (Kinds.Count > 0)
            yield return new("kind", Kinds.Select(kind => kind.Word()).ToArray());
        if (States.Count > 0)
            yield return new("state", States.ToArray());
        if (Recorder is not null)
            yield return new("recorder", Recorder);
        if (Filed.Count > 0)
            yield return new("filed", Filed.ToArray());
        if (Case is not null)
            yield return new("case", Case);
        if (Plate is not null)
            yield return new("plate", Plate);
        if (Unit is not null)
            yield return new("unit", Unit);
        if (Officer is not null)
            yield return new("officer", Officer);
        if (Text is not null)
            yield return new("q", Text);
        if (Sidecars)
            yield return new("sidecars", "1");
        if (ByReceived)
            yield return new("sort", "received");
        if (After is { } after)
            yield return new("after", after.ToString());
        if (Before is { } before)
            yield return new("before", before.ToString());
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year >= FirstYear ? day : null;

    private static ClipKind? Kind(string? text) =>
        Enum.GetValues<ClipKind>().Where(kind => kind.Word() == text).Select(kind => (ClipKind?)kind).FirstOrDefault();

    private static string? Words(string? text) =>
        text is not null && PlainText.Cut(text.Trim(), LongestText).Trim() is { Length: > 0 } kept ? kept : null;
}
