using System.Globalization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>One cell of a list: its words, and how a page shows them.</summary>
internal sealed record OverdueCell(string Text, string? Href = null, string? Look = null, string? Icon = null, bool IsNumber = false)
{
    /// <summary>The number that the words say, for a sheet to reckon with; null where they say more than one.</summary>
    public long? Number { get; init; }

    public object Value => Number is { } number ? number : Text;
}

/// <summary>One list in words: the same on a page, on paper and in a sheet.</summary>
/// <param name="Name">One of <see cref="OverdueLists.All"/>.</param>
/// <param name="Columns">Their heads.</param>
/// <param name="Rows">The rows.</param>
internal sealed record OverdueList(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<OverdueCell>> Rows);

/// <summary>The lists of what is overdue, in words.</summary>
internal sealed class OverdueLists(OverdueTable table, IOptions<OverdueRules> rules, IStringLocalizer<OverdueWords> words, TimeProvider time)
{
    public const string Undocked = "undocked", Late = "late", Returns = "returns", Space = "space", Clock = "clock", Standard = "standard";

    /// <summary>In the order of their counters.</summary>
    public static readonly IReadOnlyList<string> All = [Undocked, Returns, Late, Clock, Space, Standard];

    public OverdueRules Rules => rules.Value;

    public Task<OverdueCounts> CountsAsync(OverdueScope scope, CancellationToken ct) => table.CountsAsync(scope, Rules, time.GetUtcNow(), ct);

    /// <summary>One list, the worst first.</summary>
    public async Task<OverdueList> ReadAsync(string name, OverdueScope scope, int most, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return name switch
        {
            Undocked => Table(name, await table.UndockedAsync(scope, Rules, most, now, ct), ["OutSince", "DutyEnded", "Overdue", "LastDocked"], row =>
            [
                new(ChinaTime.Minute(row.OutSince)), new(ChinaTime.Minute(row.DutyEndedAt)), Bad(words["By", Of(now - row.DockBy)]),
                new(row.LastDockedAt is { } docked ? ChinaTime.Minute(docked) : words["Never"]),
            ]),
            Returns => Table(name, await table.NotReturnedAsync(scope, Rules, most, now, ct), ["HeldSince", "DueAt", "Overdue"], row =>
                [new(ChinaTime.Minute(row.HeldSince)), new(ChinaTime.Minute(row.DueAt)), Bad(words["By", Of(now - row.DueAt)])]),
            Space => Table(name, await table.LowSpaceAsync(scope, Rules, most, now, ct), ["Free", "Total", "SeenAt"], row =>
            [
                new(words["FreeOf", row.FreeBytes * 100 / row.TotalBytes, Amounts.Bytes(row.FreeBytes)], null, "warn", "database"),
                new(Amounts.Bytes(row.TotalBytes), IsNumber: true), new(ChinaTime.Minute(row.SeenAt)),
            ]),
            Clock => Table(name, await table.BadClockAsync(scope, Rules, most, now, ct), ["Offset", "Drift", "Compared", "Source"], row =>
                [OffsetOf(row), DriftOf(row), new(ChinaTime.Minute(row.DeviceAt.AddMilliseconds(-row.OffsetMs))), new(words[$"Source_{row.Source}"])]),
            Late => LateOf(await table.LateAsync(scope, Rules, most, now, ct)),
            Standard => StandardOf(await table.BelowStandardAsync(scope, Rules, most, now, ct)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such list."),
        };
    }

    public OverdueCell OffsetOf(BadClockRow row)
    {
        var offset = TimeSpan.FromMilliseconds(row.OffsetMs);
        var look = offset.Duration() > Rules.ClockWrong ? "bad" : offset.Duration() > Rules.ClockWarning ? "warn" : "none";
        return new(words[row.OffsetMs >= 0 ? "Fast" : "Slow", Of(offset.Duration())], null, look, "clock-edit");
    }

    private OverdueCell DriftOf(BadClockRow row) => row.DriftMsPerDay is not { } gain
        ? new("—")
        : new(words[gain >= 0 ? "Gains" : "Loses", (Math.Abs(gain) / 1000.0).ToString("0.0", CultureInfo.InvariantCulture)], null, row.DriftIsFlagged ? "bad" : "none", "clock");

    private OverdueList Table<T>(string name, IEnumerable<T> rows, string[] columns, Func<T, IReadOnlyList<OverdueCell>> cells)
        where T : OverdueRecorder => new(
        name,
        [words["Device"], words["Officer"], words["Unit"], .. columns.Select(column => words[column].Value)],
        [.. rows.Select(row => (IReadOnlyList<OverdueCell>)
        [
            new(row.Serial, $"/recorders/{Uri.EscapeDataString(row.Serial)}"), Officer(row.Officer, row.OfficerName), new(row.UnitName), .. cells(row),
        ])]);

    private OverdueList LateOf(IEnumerable<LateOfficerRow> rows) => new(
        Late,
        [words["Officer"], words["Unit"], words["Files"], words["Longest"], words["LastHandedIn"]],
        [.. rows.Select(row => (IReadOnlyList<OverdueCell>)
        [
            row.Officer is null ? new(words["Unattributed"]) : Officer(row.Officer, row.OfficerName), new(row.UnitName ?? "—"),
            Count(row.Files), Bad(Of(row.Longest)), new(ChinaTime.Minute(row.LastAt)),
        ])]);

    private OverdueList StandardOf(IEnumerable<BelowStandardRow> rows) => new(
        Standard,
        [words["Unit"], words["StandardColumn"], words["Serving"], words["Have"], words["Need"], words["Short"]],
        [.. rows.Select(row => (IReadOnlyList<OverdueCell>)
        [
            new($"{row.Name} {row.Code}", $"/units/{Uri.EscapeDataString(row.Code)}"),
            new(row.OfficersPerRecorder == 1 ? words["OneEach"] : words["OneFor", row.OfficersPerRecorder]),
            Count(row.Officers), Count(row.Recorders), Count(row.Needed), Bad(words["ShortBy", row.Missing]) with { Number = row.Missing },
        ])]);

    private static OverdueCell Officer(string? number, string? name) =>
        number is null ? new("—") : new($"{name} {number}", $"/officers/{Uri.EscapeDataString(number)}");

    private static OverdueCell Count(long count) => new(Amounts.Count(count), IsNumber: true) { Number = count };

    private static OverdueCell Bad(string text) => new(text, null, "bad", "clock-exclamation");

    private string Of(TimeSpan length) => Span.Of(words, length);
}
