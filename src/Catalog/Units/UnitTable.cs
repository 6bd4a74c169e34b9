using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of the tree of units. No unit is ever deleted; a change and its custody event are one transaction.</summary>
public sealed class UnitTable(CatalogDatabase database)
{
    /// <summary>Longest code and longest name in characters.</summary>
    public const int LongestCode = 32, LongestName = 60;

    private const int LeastPerRecorder = 1, MostPerRecorder = 100;

    /// <summary>Every unit with its depth, its place in the tree and the standard that counts for it.</summary>
    internal const string Tree =
        """
        with recursive tree as (
          select unit.*, null::text as parent, 0 as depth, array[lower(unit.code)] as place, unit.officers_per_recorder as standard
          from unit where unit.parent_id is null
          union all
          select unit.*, tree.code, tree.depth + 1, tree.place || lower(unit.code), coalesce(unit.officers_per_recorder, tree.standard)
          from unit join tree on unit.parent_id = tree.unit_id)
        """;

    private const string Columns =
        """
        tree.unit_id, tree.code, tree.name, tree.kind, tree.parent, tree.officers_per_recorder, tree.standard, tree.closed_on, tree.version, tree.depth,
        (select count(*) from officer_unit where officer_unit.unit_id = tree.unit_id and officer_unit.during @> @Today) as officers
        """;

