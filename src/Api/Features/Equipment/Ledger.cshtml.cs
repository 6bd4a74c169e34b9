using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using YaoAn.Catalog;

namespace YaoAn.Api;

/// <summary>The ledger (领用台账) of a period, to be printed on A4 and signed.</summary>
[Authorize(Policy = nameof(Right.SeeRecorders))]
internal sealed class LedgerModel(AllocationTable allocations, UnitTable units, TimeProvider time) : PageModel
{
    public const int MostRows = 2000;

    private const string DayForm = "yyyy-MM-dd";

    /// <summary>Days of the bureau; both are in the period.</summary>
    public DateOnly From { get; private set; }

    public DateOnly To { get; private set; }

    public string? Unit { get; private set; }

    public IReadOnlyList<UnitRow> Units { get; private set; } = [];

    public IReadOnlyList<AllocationRow> Rows { get; private set; } = [];

    public DateTimeOffset Now { get; private set; }

    public string UnitName => Units.FirstOrDefault(unit => string.Equals(unit.Code, Unit, StringComparison.OrdinalIgnoreCase))?.Name
        ?? (Units.Count > 0 ? Units[0].Name : "");

    public async Task OnGetAsync(string? from, string? to, string? unit, CancellationToken ct)
    {
        (Now, Unit) = (time.GetUtcNow(), Changing.Word(unit));
        var today = time.Today();
        From = Day(from) ?? new DateOnly(today.Year, today.Month, 1);
        To = Day(to) ?? today;
        if (To < From)
            (From, To) = (To, From);
        Units = (await units.TreeAsync(today, ct)).Within(User.Reach());
        Rows = await allocations.LedgerAsync(ChinaTime.StartOf(From), ChinaTime.StartOf(To.AddDays(1)), Unit, User.Reach(), MostRows, ct);
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 2200 ? day : null;
}
