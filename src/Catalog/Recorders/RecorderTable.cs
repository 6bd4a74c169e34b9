using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of recorders. None is ever deleted; a change and its custody event are one transaction.</summary>
public sealed class RecorderTable(CatalogDatabase database)
{
    /// <summary>Longest serial, model and note in characters.</summary>
    public const int LongestSerial = 64, LongestModel = 60, LongestNote = 200;

    /// <summary>Bytes of a GB as sellers count.</summary>
    internal const long Gigabyte = 1_000_000_000;

    private const int MostGigabytes = 100_000, FirstYear = 1990, LastYear = 2200;

    private static readonly string[] s_incidentKinds = ["lost", "stolen", "damaged", "found"];

    private const string Columns =
        """
        recorder.recorder_id, recorder.serial, recorder.kind, recorder_model.name as model, coalesce(recorder_model.releases, false) as releases, recorder.unit_id, unit.code as unit, unit.name as unit_name, recorder.pool,
        recorder.state, recorder.bought_on, recorder.warranty_until, recorder.storage_bytes, recorder.note, recorder.version, recorder.binding_issue,
        officer.number as holder, officer.name as holder_name, lower(allocation.during) as held_since, allocation.due_at,
        (select max(dock_session.attached_at) from dock_session where lower(dock_session.recorder) = lower(recorder.serial)) as last_docked_at
        """;

    private const string Joined =
        """
        recorder
          join unit on unit.unit_id = recorder.unit_id
          left join recorder_model on recorder_model.model_id = recorder.model_id
          left join allocation on allocation.recorder_id = recorder.recorder_id and upper_inf(allocation.during)
          left join officer on officer.officer_id = allocation.officer_id
        """;

    private const string Within =
        """
        (@Unit::text is null or unit.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
        and (@Reach::uuid[] is null or recorder.unit_id = any(@Reach))
        """;

    private const string Matches =
        $"""
        {Within}
        and (@Like::text is null or recorder.serial ilike @Like or officer.name ilike @Like or officer.number ilike @Like)
        and (@Kind::text is null or recorder.kind = @Kind)
        and (@State::text is null or recorder.state = @State
          or (@State = 'held' and allocation.allocation_id is not null)
          or (@State = 'free' and recorder.state = 'in-use' and allocation.allocation_id is null)
          or (@State = 'overdue' and allocation.due_at < @Now))
        and (cardinality(@Serials) = 0 or lower(recorder.serial) = any(@Serials))
        """;

