using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of the checklist and its versions. There is one draft at most; it is edited until it is published, and from then on nobody changes it. A change and
/// its custody event are one transaction.
/// </summary>
public sealed class ChecklistTable(CatalogDatabase database)
{
    /// <summary>Longest code, longest names, and longest note or basis in characters.</summary>
    public const int LongestCode = 16, LongestNameZh = 80, LongestNameEn = 120, LongestText = 500;

    /// <summary>No law lets footage go earlier.</summary>
    public const int FloorDays = 183;

    private const int MostTolerance = 600, MostDays = 36_500;

    private const string Columns =
        """
        checklist.checklist_id, checklist.number, checklist.state = 'published' as published, checklist.note, checklist.version, checklist.made_by, checklist.made_at,
        checklist.published_by, checklist.published_at,
        (select count(*)::integer from checklist_item item where item.checklist_id = checklist.checklist_id) as items,
        (select count(*) from case_file where case_file.checklist_id = checklist.checklist_id) as cases
        """;

    private const string ItemColumns =
        "code, action, step, name_zh, name_en, mode, methods, tolerance_s, starts_when, ends_when, retention_days, basis";

    /// <summary>All versions, the latest first.</summary>
    public async Task<IReadOnlyList<ChecklistRow>> ListAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ChecklistRow>(new CommandDefinition(
            $"""
            select {Columns} from checklist order by number desc
            """,
            cancellationToken: ct))).AsList();
    }

    /// <summary>A version by its number, or null.</summary>
    public async Task<ChecklistRow?> FindAsync(int number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, number, ct);
    }

    /// <summary>The version that new cases are opened under.</summary>
    public static Task<ChecklistId> CurrentAsync(NpgsqlTransaction transaction, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<ChecklistId>(new CommandDefinition(
            """
            select checklist_id from checklist where state = 'published' order by number desc limit 1
            """,
            transaction: transaction,
            cancellationToken: ct));

    /// <summary>The number of the version that new cases are opened under.</summary>
    public async Task<int> CurrentNumberAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            select max(number) from checklist where state = 'published'
            """,
            cancellationToken: ct));
    }

    /// <summary>Items of a version, by code.</summary>
    public async Task<IReadOnlyList<ChecklistItem>> ItemsAsync(ChecklistId checklist, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<ChecklistItem>(new CommandDefinition(
            $"""
            select {ItemColumns} from checklist_item where checklist_id = @checklist order by code
            """,
            new { checklist },
            cancellationToken: ct))).AsList();
    }

    /// <summary>An item of a version, or null.</summary>
    public static Task<ChecklistItem?> ItemAsync(NpgsqlTransaction transaction, ChecklistId checklist, string code, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<ChecklistItem>(new CommandDefinition(
            $"""
            select {ItemColumns} from checklist_item where checklist_id = @checklist and code = @code
            """,
            new { checklist, code },
            transaction,
            cancellationToken: ct));

    /// <summary>The draft's version and an item of it; for imports.</summary>
    public static async Task<(int Version, ChecklistItem? Item)> ItemOfDraftAsync(NpgsqlTransaction transaction, int number, string code, CancellationToken ct) =>
        await FindAsync(transaction.Connection!, transaction, number, ct) is { } draft
            ? (draft.Version, await ItemAsync(transaction, draft.ChecklistId, code, ct))
            : (0, null);

    /// <summary>Begins a draft with the items of the current version; where there is one already, it is that.</summary>
    /// <returns>The draft's number.</returns>
    public Task<int> DraftAsync(ChangeBy by, CancellationToken ct) => database.InTransactionAsync(transaction => DraftAsync(transaction, by, ct), ct);

    /// <summary>The same in the caller's transaction.</summary>
    public static async Task<int> DraftAsync(NpgsqlTransaction transaction, ChangeBy by, CancellationToken ct)
    {
        // Two who begin at once: the second waits for the first, and finds its draft.
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select pg_advisory_xact_lock(hashtext(current_schema() || '.checklist'))
            """,
            transaction: transaction,
            cancellationToken: ct));
        var open = await transaction.Connection!.ExecuteScalarAsync<int?>(new CommandDefinition(
            """
            select number from checklist where state = 'draft'
            """,
            transaction: transaction,
            cancellationToken: ct));
        if (open is { } there)
            return there;
        var current = await CurrentAsync(transaction, ct);
        var id = ChecklistId.New(by.Now);
        var number = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into checklist (checklist_id, number, state, made_by, made_at)
            select @id, max(number) + 1, 'draft', @Name, @Now from checklist
            returning number
            """,
            new { id, by.Actor.Name, by.Now },
            transaction,
            cancellationToken: ct));
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into checklist_item (checklist_id, code, action, step, name_zh, name_en, mode, methods, alternatives, tolerance_s, starts_when, ends_when,
              retention_days, basis)
            select @id, code, action, step, name_zh, name_en, mode, methods, alternatives, tolerance_s, starts_when, ends_when, retention_days, basis
            from checklist_item where checklist_id = @current
            """,
            new { id, current },
            transaction,
            cancellationToken: ct));
        await CustodyTable.AppendAsync(transaction, by.Event(CustodyKinds.ChecklistDrafted, Subject(id), 1, [new("number", number)], null), ct);
        return number;
    }

    /// <summary>Enters or changes an item of the draft.</summary>
    /// <param name="number">Number of the draft.</param>
    /// <param name="item">What it is to be; all of it counts.</param>
    /// <param name="known">Version of the draft that the caller saw; null saves in any case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The version is the draft's. Stale too where there is no such draft any more.</returns>
    public Task<SaveResult> SaveItemAsync(int number, ChecklistItem item, int? known, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveItemAsync(transaction, number, item, known, by, ct), ct);

    /// <summary>The same in the caller's transaction.</summary>
    public static async Task<SaveResult> SaveItemAsync(
        NpgsqlTransaction transaction, int number, ChecklistItem item, int? known, ChangeBy by, CancellationToken ct)
    {
        if (await LockDraftAsync(transaction, number, ct) is not { } draft || (known is { } version && version != draft.Version))
            return SaveResult.Of(SaveOutcome.Stale, 0);
        var (wish, methods, faults) = Clean(item);
        if (faults.Count > 0)
            return SaveResult.Refused(faults);
        var before = await ItemAsync(transaction, draft.ChecklistId, wish.Code!, ct);
        if (before == wish)
            return SaveResult.Of(SaveOutcome.Unchanged, draft.Version);
        await WriteItemAsync(transaction.Connection!, transaction, draft.ChecklistId, wish, methods!, ct);
        var next = await TouchAsync(transaction, draft.ChecklistId, ct);
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(CustodyKinds.ChecklistItemSaved, Subject(draft.ChecklistId), next, [new("number", number), .. Facts(wish)], before is null ? null : Facts(before)),
            ct);
        return SaveResult.Of(before is null ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    /// <summary>Takes an item out of the draft.</summary>
    public Task<SaveResult> RemoveItemAsync(int number, string code, int? known, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            if (await LockDraftAsync(transaction, number, ct) is not { } draft || (known is { } version && version != draft.Version))
                return SaveResult.Of(SaveOutcome.Stale, 0);
            var gone = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                delete from checklist_item where checklist_id = @ChecklistId and code = @code
                """,
                new { draft.ChecklistId, code },
                transaction,
                cancellationToken: ct));
            if (gone == 0)
                return SaveResult.Of(SaveOutcome.Unchanged, draft.Version);
            var next = await TouchAsync(transaction, draft.ChecklistId, ct);
            await CustodyTable.AppendAsync(
                transaction, by.Event(CustodyKinds.ChecklistItemRemoved, Subject(draft.ChecklistId), next, [new("number", number), new("code", code)], null), ct);
            return SaveResult.Of(SaveOutcome.Changed, next);
        },
        ct);

    /// <summary>Makes the draft hold for cases that are opened from now on. It never changes again.</summary>
    public Task<SaveResult> PublishAsync(int number, string? note, int? known, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            if (await LockDraftAsync(transaction, number, ct) is not { } draft || (known is { } version && version != draft.Version))
                return SaveResult.Of(SaveOutcome.Stale, 0);
            var check = new DraftCheck();
            var words = check.Optional("note", note, LongestText);
            if (draft.Items == 0)
                check.Add("note", "empty-checklist");
            if (!check.IsGood)
                return SaveResult.Refused(check.Faults);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update checklist set state = 'published', note = @words, published_by = @Name, published_at = @Now, version = version + 1
                where checklist_id = @ChecklistId
                """,
                new { draft.ChecklistId, words, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            await CustodyTable.AppendAsync(
                transaction,
                by.Event(
                    CustodyKinds.ChecklistPublished, Subject(draft.ChecklistId), draft.Version + 1, [new("number", number), new("items", draft.Items), new("note", words)], null),
                ct);
            return SaveResult.Of(SaveOutcome.Changed, draft.Version + 1);
        },
        ct);

    /// <summary>Gives the draft up.</summary>
    public Task<SaveResult> DiscardAsync(int number, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            if (await LockDraftAsync(transaction, number, ct) is not { } draft)
                return SaveResult.Of(SaveOutcome.Stale, 0);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                delete from checklist_item where checklist_id = @ChecklistId;
                delete from checklist where checklist_id = @ChecklistId
                """,
                new { draft.ChecklistId },
                transaction,
                cancellationToken: ct));
            await CustodyTable.AppendAsync(
                transaction, by.Event(CustodyKinds.ChecklistDiscarded, Subject(draft.ChecklistId), draft.Version + 1, [new("number", number)], null), ct);
            return SaveResult.Of(SaveOutcome.Changed, draft.Version + 1);
        },
        ct);

    /// <summary>Writes version 1 where there is none: the last step of a migration, as the owner.</summary>
    internal static void Plant(NpgsqlConnection connection, DateTimeOffset now)
    {
        using var transaction = connection.BeginTransaction();
        var id = ChecklistId.New(now);
        var planted = connection.Execute(
            """
            insert into checklist (checklist_id, number, state, made_by, made_at)
            select @id, 1, 'draft', 'default', @now where not exists (select from checklist)
            """,
            new { id, now },
            transaction);
        if (planted == 0)
            return;
        foreach (var item in DefaultChecklist.Read())
        {
            var (wish, methods, faults) = Clean(item);
            if (faults.Count > 0)
                throw new InvalidOperationException($"The default checklist is wrong at {item.Code}: {string.Join(' ', faults)}");
            WriteItemAsync(connection, transaction, id, wish, methods!, CancellationToken.None).GetAwaiter().GetResult();
        }
        connection.Execute(
            """
            update checklist set state = 'published', published_by = 'default', published_at = @now where checklist_id = @id
            """,
            new { id, now },
            transaction);
        transaction.Commit();
    }

    /// <summary>A draft's number comes again once it was given up, and its events must not take each other's keys.</summary>
    private static string Subject(ChecklistId checklist) => $"checklist/{checklist}";

    private static Task<ChecklistRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, int number, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<ChecklistRow>(new CommandDefinition(
            $"""
            select {Columns} from checklist where number = @number
            """,
            new { number },
            transaction,
            cancellationToken: ct));

    /// <summary>The draft of this number, held until the transaction ends; null where it is none any more.</summary>
    private static async Task<ChecklistRow?> LockDraftAsync(NpgsqlTransaction transaction, int number, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            select from checklist where number = @number for update
            """,
            new { number },
            transaction,
            cancellationToken: ct));
        var row = await FindAsync(transaction.Connection!, transaction, number, ct);
        return row is { Published: false } ? row : null;
    }

    private static Task<int> TouchAsync(NpgsqlTransaction transaction, ChecklistId draft, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            update checklist set version = version + 1 where checklist_id = @draft returning version
            """,
            new { draft },
            transaction,
            cancellationToken: ct));

    private static Task<int> WriteItemAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, ChecklistId checklist, ChecklistItem item, MethodExpression methods, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            insert into checklist_item (checklist_id, code, action, step, name_zh, name_en, mode, methods, alternatives, tolerance_s, starts_when, ends_when,
              retention_days, basis)
            values (@checklist, @Code, @Action, @Step, @NameZh, @NameEn, @Mode, @Methods, @Masks, @ToleranceS, @StartsWhen, @EndsWhen, @RetentionDays, @Basis)
            on conflict (checklist_id, code) do update set
              action = excluded.action, step = excluded.step, name_zh = excluded.name_zh, name_en = excluded.name_en, mode = excluded.mode,
              methods = excluded.methods, alternatives = excluded.alternatives, tolerance_s = excluded.tolerance_s, starts_when = excluded.starts_when,
              ends_when = excluded.ends_when, retention_days = excluded.retention_days, basis = excluded.basis
            """,
            new
            {
                checklist,
                item.Code,
                item.Action,
                item.Step,
                item.NameZh,
                item.NameEn,
                item.Mode,
                item.Methods,
                methods.Masks,
                item.ToleranceS,
                item.StartsWhen,
                item.EndsWhen,
                item.RetentionDays,
                item.Basis,
            },
            transaction,
            cancellationToken: ct));

    private static (ChecklistItem Wish, MethodExpression? Methods, IReadOnlyList<Fault> Faults) Clean(ChecklistItem item)
    {
        var check = new DraftCheck();
        var methods = MethodExpression.TryParse(item.Methods);
        var wish = item with
        {
            Code = check.Key("code", item.Code, LongestCode),
            NameZh = check.Required("nameZh", item.NameZh, LongestNameZh),
            NameEn = check.Required("nameEn", item.NameEn, LongestNameEn),
            Methods = methods?.ToString(),
            ToleranceS = item.ToleranceS ?? 3,
            StartsWhen = check.Optional("startsWhen", item.StartsWhen, LongestNameZh),
            EndsWhen = check.Optional("endsWhen", item.EndsWhen, LongestNameZh),
            RetentionDays = item.RetentionDays ?? FloorDays,
            Basis = check.Optional("basis", item.Basis, LongestText),
        };
        check.OneOf("action", wish.Action, CaseActions.All);
        check.OneOf("step", wish.Step, CaseSteps.All);
        check.OneOf("mode", wish.Mode, ItemModes.All);
        if (methods is null)
            check.Add("methods", string.IsNullOrWhiteSpace(item.Methods) ? "required" : "no-method-expression");
        check.Within("toleranceS", wish.ToleranceS, 0, MostTolerance);
        check.Within("retentionDays", wish.RetentionDays, FloorDays, MostDays);
        return (wish, methods, check.Faults);
    }

    private static List<KeyValuePair<string, object?>> Facts(ChecklistItem item) =>
    [
        new("code", item.Code),
        new("action", item.Action),
        new("step", item.Step),
        new("nameZh", item.NameZh),
        new("nameEn", item.NameEn),
        new("mode", item.Mode),
        new("methods", item.Methods),
        new("toleranceS", item.ToleranceS?.ToString(CultureInfo.InvariantCulture)),
        new("startsWhen", item.StartsWhen),
        new("endsWhen", item.EndsWhen),
        new("retentionDays", item.RetentionDays?.ToString(CultureInfo.InvariantCulture)),
        new("basis", item.Basis),
    ];
}
