using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of the periods that officers are in units. What was is rewritten only by who names the very day on which a period began; the database
/// refuses two units on one day.
/// </summary>
internal static class OfficerPeriodTable
{
    /// <summary>Brings the periods in line with what an officer is now to be.</summary>
    /// <returns>What stands against it; then the caller has to roll back.</returns>
    public static async Task<Fault?> SettleAsync(
        NpgsqlTransaction transaction, OfficerId officer, UnitId unit, OfficerDraft wish, DateOnly today, CancellationToken ct)
    {
        // Ranges end with the first day that is no longer in them.
        var end = wish.LeftOn?.AddDays(1);
        if (await LastAsync(transaction, officer, ct) is not { } last)
        {
            var first = wish.MovedOn ?? wish.Since ?? (wish.LeftOn < today ? wish.LeftOn.Value : today);
            return end <= first ? LeftBefore(first) : await InsertAsync(transaction, officer, unit, first, end, ct);
        }
        var isReturn = last.EndsBefore is { } ended && (wish.MovedOn is { } moved ? moved > ended : end is null && today > ended);
        if (last.UnitId == unit && !isReturn)
        {
            if (wish.MovedOn is { } again && again != last.FirstDay && again != last.EndsBefore)
                return new Fault("movedOn", "moved-nowhere", Text(last.FirstDay));
            return end <= last.FirstDay ? LeftBefore(last.FirstDay) : await UpdateAsync(transaction, officer, last.FirstDay, unit, end, ct);
        }
        var from = wish.MovedOn ?? today;
        if (end <= from)
            return LeftBefore(from);
        if (from < last.FirstDay)
            return new Fault("movedOn", "moved-before", Text(last.FirstDay));
        if (from == last.FirstDay)
            return await UpdateAsync(transaction, officer, from, unit, end, ct);
        await UpdateAsync(transaction, officer, last.FirstDay, last.UnitId, last.EndsBefore < from ? last.EndsBefore : from, ct);
        return await InsertAsync(transaction, officer, unit, from, end, ct);
    }

    private static Task<Period?> LastAsync(NpgsqlTransaction transaction, OfficerId officer, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<Period>(new CommandDefinition(
            """
            select unit_id, lower(during) as first_day, upper(during) as ends_before
            from officer_unit where officer_id = @officer
            order by lower(during) desc limit 1
            """,
            new { officer },
            transaction,
            cancellationToken: ct));

    private static async Task<Fault?> InsertAsync(
        NpgsqlTransaction transaction, OfficerId officer, UnitId unit, DateOnly from, DateOnly? end, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into officer_unit (officer_id, unit_id, during) values (@officer, @unit, daterange(@from, @end))
            """,
            new { officer, unit, from, end },
            transaction,
            cancellationToken: ct));
        return null;
    }

    private static async Task<Fault?> UpdateAsync(
        NpgsqlTransaction transaction, OfficerId officer, DateOnly firstDay, UnitId unit, DateOnly? end, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update officer_unit set unit_id = @unit, during = daterange(lower(during), @end)
            where officer_id = @officer and lower(during) = @firstDay
            """,
            new { officer, firstDay, unit, end },
            transaction,
            cancellationToken: ct));
        return null;
    }

    private static Fault LeftBefore(DateOnly day) => new("leftOn", "left-before-unit", Text(day));

    private static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    private sealed class Period
    {
        public required UnitId UnitId { get; init; }

        public required DateOnly FirstDay { get; init; }

        public DateOnly? EndsBefore { get; init; }
    }
}