    /// <summary>One page, by serial. <paramref name="after"/> goes on from a serial, <paramref name="before"/> back from one.</summary>
    public async Task<KeyPage<RecorderRow>> ListAsync(
        RecorderFilter filter, string? after, string? before, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var (place, order) = (after, before) switch
        {
            (not null, _) => ("and lower(recorder.serial) > lower(@Key)", "asc"),
            (_, not null) => ("and lower(recorder.serial) < lower(@Key)", "desc"),
            _ => ("", "asc"),
        };
        var parameters = new
        {
            Like = Like.Part(filter.Text),
            filter.Unit,
            filter.Kind,
            filter.State,
            filter.Reach,
            Now = now,
            Serials = filter.Serials.Select(serial => serial.ToLowerInvariant()).ToArray(),
            Key = after ?? before,
            limit = limit + 1,
        };
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<RecorderRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where {Matches} {place} order by lower(recorder.serial) {order} limit @limit
            """,
            parameters,
            cancellationToken: ct))).AsList();
        var count = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            select count(*) from {Joined} where {Matches}
            """,
            parameters,
            cancellationToken: ct));
        return KeyPage<RecorderRow>.Of(rows, after, before, limit, count, row => row.Serial);
    }

    /// <summary>How many there are in a unit and below, in all where none is given; within a reader's reach, null for all.</summary>
    public async Task<RecorderCounts> CountsAsync(string? unit, Guid[]? reach, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<RecorderCounts>(new CommandDefinition(
            $"""
            select count(*) as count,
              count(*) filter (where recorder.state = 'in-use' and allocation.allocation_id is not null) as held,
              count(*) filter (where recorder.state = 'in-use' and allocation.allocation_id is null) as free,
              count(*) filter (where allocation.due_at < @Now) as overdue,
              count(*) filter (where recorder.state = 'repair') as repair,
              count(*) filter (where recorder.state = 'retired') as retired,
              count(*) filter (where recorder.state = 'lost') as lost
            from {Joined} where {Within}
            """,
            new { Unit = unit, Reach = reach, Now = now },
            cancellationToken: ct));
    }

    /// <summary>A recorder by serial, or null.</summary>
    public async Task<RecorderRow?> FindAsync(string serial, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, serial, ct);
    }

    /// <summary>A recorder by serial within a reader's reach (null for all), or null: what one may not know of isn't there.</summary>
    public async Task<RecorderRow?> FindAsync(string serial, Guid[]? reach, CancellationToken ct) =>
        await FindAsync(serial, ct) is { } recorder && (reach is null || reach.Contains(recorder.UnitId.Value)) ? recorder : null;

    /// <summary>The same within a transaction.</summary>
    public static Task<RecorderRow?> FindAsync(NpgsqlTransaction transaction, string serial, CancellationToken ct) =>
        FindAsync(transaction.Connection!, transaction, serial, ct);

    /// <summary>Creates or changes a recorder by its serial.</summary>
    /// <param name="draft">What it is to be; all of it counts.</param>
    /// <param name="known">Version that the caller saw (0: not there yet); null saves in any case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> SaveAsync(RecorderDraft draft, int? known, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveAsync(transaction, draft, known, by, ct), ct);

    /// <summary>The same in the caller's transaction. What two savers at once would break, the database refuses with an exception.</summary>
    public static async Task<SaveResult> SaveAsync(NpgsqlTransaction transaction, RecorderDraft draft, int? known, ChangeBy by, CancellationToken ct)
    {
        var before = await LockAsync(transaction, draft.Serial?.Trim() ?? "", ct);
        // A serial is there once in the bureau: that it is taken can't be kept from who would enter it again.
        if (before is not null && !by.Reaches(before.UnitId))
            return SaveResult.Refused([new Fault("serial", "serial-elsewhere", before.Serial)]);
        if (known is { } version && version != (before?.Version ?? 0))
            return SaveResult.Of(SaveOutcome.Stale, before?.Version ?? 0);
        var (wish, faults) = Clean(draft, before);
        var unit = wish.Unit is null ? null : await UnitTable.FindAsync(transaction, wish.Unit, by.Today, ct);
        if (unit is null && wish.Unit is { Length: > 0 })
            faults.Add(new Fault("unit", "unknown-unit", wish.Unit));
        else if (unit is not null && !by.Reaches(unit.UnitId))
            faults.Add(new Fault("unit", "unit-not-yours", unit.Name));
        if (unit?.ClosedOn is not null && wish.State is RecorderStates.InUse or RecorderStates.Repair)
            faults.Add(new Fault("unit", "unit-closed", unit!.Name));
        if (before is { Holder: not null } && wish.State is RecorderStates.Repair or RecorderStates.Retired)
            faults.Add(AllocationTable.Held(before!, "state"));
        if (faults.Count > 0)
            return SaveResult.Refused(faults);
        wish = wish with { Unit = unit!.Code };
        if (wish.Model is not null)
            wish = wish with { Model = await RecorderModelTable.EnsureAsync(transaction, wish.Model, by, ct) };
        if (before is not null && before.Draft() == wish)
            return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
        var id = before?.RecorderId ?? RecorderId.New(by.Now);
        var next = await WriteAsync(transaction, id, wish, unit.UnitId, by, ct);
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                before is null ? CustodyKinds.RecorderCreated : CustodyKinds.RecorderChanged,
                $"recorder/{id}",
                next,
                Facts(wish),
                before is null ? null : Facts(before.Draft())),
            ct);
        // What it recorded before it was entered belongs to a unit from now on.
        await OwnerTable.OfRecorderAsync(transaction, wish.Serial ?? "", DateTimeOffset.UnixEpoch, by.Actor, by.Now, ct);
        return SaveResult.Of(before is null ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    /// <summary>Enters what happened to a recorder. Lost and stolen make it 遗失, found makes it 在用 again; damaged leaves its state.</summary>
    public Task<SaveResult> ReportAsync(string serial, string? kind, DateOnly? happenedOn, string? text, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            var check = new DraftCheck();
            var words = check.Required("text", text, LongestNote);
            if (!s_incidentKinds.Contains(kind))
                check.Add("incident", "required");
            if (happenedOn is null || happenedOn > by.Today || happenedOn.Value.Year < FirstYear)
                check.Add("happenedOn", happenedOn is null ? "required" : "date-out-of-range");
            if (await LockAsync(transaction, serial, ct) is not { } recorder || !by.Reaches(recorder.UnitId))
                check.Add("serial", "unknown-recorder", serial);
            else if (check.IsGood)
                return await ReportAsync(transaction, recorder, kind!, happenedOn!.Value, words, by, ct);
            return SaveResult.Refused(check.Faults);
        },
        ct);

    /// <summary>Counts a binding file that is about to be handed out; null where there is no such recorder.</summary>
    public Task<(string Serial, int Issue)?> NextBindingAsync(string serial, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (await LockAsync(transaction, serial, ct) is not { } recorder || !by.Reaches(recorder.UnitId))
                return ((string, int)?)null;
            var issue = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
                """
                update recorder set binding_issue = binding_issue + 1 where recorder_id = @RecorderId returning binding_issue
                """,
                new { recorder.RecorderId },
                transaction,
                cancellationToken: ct));
            await CustodyTable.AppendAsync(
                transaction,
                by.Event(CustodyKinds.RecorderBound, $"recorder/{recorder.RecorderId}/binding", issue, [new("serial", recorder.Serial), new("issue", issue)], null),
                ct);
            return (recorder.Serial, issue);
        },
        ct);

    /// <summary>What happened to a recorder, the latest first.</summary>
    public async Task<IReadOnlyList<RecorderIncident>> IncidentsAsync(RecorderId recorder, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RecorderIncident>(new CommandDefinition(
            """
            select kind, happened_on, text, account, at from recorder_incident where recorder_id = @recorder order by at desc
            """,
            new { recorder },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Holds a recorder until the transaction ends, and reads it as it stands then; null where there is none.</summary>
    internal static async Task<RecorderRow?> LockAsync(NpgsqlTransaction transaction, string serial, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from recorder where lower(serial) = lower(@serial) for update
            """,
            new { serial },
            transaction,
            cancellationToken: ct));
        return await FindAsync(transaction, serial, ct);
    }

    private static async Task<SaveResult> ReportAsync(
        NpgsqlTransaction transaction, RecorderRow recorder, string kind, DateOnly happenedOn, string text, ChangeBy by, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into recorder_incident (incident_id, recorder_id, kind, happened_on, text, account, at)
            values (@id, @RecorderId, @kind, @happenedOn, @text, @Name, @Now)
            """,
            new { id = Guid.CreateVersion7(by.Now), recorder.RecorderId, kind, happenedOn, text, by.Actor.Name, by.Now },
            transaction,
            cancellationToken: ct));
        var state = kind switch { "lost" or "stolen" => RecorderStates.Lost, "found" when recorder.State == RecorderStates.Lost => RecorderStates.InUse, _ => recorder.State };
        var wish = recorder.Draft() with { State = state };
        var next = await WriteAsync(transaction, recorder.RecorderId, wish, null, by, ct);
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                CustodyKinds.RecorderIncident,
                $"recorder/{recorder.RecorderId}",
                next,
                [new("incident", kind), new("happenedOn", Day(happenedOn)), new("text", text), .. Facts(wish)],
                Facts(recorder.Draft())),
            ct);
        return SaveResult.Of(SaveOutcome.Changed, next);
    }

    private static Task<RecorderRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string serial, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<RecorderRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where lower(recorder.serial) = lower(@serial)
            """,
            new { serial },
            transaction,
            cancellationToken: ct));

    /// <summary>Writes all fields; the unit stays where none is given.</summary>
    private static Task<int> WriteAsync(NpgsqlTransaction transaction, RecorderId id, RecorderDraft wish, UnitId? unit, ChangeBy by, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into recorder (recorder_id, serial, kind, model_id, unit_id, pool, state, bought_on, warranty_until, storage_bytes, note, changed_at)
            values (@id, @Serial, @Kind, (select model_id from recorder_model where name = @Model),
              coalesce(@unit, (select unit_id from recorder where recorder_id = @id)), @Pool, @State, @BoughtOn, @WarrantyUntil, @bytes, @Note, @Now)
            on conflict (recorder_id) do update set
              kind = excluded.kind, model_id = excluded.model_id, unit_id = excluded.unit_id, pool = excluded.pool, state = excluded.state,
              bought_on = excluded.bought_on, warranty_until = excluded.warranty_until, storage_bytes = excluded.storage_bytes, note = excluded.note,
              changed_at = excluded.changed_at, version = recorder.version + 1
            returning version
            """,
            new
            {
                id,
                wish.Serial,
                wish.Kind,
                wish.Model,
                unit,
                wish.Pool,
                wish.State,
                wish.BoughtOn,
                wish.WarrantyUntil,
                bytes = wish.StorageGb * Gigabyte,
                wish.Note,
                by.Now,
            },
            transaction,
            cancellationToken: ct));

    /// <summary>The draft as it would be kept, and what is wrong with it by itself.</summary>
    private static (RecorderDraft Wish, List<Fault> Faults) Clean(RecorderDraft draft, RecorderRow? before)
    {
        var check = new DraftCheck();
        var wish = draft with
        {
            Serial = before?.Serial ?? check.Key("serial", draft.Serial, LongestSerial),
            Model = check.Optional("model", draft.Model, LongestModel),
            Unit = check.Required("unit", draft.Unit, UnitTable.LongestCode),
            Note = check.Optional("note", draft.Note, LongestNote),
        };
        if (!RecorderKinds.All.Contains(wish.Kind))
            check.Add("kind", wish.Kind is null or "" ? "required" : "unknown-kind");
        if (!RecorderStates.All.Contains(wish.State))
            check.Add("state", wish.State is null or "" ? "required" : "unknown-kind");
        if (wish.StorageGb is < 1 or > MostGigabytes)
            check.Add("storageGb", "out-of-range", "1", MostGigabytes.ToString(CultureInfo.InvariantCulture));
        foreach (var (field, day) in new[] { ("boughtOn", wish.BoughtOn), ("warrantyUntil", wish.WarrantyUntil) })
        {
            if (day is { Year: < FirstYear or > LastYear })
                check.Add(field, "date-out-of-range");
        }
        if (wish.WarrantyUntil < wish.BoughtOn)
            check.Add("warrantyUntil", "warranty-before-bought");
        return (wish, [.. check.Faults]);
    }

    private static List<KeyValuePair<string, object?>> Facts(RecorderDraft recorder) =>
    [
        new("serial", recorder.Serial),
        new("recorderKind", recorder.Kind),
        new("model", recorder.Model),
        new("unit", recorder.Unit),
        new("pool", recorder.Pool),
        new("state", recorder.State),
        new("boughtOn", Day(recorder.BoughtOn)),
        new("warrantyUntil", Day(recorder.WarrantyUntil)),
        new("storageGb", recorder.StorageGb),
        new("note", recorder.Note),
    ];

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