    /// <summary>The whole tree, each unit after the one above it.</summary>
    public async Task<IReadOnlyList<UnitRow>> TreeAsync(DateOnly today, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<UnitRow>(new CommandDefinition(
            $"""
            {Tree} select {Columns} from tree order by place
            """,
            new { Today = today },
            cancellationToken: ct))).AsList();
    }

    /// <summary>A page of units by code.</summary>
    /// <param name="text">Part of code or name; null for all.</param>
    /// <param name="after">Code of the last unit seen; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="today">Day for which officers are counted.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<UnitRow>> ListAsync(string? text, string? after, int limit, DateOnly today, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<UnitRow>(new CommandDefinition(
            $"""
            {Tree} select {Columns} from tree
            where (@after::text is null or lower(tree.code) > lower(@after)) and (@like::text is null or tree.code ilike @like or tree.name ilike @like)
            order by lower(tree.code)
            limit @limit
            """,
            new { after, like = Like.Part(text), limit, Today = today },
            cancellationToken: ct))).AsList();
    }

    /// <summary>A unit by its code, or null.</summary>
    public async Task<UnitRow?> FindAsync(string code, DateOnly today, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, code, today, ct);
    }

    /// <summary>The same within a transaction.</summary>
    public static Task<UnitRow?> FindAsync(NpgsqlTransaction transaction, string code, DateOnly today, CancellationToken ct) =>
        FindAsync(transaction.Connection!, transaction, code, today, ct);

    /// <summary>Creates or changes a unit by its code.</summary>
    /// <param name="draft">What it is to be; all of it counts.</param>
    /// <param name="known">Version that the caller saw (0: it isn't there yet); null saves in any case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> SaveAsync(UnitDraft draft, int? known, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveAsync(transaction, draft, known, by, ct), ct);

    /// <summary>The same in the caller's transaction. What two savers at once would break, the database refuses with an exception.</summary>
    public static async Task<SaveResult> SaveAsync(NpgsqlTransaction transaction, UnitDraft draft, int? known, ChangeBy by, CancellationToken ct)
    {
        var before = await FindAsync(transaction, draft.Code?.Trim() ?? "", by.Today, ct);
        if (before is not null)
            before = await LockAsync(transaction, before, by.Today, ct);
        if (known is { } version && version != (before?.Version ?? 0))
            return SaveResult.Of(SaveOutcome.Stale, before?.Version ?? 0);
        var (wish, faults) = Clean(draft, before);
        var parent = wish.Parent is null ? null : await FindAsync(transaction, wish.Parent, by.Today, ct);
        faults.AddRange(await AgainstAsync(transaction, wish, before, parent, by.Today, ct));
        if (faults.Count > 0)
            return SaveResult.Refused(faults);
        wish = wish with { Parent = parent?.Code };
        if (before is not null && before.Draft() == wish)
            return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
        var id = before?.UnitId ?? UnitId.New(by.Now);
        var next = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into unit (unit_id, code, name, kind, parent_id, officers_per_recorder, closed_on, changed_at)
            values (@id, @Code, @Name, @Kind, @parent, @OfficersPerRecorder, @ClosedOn, @Now)
            on conflict (unit_id) do update set
              name = excluded.name, kind = excluded.kind, parent_id = excluded.parent_id, officers_per_recorder = excluded.officers_per_recorder,
              closed_on = excluded.closed_on, changed_at = excluded.changed_at, version = unit.version + 1
            returning version
            """,
            new { id, wish.Code, wish.Name, wish.Kind, parent = parent?.UnitId, wish.OfficersPerRecorder, wish.ClosedOn, by.Now },
            transaction,
            cancellationToken: ct));
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                before is null ? CustodyKinds.UnitCreated : CustodyKinds.UnitChanged, $"unit/{id}", next, Facts(wish), before is null ? null : Facts(before.Draft())),
            ct);
        return SaveResult.Of(before is null ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    private static Task<UnitRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string code, DateOnly today, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<UnitRow>(new CommandDefinition(
            $"""
            {Tree} select {Columns} from tree where lower(tree.code) = lower(@code)
            """,
            new { code, Today = today },
            transaction,
            cancellationToken: ct));

    /// <summary>Holds the row until the transaction ends, and reads it again: it may have changed while its lock was waited for.</summary>
    private static async Task<UnitRow> LockAsync(NpgsqlTransaction transaction, UnitRow row, DateOnly today, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from unit where unit_id = @UnitId for update
            """,
            new { row.UnitId },
            transaction,
            cancellationToken: ct));
        return (await FindAsync(transaction, row.Code, today, ct))!;
    }

    /// <summary>The draft as it would be kept, and what is wrong with it by itself.</summary>
    private static (UnitDraft Wish, List<Fault> Faults) Clean(UnitDraft draft, UnitRow? before)
    {
        var check = new DraftCheck();
        var wish = new UnitDraft
        {
            Code = before?.Code ?? check.Key("code", draft.Code, LongestCode),
            Name = check.Required("name", draft.Name, LongestName),
            Kind = draft.Kind,
            Parent = check.Optional("parent", draft.Parent, LongestCode),
            OfficersPerRecorder = draft.OfficersPerRecorder,
            ClosedOn = draft.ClosedOn,
        };
        if (!UnitKinds.All.Contains(wish.Kind))
            check.Add("kind", wish.Kind is null or "" ? "required" : "unknown-kind");
        if (wish.OfficersPerRecorder is < LeastPerRecorder or > MostPerRecorder)
            check.Add("officersPerRecorder", "out-of-range", Text(LeastPerRecorder), Text(MostPerRecorder));
        return (wish, [.. check.Faults]);
    }

    /// <summary>What is wrong with a wish as things stand.</summary>
    private static async Task<IReadOnlyList<Fault>> AgainstAsync(
        NpgsqlTransaction transaction, UnitDraft wish, UnitRow? before, UnitRow? parent, DateOnly today, CancellationToken ct)
    {
        var check = new DraftCheck();
        if (wish.Parent is not null && parent is null)
            check.Add("parent", "unknown-unit", wish.Parent);
        if (parent is { ClosedOn: not null } && wish.ClosedOn is null)
            check.Add("parent", "unit-closed", parent.Name);
        if (before is not null && parent is not null && await IsBelowAsync(transaction, parent.UnitId, before.UnitId, ct))
            check.Add("parent", "cycle", parent.Name);
        if (before is not null && wish.ClosedOn is not null && before.ClosedOn is null)
        {
            var (officers, units, recorders) = await InUseAsync(transaction, before.UnitId, today, ct);
            if (officers + units > 0)
                check.Add("closedOn", "unit-in-use", Text(officers), Text(units));
            if (recorders > 0)
                check.Add("closedOn", "unit-has-recorders", Text(recorders));
        }
        return check.Faults;
    }

    private static Task<bool> IsBelowAsync(NpgsqlTransaction transaction, UnitId unit, UnitId root, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            select @unit in (select unit_and_below(@root))
            """,
            new { unit, root },
            transaction,
            cancellationToken: ct));

    private static Task<(long Officers, long Units, long Recorders)> InUseAsync(NpgsqlTransaction transaction, UnitId unit, DateOnly today, CancellationToken ct) =>
        transaction.Connection!.QuerySingleAsync<(long, long, long)>(new CommandDefinition(
            """
            select
              (select count(*) from officer_unit where unit_id = @unit and (upper_inf(during) or upper(during) > @today)),
              (select count(*) from unit where parent_id = @unit and closed_on is null),
              (select count(*) from recorder where unit_id = @unit and state in ('in-use', 'repair'))
            """,
            new { unit, today },
            transaction,
            cancellationToken: ct));

    private static List<KeyValuePair<string, object?>> Facts(UnitDraft unit) =>
    [
        new("code", unit.Code),
        new("name", unit.Name),
        new("unitKind", unit.Kind),
        new("parent", unit.Parent),
        new("officersPerRecorder", unit.OfficersPerRecorder),
        new("closedOn", unit.ClosedOn?.ToString("O", CultureInfo.InvariantCulture)),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
