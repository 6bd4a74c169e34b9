using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>What is against an allocation beside what holds for all of them; null for nothing.</summary>
/// <param name="transaction">Holds the recorder's row.</param>
/// <param name="recorder">As it stands.</param>
/// <param name="officer">Who is to get it; null where it comes back.</param>
internal delegate Task<Fault?> AllocationRule(NpgsqlTransaction transaction, RecorderRow recorder, OfficerRow? officer);

/// <summary>
/// SQL of allocations. Periods of one recorder never overlap: issuing locks the recorder first, and the exclusion constraint stands behind that.
/// What was isn't changed; a period only ends.
/// </summary>
public sealed class AllocationTable(CatalogDatabase database)
{
    /// <summary>What happened is entered within this time. What is older takes a second person, elsewhere.</summary>
    public static readonly TimeSpan EnterWithin = TimeSpan.FromHours(24);

    private static readonly TimeSpan s_bureau = TimeSpan.FromHours(8);

    private const string Columns =
        """
        allocation.allocation_id, recorder.serial, recorder.kind, recorder_model.name as model, officer.number as officer, officer.name as officer_name,
        (select unit.name from officer_unit join unit on unit.unit_id = officer_unit.unit_id
          where officer_unit.officer_id = officer.officer_id and officer_unit.during @> (lower(allocation.during) at time zone '+08')::date) as unit_name,
        lower(allocation.during) as "from", upper(allocation.during) as "to", allocation.due_at, allocation.issued_by, allocation.returned_by, allocation.note
        """;

    private const string Joined =
        """
        allocation
          join recorder on recorder.recorder_id = allocation.recorder_id
          join officer on officer.officer_id = allocation.officer_id
          left join recorder_model on recorder_model.model_id = recorder.model_id
        """;

    /// <summary>Issues a recorder that nobody has. To who has it already nothing is done.</summary>
    public Task<SaveResult> IssueAsync(IssueWish wish, ChangeBy by, CancellationToken ct) => IssueAsync(wish, null, by, ct);

    /// <summary>Gives a recorder from who has it to another officer: one period ends and the other begins at the same instant.</summary>
    public Task<SaveResult> HandOverAsync(IssueWish wish, ChangeBy by, CancellationToken ct) => HandOverAsync(wish, null, by, ct);

    /// <summary>Takes a recorder back from who has it.</summary>
    /// <param name="serial">Its serial.</param>
    /// <param name="at">When; null: now.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> ReturnAsync(string? serial, DateTimeOffset? at, ChangeBy by, CancellationToken ct) => ReturnAsync(serial, at, null, by, ct);

    /// <summary>The same where <paramref name="rule"/> finds nothing against it; it sees the recorder as it is held until the end.</summary>
    internal Task<SaveResult> IssueAsync(IssueWish wish, AllocationRule? rule, ChangeBy by, CancellationToken ct) =>
        RunAsync(wish, rule, by, (transaction, recorder, officer, at) => IssueAsync(transaction, recorder, officer, wish, at, by, ct), ct);

    /// <summary>The same where <paramref name="rule"/> finds nothing against it.</summary>
    internal Task<SaveResult> HandOverAsync(IssueWish wish, AllocationRule? rule, ChangeBy by, CancellationToken ct) =>
        RunAsync(wish, rule, by, (transaction, recorder, officer, at) => HandOverAsync(transaction, recorder, officer, wish, at, by, ct), ct);

    /// <summary>The same where <paramref name="rule"/> finds nothing against it; it is asked without an officer.</summary>
    internal Task<SaveResult> ReturnAsync(string? serial, DateTimeOffset? at, AllocationRule? rule, ChangeBy by, CancellationToken ct) => SaveAsync(
        serial,
        async transaction =>
        {
            var check = new DraftCheck();
            var recorder = await RecorderAsync(transaction, serial, check, by, ct);
            var when = Instant(at, by, check);
            if (recorder is { HeldSince: null })
                check.Add("serial", "not-held", recorder.Serial);
            else if (when <= recorder?.HeldSince)
                check.Add("at", "before-issue", Text(recorder.HeldSince.Value));
            if (!check.IsGood)
                return SaveResult.Refused(check.Faults);
            if (rule is not null && await rule(transaction, recorder!, null) is { } fault)
                return SaveResult.Refused([fault]);
            var id = await EndAsync(transaction, recorder!, when, by, ct);
            await AppendAsync(transaction, CustodyKinds.AllocationReturned, id, 2, [new("serial", recorder!.Serial), new("officer", recorder.Holder), new("at", when)], by, ct);
            await OwnerTable.OfRecorderAsync(transaction, recorder.Serial, when, by.Actor, by.Now, ct);
            return SaveResult.Of(SaveOutcome.Changed, 2);
        },
        ct);

