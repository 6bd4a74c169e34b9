using System.Globalization;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL that enters and changes cases. A case, its steps and activities, who may know of it and the custody event are one transaction; saving the same
/// again changes nothing.
/// </summary>
public sealed class CaseSaveTable(CatalogDatabase database)
{
    /// <summary>Activities that one save may name: all of them are told in one event.</summary>
    public const int MostActivities = 100;

    /// <summary>Creates or changes a case by its number.</summary>
    /// <param name="draft">What it is to be.</param>
    /// <param name="known">Version that the caller saw (0: not there yet); null saves in any case.</param>
    /// <param name="origin">One of <see cref="CaseOrigins"/>, for a new one.</param>
    /// <param name="viewer">Who; a case that he may not know of can't be changed, and its number is taken.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<SaveResult> SaveAsync(CaseDraft draft, int? known, string origin, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        Races.SaveAsync(database, transaction => SaveAsync(transaction, draft, known, origin, viewer, by, ct), ct);

    /// <summary>Enters a patrol without a case: a case of action inspection with a number of its own.</summary>
    /// <returns>The outcome, and the number that it was given.</returns>
    public async Task<(SaveResult Result, string? Number)> InspectAsync(CaseDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct)
    {
        string? number = null;
        var result = await Races.SaveAsync(
            database,
            async transaction =>
            {
                number = await NextNumberAsync(transaction, (draft.OpenedOn ?? by.Today).Year, ct);
                return await SaveAsync(
                    transaction, draft with { Number = number, Action = CaseActions.Inspection }, 0, CaseOrigins.Inspection, viewer, by, ct);
            },
            ct);
        return (result, result.Outcome == SaveOutcome.Created ? number : null);
    }

