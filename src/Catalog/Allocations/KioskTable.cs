using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What an officer has, as a station's kiosk tells it.</summary>
/// <param name="Serial">Serial of the recorder.</param>
/// <param name="Pool">Shared (公用): it may be returned at the kiosk.</param>
public sealed record KioskRecorder(string Serial, bool Pool);

/// <summary>
/// SQL of what officers do by themselves at a station: check a shared recorder out and return it, hand over what is theirs. Never more: the rules are asked
/// while the recorder's row is held, and everything that holds at the desk holds here.
/// </summary>
public sealed class KioskTable(CatalogDatabase database, AllocationTable allocations)
{
    /// <summary>The officer's unit and the recorder's are one, or one is above the other.</summary>
    private const string IsOfTheirs =
        """
        exists (
          select from officer_unit
          where officer_unit.officer_id = @officer and officer_unit.during @> @day
            and (recorder.unit_id in (select unit_and_below(officer_unit.unit_id)) or officer_unit.unit_id in (select unit_and_below(recorder.unit_id))))
        """;

    /// <summary>What an officer has now, by serial.</summary>
    public async Task<IReadOnlyList<KioskRecorder>> HeldByAsync(OfficerId officer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<KioskRecorder>(new CommandDefinition(
            """
            select recorder.serial, recorder.pool
            from allocation join recorder on recorder.recorder_id = allocation.recorder_id
            where allocation.officer_id = @officer and upper_inf(allocation.during)
            order by lower(recorder.serial)
            """,
            new { officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Of these recorders the shared ones that nobody has and that this officer may check out, by serial.</summary>
    public async Task<IReadOnlyList<string>> PoolForAsync(OfficerId officer, IReadOnlyList<string> serials, DateOnly day, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            $"""
            select recorder.serial
            from recorder
            where lower(recorder.serial) = any(@serials) and recorder.pool and recorder.state = 'in-use' and {IsOfTheirs}
              and not exists (select from allocation where allocation.recorder_id = recorder.recorder_id and upper_inf(allocation.during))
            order by lower(recorder.serial)
            """,
            new { officer, day, serials = serials.Select(serial => serial.ToLowerInvariant()).ToArray() },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Issues a shared recorder of the officer's own units to the officer.</summary>
    public Task<SaveResult> CheckOutAsync(string serial, string officer, DateTimeOffset dueAt, ChangeBy by, CancellationToken ct) =>
        allocations.IssueAsync(new IssueWish { Serial = serial, Officer = officer, DueAt = dueAt }, (transaction, recorder, who) => OfPoolAsync(transaction, recorder, who!, by, ct), by, ct);

    /// <summary>Takes a shared recorder back from the officer who has it; from nobody else.</summary>
    public Task<SaveResult> ReturnAsync(string serial, string officer, ChangeBy by, CancellationToken ct) => allocations.ReturnAsync(
        serial, null, (_, recorder, _) => Task.FromResult(NotOf(recorder, officer) ?? (recorder.Pool ? null : new Fault("serial", "not-pool", recorder.Serial))), by, ct);

    /// <summary>Hands a recorder of one officer over to another. A shared one keeps its due time.</summary>
    public Task<SaveResult> HandOverAsync(string serial, string from, string to, DateTimeOffset? dueAt, ChangeBy by, CancellationToken ct) => allocations.HandOverAsync(
        new IssueWish { Serial = serial, Officer = to, DueAt = dueAt }, (_, recorder, _) => Task.FromResult(NotOf(recorder, from)), by, ct);

    private static Fault? NotOf(RecorderRow recorder, string officer) =>
        string.Equals(recorder.Holder, officer, StringComparison.OrdinalIgnoreCase) ? null : new Fault("serial", "not-yours", recorder.Serial);

    private static async Task<Fault?> OfPoolAsync(NpgsqlTransaction transaction, RecorderRow recorder, OfficerRow officer, ChangeBy by, CancellationToken ct)
    {
        if (!recorder.Pool)
            return new Fault("serial", "not-pool", recorder.Serial);
        var isOfTheirs = await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            $"""
            select {IsOfTheirs} from recorder where recorder_id = @RecorderId
            """,
            new { recorder.RecorderId, officer = officer.OfficerId, day = by.Today },
            transaction,
            cancellationToken: ct));
        return isOfTheirs ? null : new Fault("serial", "pool-of-others", recorder.Serial, recorder.UnitName);
    }
}