    /// <summary>Who had a recorder at an instant, for attribution; null where nobody did or where it isn't entered.</summary>
    public async Task<RecorderHolder?> HolderAtAsync(string serial, DateTimeOffset at, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<RecorderHolder>(new CommandDefinition(
            """
            select allocation.allocation_id, officer.officer_id, officer.number, officer.name, officer_unit.unit_id
            from recorder
              join allocation on allocation.recorder_id = recorder.recorder_id and allocation.during @> @at
              join officer on officer.officer_id = allocation.officer_id
              left join officer_unit on officer_unit.officer_id = officer.officer_id and officer_unit.during @> @day
            where lower(recorder.serial) = lower(@serial)
            """,
            new { serial, at, day = DateOnly.FromDateTime(at.ToOffset(s_bureau).DateTime) },
            cancellationToken: ct));
    }

    /// <summary>Who has which recorder now, by serial.</summary>
    public async Task<IReadOnlyList<Holding>> HoldingsAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<Holding>(new CommandDefinition(
            """
            select recorder.serial, officer.number, officer.name
            from allocation
              join recorder on recorder.recorder_id = allocation.recorder_id
              join officer on officer.officer_id = allocation.officer_id
            where upper_inf(allocation.during)
            order by lower(recorder.serial)
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>With whom a recorder was, the latest first.</summary>
    public async Task<IReadOnlyList<AllocationRow>> OfRecorderAsync(RecorderId recorder, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<AllocationRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where allocation.recorder_id = @recorder order by lower(allocation.during) desc limit @most
            """,
            new { recorder, most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>What an officer had, the latest first.</summary>
    public async Task<IReadOnlyList<AllocationRow>> OfOfficerAsync(OfficerId officer, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<AllocationRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where allocation.officer_id = @officer order by lower(allocation.during) desc limit @most
            """,
            new { officer, most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>What an officer has now of the kind of a recorder, beside that one, within a reader's reach (null for all).</summary>
    public async Task<IReadOnlyList<AllocationRow>> HeldBesideAsync(string serial, string officer, Guid[]? reach, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<AllocationRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where upper_inf(allocation.during) and lower(officer.number) = lower(@officer) and lower(recorder.serial) <> lower(@serial)
              and recorder.kind = (select kind from recorder wanted where lower(wanted.serial) = lower(@serial))
              and (@reach::uuid[] is null or recorder.unit_id = any(@reach))
            order by lower(allocation.during)
            """,
            new { serial, officer, reach },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The ledger (领用台账): what was with somebody at any time of a period, in the order of issue.</summary>
    /// <param name="from">Beginning of the period.</param>
    /// <param name="to">Its end, which isn't in it.</param>
    /// <param name="unit">Code of the recorder's unit, with all below it; null for all.</param>
    /// <param name="reach">Units whose recorders the reader may know of; null for all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<AllocationRow>> LedgerAsync(DateTimeOffset from, DateTimeOffset to, string? unit, Guid[]? reach, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<AllocationRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where allocation.during && tstzrange(@from, @to)
              and (@unit::text is null or recorder.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@unit)))
              and (@reach::uuid[] is null or recorder.unit_id = any(@reach))
            order by lower(allocation.during), recorder.serial
            limit @most
            """,
            new { from, to, unit, reach, most },
            cancellationToken: ct))).AsList();
    }

    /// <summary>The recorder is with somebody: who, since when, until when.</summary>
    internal static Fault Held(RecorderRow recorder, string field) => recorder.DueAt is { } due
        ? new Fault(field, "held-until", recorder.Serial, Text(recorder.HeldSince!.Value), $"{recorder.HolderName} {recorder.Holder}", Text(due))
        : new Fault(field, "held", recorder.Serial, Text(recorder.HeldSince!.Value), $"{recorder.HolderName} {recorder.Holder}");

    private Task<SaveResult> RunAsync(
        IssueWish wish, AllocationRule? rule, ChangeBy by, Func<NpgsqlTransaction, RecorderRow, OfficerRow, DateTimeOffset, Task<SaveResult>> work, CancellationToken ct) => SaveAsync(
        wish.Serial,
        async transaction =>
        {
            var check = new DraftCheck();
            var recorder = await RecorderAsync(transaction, wish.Serial, check, by, ct);
            if (recorder is { State: not RecorderStates.InUse })
                check.Add("serial", $"recorder-{recorder.State}", recorder.Serial);
            var number = check.Required("officer", wish.Officer, OfficerTable.LongestNumber);
            var officer = number.Length == 0 ? null : await OfficerTable.FindAsync(transaction, number, ct);
            if (officer is not null && !by.Reaches(officer.UnitId))
                officer = null;
            if (officer is null && number.Length > 0)
                check.Add("officer", "unknown-officer", number);
            var at = Instant(wish.At, by, check);
            if (officer?.LeftOn < DateOnly.FromDateTime(at.ToOffset(s_bureau).DateTime))
                check.Add("officer", "officer-left", $"{officer!.Name} {officer.Number}");
            if (wish.DueAt <= at)
                check.Add("dueAt", "due-before-issue");
            check.Optional("note", wish.Note, RecorderTable.LongestNote);
            if (!check.IsGood)
                return SaveResult.Refused(check.Faults);
            return rule is not null && await rule(transaction, recorder!, officer) is { } fault ? SaveResult.Refused([fault]) : await work(transaction, recorder!, officer!, at);
        },
        ct);

    /// <summary>Where the constraint refused, somebody else has it by now: that is told as if it had been seen in time.</summary>
    private async Task<SaveResult> SaveAsync(string? serial, Func<NpgsqlTransaction, Task<SaveResult>> work, CancellationToken ct)
    {
        var result = await Races.SaveAsync(database, work, ct);
        if (result.Outcome != SaveOutcome.Stale || serial is null)
            return result;
        await using var connection = await database.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        return await RecorderTable.FindAsync(transaction, serial.Trim(), ct) is { Holder: not null } recorder ? SaveResult.Refused([Held(recorder, "serial")]) : result;
    }

    private static async Task<SaveResult> IssueAsync(
        NpgsqlTransaction transaction, RecorderRow recorder, OfficerRow officer, IssueWish wish, DateTimeOffset at, ChangeBy by, CancellationToken ct)
    {
        if (recorder.Holder == officer.Number)
            return SaveResult.Of(SaveOutcome.Unchanged, 1);
        if (recorder.Holder is not null)
            return SaveResult.Refused([Held(recorder, "serial")]);
        if (await LastEndAsync(transaction, recorder, ct) is { } ended && ended > at)
            return SaveResult.Refused([new Fault("at", "before-return", Text(ended))]);
        var id = await BeginAsync(transaction, recorder, officer, wish, at, by, ct);
        await AppendAsync(
            transaction,
            CustodyKinds.AllocationIssued,
            id,
            1,
            [new("serial", recorder.Serial), new("officer", officer.Number), new("officerName", officer.Name), new("at", at), new("dueAt", wish.DueAt)],
            by,
            ct);
        await OwnerTable.OfRecorderAsync(transaction, recorder.Serial, at, by.Actor, by.Now, ct);
        return SaveResult.Of(SaveOutcome.Created, 1);
    }

    private static async Task<SaveResult> HandOverAsync(
        NpgsqlTransaction transaction, RecorderRow recorder, OfficerRow officer, IssueWish wish, DateTimeOffset at, ChangeBy by, CancellationToken ct)
    {
        if (recorder.HeldSince is not { } since)
            return SaveResult.Refused([new Fault("serial", "not-held", recorder.Serial)]);
        if (recorder.Holder == officer.Number)
            return SaveResult.Of(SaveOutcome.Unchanged, 1);
        if (at <= since)
            return SaveResult.Refused([new Fault("at", "before-issue", Text(since))]);
        var ended = await EndAsync(transaction, recorder, at, by, ct);
        var id = await BeginAsync(transaction, recorder, officer, wish, at, by, ct);
        await AppendAsync(
            transaction,
            CustodyKinds.AllocationHandedOver,
            id,
            1,
            [
                new("serial", recorder.Serial), new("officer", officer.Number), new("officerName", officer.Name), new("at", at), new("dueAt", wish.DueAt),
                new("fromOfficer", recorder.Holder), new("ended", ended),
            ],
            by,
            ct);
        await OwnerTable.OfRecorderAsync(transaction, recorder.Serial, at, by.Actor, by.Now, ct);
        return SaveResult.Of(SaveOutcome.Changed, 1);
    }

    private static async Task<RecorderRow?> RecorderAsync(NpgsqlTransaction transaction, string? serial, DraftCheck check, ChangeBy by, CancellationToken ct)
    {
        var key = check.Required("serial", serial, RecorderTable.LongestSerial);
        if (key.Length == 0)
            return null;
        var recorder = await RecorderTable.LockAsync(transaction, key, ct);
        if (recorder is not null && by.Reaches(recorder.UnitId))
            return recorder;
        check.Add("serial", "unknown-recorder", key);
        return null;
    }

    /// <summary>When it happened, in whole microseconds as the database keeps it.</summary>
    private static DateTimeOffset Instant(DateTimeOffset? at, ChangeBy by, DraftCheck check)
    {
        var when = (at ?? by.Now).ToUniversalTime();
        if (when > by.Now || when < by.Now - EnterWithin)
            check.Add("at", "not-lately", EnterWithin.TotalHours.ToString(CultureInfo.InvariantCulture));
        return new DateTimeOffset(when.Ticks - (when.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    }

    private static async Task<AllocationId> BeginAsync(
        NpgsqlTransaction transaction, RecorderRow recorder, OfficerRow officer, IssueWish wish, DateTimeOffset at, ChangeBy by, CancellationToken ct)
    {
        var id = AllocationId.New(by.Now);
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into allocation (allocation_id, recorder_id, officer_id, during, due_at, issued_by, note)
            values (@id, @RecorderId, @OfficerId, tstzrange(@at, null), @DueAt, @Name, nullif(trim(@Note), ''))
            """,
            new { id, recorder.RecorderId, officer.OfficerId, at, wish.DueAt, by.Actor.Name, wish.Note },
            transaction,
            cancellationToken: ct));
        return id;
    }

    private static Task<AllocationId> EndAsync(NpgsqlTransaction transaction, RecorderRow recorder, DateTimeOffset at, ChangeBy by, CancellationToken ct) =>
        transaction.Connection!.QuerySingleAsync<AllocationId>(new CommandDefinition(
            """
            update allocation set during = tstzrange(lower(during), @at), returned_by = @Name
            where recorder_id = @RecorderId and upper_inf(during)
            returning allocation_id
            """,
            new { recorder.RecorderId, at, by.Actor.Name },
            transaction,
            cancellationToken: ct));

    private static Task<DateTimeOffset?> LastEndAsync(NpgsqlTransaction transaction, RecorderRow recorder, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
            """
            select max(upper(during)) from allocation where recorder_id = @RecorderId having max(upper(during)) is not null
            """,
            new { recorder.RecorderId },
            transaction,
            cancellationToken: ct));

    private static Task<bool> AppendAsync(
        NpgsqlTransaction transaction, string kind, AllocationId id, int version, IReadOnlyList<KeyValuePair<string, object?>> facts, ChangeBy by, CancellationToken ct) =>
        CustodyTable.AppendAsync(transaction, by.Event(kind, $"allocation/{id}", version, [new("allocation", id), .. facts], null), ct);

    private static string Text(DateTimeOffset at) => at.ToOffset(s_bureau).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