    /// <summary>The same as <see cref="SaveAsync(CaseDraft, int?, string, Viewer, ChangeBy, CancellationToken)"/> in the caller's transaction.</summary>
    public static async Task<SaveResult> SaveAsync(
        NpgsqlTransaction transaction, CaseDraft draft, int? known, string origin, Viewer viewer, ChangeBy by, CancellationToken ct)
    {
        var before = await CaseTable.LockAsync(transaction, null, draft.Number?.Trim() ?? "", ct);
        if (before is not null && await CaseTable.LockAsync(transaction, viewer, before.Number, ct) is null)
            return SaveResult.Refused([new Fault("number", "case-not-yours", before.Number)]);
        if (known is { } version && version != (before?.Version ?? 0))
            return SaveResult.Of(SaveOutcome.Stale, before?.Version ?? 0);
        var checklist = before?.ChecklistId ?? await ChecklistTable.CurrentAsync(transaction, ct);
        var was = before is null ? [] : await ActivityTable.OfCaseAsync(transaction, before.CaseId, ct);
        var steps = before is null ? [] : await StepsAsync(transaction, before.CaseId, ct);
        var (wish, faults) = CaseDraftCheck.Clean(draft, before, by.Today);
        var (found, unknown) = await FindAsync(transaction, wish, checklist, before is null ? viewer : null, by.Today, ct);
        if (faults.Count + unknown.Count > 0)
            return SaveResult.Refused([.. faults, .. unknown]);
        var changes = CaseChanges.Between(wish, before, was, steps, found.UnitCode);
        if (before is not null && !changes.Any)
            return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
        var id = before?.CaseId ?? CaseId.New(by.Now);
        var next = await WriteAsync(transaction, id, wish, found, origin, checklist, by.Now, ct);
        foreach (var step in changes.Steps)
            await WriteStepAsync(transaction, id, step, ct);
        if (changes.NotReached.Count > 0)
            await RemoveStepsAsync(transaction, id, changes.NotReached, ct);
        foreach (var activity in changes.Activities.Where(activity => !activity.Withdrawn))
            await ActivityTable.WriteAsync(transaction, id, activity, [.. activity.Officers.Select(number => found.Officers[number])], by.Now, ct);
        foreach (var gone in changes.Withdrawn)
            await ActivityTable.WithdrawAsync(transaction, gone.ActivityId, by.Now, ct);
        await SettleAsync(transaction, id, ct);
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                before is null ? CustodyKinds.CaseCreated : CustodyKinds.CaseChanged,
                $"case/{id}",
                next,
                [.. CaseFacts.Of(wish, found.UnitCode, found.ChecklistNumber), .. changes.Facts],
                before is null ? null : CaseFacts.Of(before)) with
            { Case = id },
            ct);
        await NotifyAsync(transaction, id, ct);
        return SaveResult.Of(before is null ? SaveOutcome.Created : SaveOutcome.Changed, next);
    }

    /// <summary>Moves a case to another state, where <see cref="CaseStates.After"/> allows it.</summary>
    /// <param name="number">案号.</param>
    /// <param name="state">Where to.</param>
    /// <param name="note">Why; what a returned case has to mend.</param>
    /// <param name="known">Version that the caller saw; null in any case.</param>
    /// <param name="viewer">Who may know of it.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Stale too where there is no such case to this viewer.</returns>
    public Task<SaveResult> MoveAsync(string number, string state, string? note, int? known, Viewer viewer, ChangeBy by, CancellationToken ct) => Races.SaveAsync(
        database,
        async transaction =>
        {
            if (await CaseTable.LockAsync(transaction, viewer, number, ct) is not { } before || (known is { } version && version != before.Version))
                return SaveResult.Of(SaveOutcome.Stale, 0);
            if (before.State == state)
                return SaveResult.Of(SaveOutcome.Unchanged, before.Version);
            if (!CaseStates.After(before.State).Contains(state))
                return SaveResult.Refused([new Fault("state", "no-such-move", before.State, state)]);
            var check = new DraftCheck();
            var words = check.Optional("note", note, ChecklistTable.LongestText);
            if (state == CaseStates.Returned && words is null)
                check.Add("note", "required");
            if (!check.IsGood)
                return SaveResult.Refused(check.Faults);
            var next = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
                """
                update case_file set state = @state, version = version + 1, changed_at = @Now where case_id = @CaseId returning version
                """,
                new { before.CaseId, state, by.Now },
                transaction,
                cancellationToken: ct));
            await CustodyTable.AppendAsync(
                transaction,
                by.Event(
                    CustodyKinds.CaseStateChanged, $"case/{before.CaseId}", next, [new("number", before.Number), new("state", state), new("note", words)], [new("state", before.State)]) with
                { Case = before.CaseId },
                ct);
            await NotifyAsync(transaction, before.CaseId, ct);
            return SaveResult.Of(SaveOutcome.Changed, next);
        },
        ct);

    /// <summary>Tells whoever listens on <c>case_changed</c>, when the transaction commits.</summary>
    internal static Task NotifyAsync(NpgsqlTransaction transaction, CaseId id, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select pg_notify('case_changed', @id::text)""", new { id = id.Value }, transaction, cancellationToken: ct));

    /// <summary>Who may know of the case: its officers and those of its activities.</summary>
    private static Task<int> SettleAsync(NpgsqlTransaction transaction, CaseId id, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update case_file set seen_by = array(
              select unnest(case_file.officers) union select unnest(activity.officers) from activity where activity.case_id = @id order by 1)
            where case_id = @id
            """,
            new { id },
            transaction,
            cancellationToken: ct));

    private static async Task<IReadOnlyList<CaseStepRow>> StepsAsync(NpgsqlTransaction transaction, CaseId id, CancellationToken ct) =>
        (await transaction.Connection!.QueryAsync<CaseStepRow>(new CommandDefinition(
            """
            select step, reached_on from case_step where case_id = @id
            """,
            new { id },
            transaction,
            cancellationToken: ct))).AsList();

    /// <summary>What the draft names, as the catalog knows it.</summary>
    private static async Task<(Found Found, IReadOnlyList<Fault> Faults)> FindAsync(
        NpgsqlTransaction transaction, CaseDraft wish, ChecklistId checklist, Viewer? viewer, DateOnly today, CancellationToken ct)
    {
        var check = new DraftCheck();
        var unit = wish.Unit is null ? null : await UnitTable.FindAsync(transaction, wish.Unit, today, ct);
        if (unit is null && wish.Unit is { Length: > 0 })
            check.Add("unit", "unknown-unit", wish.Unit);
        // A case that he could not see again is a slip: it would be gone for him the moment he enters it.
        if (unit is not null && viewer is { SeesAll: false, Officer: null } && !viewer.Units.Contains(unit.UnitId.Value))
            check.Add("unit", "unit-not-yours", unit.Name);
        var numbers = wish.Officers.Concat(wish.Activities.SelectMany(activity => activity.Officers)).Select(number => number.ToUpperInvariant()).Distinct().ToArray();
        var officers = (await transaction.Connection!.QueryAsync<(string Number, Guid Id)>(new CommandDefinition(
            """
            select upper(number), officer_id from officer where upper(number) = any (@numbers)
            """,
            new { numbers },
            transaction,
            cancellationToken: ct))).ToDictionary(row => row.Number, row => row.Id, StringComparer.OrdinalIgnoreCase);
        var codes = wish.Activities.SelectMany(activity => activity.Items).Distinct(StringComparer.Ordinal).ToArray();
        var items = (await transaction.Connection!.QueryAsync<string>(new CommandDefinition(
            """
            select code from checklist_item where checklist_id = @checklist and code = any (@codes)
            """,
            new { checklist, codes },
            transaction,
            cancellationToken: ct))).ToHashSet(StringComparer.Ordinal);
        foreach (var number in wish.Officers.Where(number => !officers.ContainsKey(number)))
            check.Add("officers", "unknown-officer", number);
        foreach (var activity in wish.Activities)
        {
            foreach (var number in activity.Officers.Where(number => !officers.ContainsKey(number)))
                check.Add($"activities/{activity.Id}/officers", "unknown-officer", number);
            foreach (var code in activity.Items.Where(code => !items.Contains(code)))
                check.Add($"activities/{activity.Id}/items", "unknown-item", code);
        }
        var list = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            select number from checklist where checklist_id = @checklist
            """,
            new { checklist },
            transaction,
            cancellationToken: ct));
        return (new Found(unit?.UnitId ?? default, unit?.Code ?? "", officers, list), check.Faults);
    }

    private static Task<int> WriteAsync(
        NpgsqlTransaction transaction, CaseId id, CaseDraft wish, Found found, string origin, ChecklistId checklist, DateTimeOffset now, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into case_file (case_id, number, action, title, unit_id, officers, parties, plates, opened_on, closed_on, state, origin, checklist_id, changed_at)
            values (@id, @Number, @Action, @Title, @UnitId, @officers, @parties::jsonb, @Plates, @OpenedOn, @ClosedOn,
              case when @ClosedOn::date is null then 'open' else 'closed' end, @origin, @checklist, @now)
            on conflict (case_id) do update set
              action = excluded.action, title = excluded.title, unit_id = excluded.unit_id, officers = excluded.officers, parties = excluded.parties,
              plates = excluded.plates, opened_on = excluded.opened_on, closed_on = excluded.closed_on, changed_at = excluded.changed_at,
              state = case when excluded.closed_on is not null then 'closed' when case_file.state = 'closed' then 'open' else case_file.state end,
              version = case_file.version + 1
            returning version
            """,
            new
            {
                id,
                wish.Number,
                wish.Action,
                wish.Title,
                found.UnitId,
                officers = wish.Officers.Select(number => found.Officers[number]).ToArray(),
                parties = CaseJson.Of(wish.Parties),
                Plates = wish.Plates.ToArray(),
                wish.OpenedOn,
                wish.ClosedOn,
                origin,
                checklist,
                now,
            },
            transaction,
            cancellationToken: ct));

    private static Task<int> WriteStepAsync(NpgsqlTransaction transaction, CaseId id, CaseStepDraft step, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into case_step (case_id, step, reached_on) values (@id, @Step, @ReachedOn)
            on conflict (case_id, step) do update set reached_on = excluded.reached_on
            """,
            new { id, step.Step, step.ReachedOn },
            transaction,
            cancellationToken: ct));

    private static Task<int> RemoveStepsAsync(NpgsqlTransaction transaction, CaseId id, IReadOnlyList<string> steps, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            delete from case_step where case_id = @id and step = any (@steps)
            """,
            new { id, steps = steps.ToArray() },
            transaction,
            cancellationToken: ct));

    private static async Task<string> NextNumberAsync(NpgsqlTransaction transaction, int year, CancellationToken ct)
    {
        var last = await transaction.Connection!.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into case_counter (year, last) values (@year, 1)
            on conflict (year) do update set last = case_counter.last + 1
            returning last
            """,
            new { year },
            transaction,
            cancellationToken: ct));
        return string.Create(CultureInfo.InvariantCulture, $"检查〔{year}〕第{last:D5}号");
    }

    private sealed record Found(UnitId UnitId, string UnitCode, IReadOnlyDictionary<string, Guid> Officers, int ChecklistNumber);
}
