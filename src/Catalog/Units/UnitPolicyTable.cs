using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL of what units want of their cases and of suggested links. A change, its line in the history and the custody event are one transaction.</summary>
public sealed class UnitPolicyTable(CatalogDatabase database)
{
    /// <summary>Items that a unit may make mandatory.</summary>
    public const int MostItems = 100;

    private const string Columns =
        """
        tree.code as unit, tree.name as unit_name, tree.depth, own.mandatory as own_mandatory, own.auto_confirm as own_auto_confirm,
        force.mandatory, force.auto_confirm, coalesce(own.version, 0) as version, own.changed_at
        """;

    private const string Joined =
        """
        tree join unit_policy_in_force force on force.unit_id = tree.unit_id left join unit_policy own on own.unit_id = tree.unit_id
        """;

    /// <summary>The policies of all units that still exist, in the order of the tree.</summary>
    public async Task<IReadOnlyList<UnitPolicyRow>> ListAsync(DateOnly today, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<UnitPolicyRow>(new CommandDefinition(
            $"""
            {UnitTable.Tree} select {Columns} from {Joined} where tree.closed_on is null or tree.closed_on >= @today order by tree.place
            """,
            new { today },
            cancellationToken: ct))).AsList();
    }

    /// <summary>What counts in a unit; null where there is no such unit.</summary>
    public async Task<UnitPolicyRow?> FindAsync(string unit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, unit, ct);
    }

    /// <summary>Changes of a unit's policy, the latest first.</summary>
    public async Task<IReadOnlyList<UnitPolicyChange>> HistoryAsync(string unit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<UnitPolicyChange>(new CommandDefinition(
            """
            select change.version, change.mandatory, change.auto_confirm, change.note, change.changed_by, change.changed_at
            from unit_policy_change change join unit on unit.unit_id = change.unit_id
            where lower(unit.code) = lower(@unit)
            order by change.version desc
            """,
            new { unit },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Sets what a unit wants. What it makes mandatory counts for its open cases at once; links are confirmed by rule from now on, none of before.</summary>
    /// <param name="draft">What it is to be.</param>
    /// <param name="known">Version that the caller saw (0: nothing said yet); null saves in any case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Stale too where there is no such unit.</returns>
    public Task<SaveResult> SaveAsync(UnitPolicyDraft draft, int? known, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveAsync(transaction, draft, known, by, ct), ct);

    private static async Task<SaveResult> SaveAsync(NpgsqlTransaction transaction, UnitPolicyDraft draft, int? known, ChangeBy by, CancellationToken ct)
    {
        var id = await transaction.Connection!.QuerySingleOrDefaultAsync<UnitId?>(new CommandDefinition(
            """
            select unit_id from unit where lower(code) = lower(@Unit) for no key update
            """,
            new { draft.Unit },
            transaction,
            cancellationToken: ct));
        if (id is null || await FindAsync(transaction.Connection!, transaction, draft.Unit!, ct) is not { } before)
            return SaveResult.Of(SaveOutcome.Stale, 0);
        if (known is { } version && version != before.Version)
            return SaveResult.Of(SaveOutcome.Stale, before.Version);
        var check = new DraftCheck();
        var note = check.Optional("note", draft.Note, ChecklistTable.LongestText);
        var mandatory = draft.Mandatory?.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (mandatory?.Length > MostItems)
            check.Add("mandatory", "too-many", MostItems.ToString(CultureInfo.InvariantCulture));
        foreach (var code in await UnknownAsync(transaction, mandatory ?? [], ct))
            check.Add("mandatory", "unknown-item-now", code);
        if (!check.IsGood)
            return SaveResult.Refused(check.Faults);
        if (before.OwnAutoConfirm == draft.AutoConfirm && Text(before.OwnMandatory) == Text(mandatory))
            return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
        var next = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into unit_policy (unit_id, mandatory, auto_confirm, changed_at) values (@id, @mandatory, @AutoConfirm, @Now)
            on conflict (unit_id) do update set
              mandatory = excluded.mandatory, auto_confirm = excluded.auto_confirm, changed_at = excluded.changed_at, version = unit_policy.version + 1
            returning version
            """,
            new { id, mandatory, draft.AutoConfirm, by.Now },
            transaction,
            cancellationToken: ct));
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into unit_policy_change (unit_id, version, mandatory, auto_confirm, note, changed_by, changed_at)
            values (@id, @next, @mandatory, @AutoConfirm, @note, @Name, @Now)
            """,
            new { id, next, mandatory, draft.AutoConfirm, note, by.Actor.Name, by.Now },
            transaction,
            cancellationToken: ct));
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                CustodyKinds.UnitPolicySaved, $"unit-policy/{id}", next, [.. Facts(before.Unit, mandatory, draft.AutoConfirm), new("note", note)],
                Facts(before.Unit, before.OwnMandatory, before.OwnAutoConfirm)),
            ct);
        return SaveResult.Of(before.Version == 0 ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    private static Task<UnitPolicyRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, string unit, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<UnitPolicyRow>(new CommandDefinition(
            $"""
            {UnitTable.Tree} select {Columns} from {Joined} where lower(tree.code) = lower(@unit)
            """,
            new { unit },
            transaction,
            cancellationToken: ct));

    private static async Task<IReadOnlyList<string>> UnknownAsync(NpgsqlTransaction transaction, string[] codes, CancellationToken ct)
    {
        var checklist = await ChecklistTable.CurrentAsync(transaction, ct);
        return (await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
            """
            select code from unnest(@codes) wanted (code)
            where not exists (select from checklist_item item where item.checklist_id = @checklist and item.code = wanted.code)
            """,
            new { codes, checklist },
            transaction,
            cancellationToken: ct))).AsList();
    }

    private static string? Text(IReadOnlyList<string>? codes) => codes is null ? null : string.Join(',', codes);

    private static List<KeyValuePair<string, object?>> Facts(string unit, IReadOnlyList<string>? mandatory, bool? autoConfirm) =>
        [new("unit", unit), new("mandatory", Text(mandatory)), new("autoConfirm", autoConfirm)];
}
