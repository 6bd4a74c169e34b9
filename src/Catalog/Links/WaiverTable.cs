using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of waivers. One waits or stands for an item at a time; whoever asked never decides. Coverage reads what is approved, so that a decision changes it in
/// the same transaction.
/// </summary>
public sealed class WaiverTable(CatalogDatabase database)
{
    /// <summary>Longest reason, in UTF-16 units.</summary>
    public const int LongestReason = 500;

    private const string Columns =
        """
        waiver.waiver_id, waiver.case_id, case_file.number as case_number, waiver.activity_id, activity.external_id as activity, waiver.item, waiver.kind, waiver.reason,
        waiver.state, waiver.asked_id, waiver.asked_by, waiver.asked_at, waiver.decided_by, waiver.decided_at, waiver.note, waiver.version
        """;

    private const string Joined =
        """
        waiver join case_file on case_file.case_id = waiver.case_id left join activity on activity.activity_id = waiver.activity_id
        """;

    /// <summary>Waivers of a case, the latest first. The caller has found the case under its viewer.</summary>
    public async Task<IReadOnlyList<WaiverRow>> OfCaseAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<WaiverRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where waiver.case_id = @id order by waiver.asked_at desc, waiver.waiver_id
            """,
            new { id },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Waivers that wait for somebody's decision, in cases that the viewer may know of, the longest waiting first.</summary>
    public async Task<IReadOnlyList<WaiverRow>> WaitingAsync(Viewer viewer, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<WaiverRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where waiver.state = 'waiting' and {CaseTable.Visible} order by waiver.asked_at, waiver.waiver_id limit @most
            """,
            new { most, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>How many of them wait for the viewer: whoever asked doesn't decide.</summary>
    public async Task<long> CountWaitingAsync(Viewer viewer, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            select count(*) from {Joined} where waiver.state = 'waiting' and waiver.asked_id <> @Account and {CaseTable.Visible}
            """,
            new { viewer.Account, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct));
    }

    /// <summary>Asks for a waiver.</summary>
    public async Task<WaiverResult> AskAsync(WaiverDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct)
    {
        WaiverRow? made = null;
        var result = await Races.SaveAsync(
            database,
            async transaction =>
            {
                if (await CaseTable.LockAsync(transaction, viewer, draft.Case, ct) is not { } caseRow)
                    return SaveResult.Of(SaveOutcome.Stale, 0);
                var check = new DraftCheck();
                check.OneOf("kind", draft.Kind, WaiverKinds.All);
                var reason = check.Required("reason", draft.Reason, LongestReason);
                if (reason.Length == 1)
                    check.Add("reason", "too-short", "2");
                var activity = await PlaceAsync(transaction, caseRow, draft, check, ct);
                if (!check.IsGood)
                    return SaveResult.Refused(check.Faults);
                var id = WaiverId.New(by.Now);
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    """
                    insert into waiver (waiver_id, case_id, activity_id, item, kind, reason, state, asked_id, asked_by, asked_at)
                    values (@id, @CaseId, @activity, @Item, @Kind, @reason, 'waiting', @Account, @Name, @Now)
                    """,
                    new { id, caseRow.CaseId, activity, draft.Item, draft.Kind, reason, by.Actor.Account, by.Actor.Name, by.Now },
                    transaction,
                    cancellationToken: ct));
                made = await RowAsync(transaction, id, ct);
                await TellAsync(transaction, CustodyKinds.WaiverAsked, made!, by, ct);
                return SaveResult.Of(SaveOutcome.Created, 1);
            },
            ct);
        return new WaiverResult(result, result.Outcome == SaveOutcome.Created ? made : null);
    }

    /// <summary>Approves or refuses a waiver: never who asked for it.</summary>
    public Task<WaiverResult> DecideAsync(WaiverId waiver, bool approves, string? note, int? known, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        MoveAsync(
            waiver,
            approves ? WaiverStates.Approved : WaiverStates.Refused,
            note,
            known,
            viewer,
            by,
            row => row.State != WaiverStates.Waiting ? "waiver-decided" : row.AskedId == by.Actor.Account ? "own-waiver" : null,
            ct);

    /// <summary>Takes a waiver back: who asked while it waits, and anybody who may decide afterwards, since footage can turn up.</summary>
    public Task<WaiverResult> WithdrawAsync(WaiverId waiver, string? note, int? known, Viewer viewer, bool mayDecide, ChangeBy by, CancellationToken ct) =>
        MoveAsync(
            waiver,
            WaiverStates.Withdrawn,
            note,
            known,
            viewer,
            by,
            row => row.State is not (WaiverStates.Waiting or WaiverStates.Approved) ? "waiver-decided"
                : mayDecide || (row.State == WaiverStates.Waiting && row.AskedId == by.Actor.Account) ? null : "not-your-waiver",
            ct);

    private async Task<WaiverResult> MoveAsync(
        WaiverId waiver, string state, string? note, int? known, Viewer viewer, ChangeBy by, Func<WaiverRow, string?> refuses, CancellationToken ct)
    {
        WaiverRow? row = null;
        var result = await Races.SaveAsync(
            database,
            async transaction =>
            {
                row = await LockAsync(transaction, waiver, viewer, ct);
                if (row is null || (known is { } version && version != row.Version))
                    return SaveResult.Of(SaveOutcome.Stale, row?.Version ?? 0);
                var check = new DraftCheck();
                var words = check.Optional("note", note, LongestReason);
                if (refuses(row) is { } code)
                    check.Add("waiver", code);
                else if (state == WaiverStates.Refused && words is null)
                    check.Add("note", "required");
                if (!check.IsGood)
                    return SaveResult.Refused(check.Faults);
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    """
                    update waiver set state = @state, decided_id = @Account, decided_by = @Name, decided_at = @Now, note = @words, version = version + 1
                    where waiver_id = @waiver
                    """,
                    new { waiver, state, by.Actor.Account, by.Actor.Name, by.Now, words },
                    transaction,
                    cancellationToken: ct));
                row = await RowAsync(transaction, waiver, ct);
                await TellAsync(transaction, CustodyKinds.WaiverDecided, row!, by, ct);
                return SaveResult.Of(SaveOutcome.Changed, row!.Version);
            },
            ct);
        return new WaiverResult(result, row);
    }

    /// <summary>The activity that is meant; a fault where the item isn't one of it, or, without an activity, not one of the case's list.</summary>
    private static async Task<Guid?> PlaceAsync(NpgsqlTransaction transaction, CaseRow caseRow, WaiverDraft draft, DraftCheck check, CancellationToken ct)
    {
        if (draft.Activity is null)
        {
            if (await ChecklistTable.ItemAsync(transaction, caseRow.ChecklistId, draft.Item ?? "", ct) is null)
                check.Add("item", "unknown-item", draft.Item ?? "");
            return null;
        }
        var (id, named) = await transaction.Connection!.QuerySingleOrDefaultAsync<(Guid Id, bool Named)>(new CommandDefinition(
            """
            select activity_id, @Item = any (items) from activity where case_id = @CaseId and external_id = @Activity and withdrawn_at is null for key share
            """,
            new { caseRow.CaseId, draft.Activity, Item = draft.Item ?? "" },
            transaction,
            cancellationToken: ct));
        if (id == default)
            check.Add("activity", "unknown-activity", draft.Activity);
        else if (!named)
            check.Add("item", "item-not-in-activity", draft.Item ?? "");
        return id;
    }

    private static async Task<WaiverRow?> LockAsync(NpgsqlTransaction transaction, WaiverId waiver, Viewer viewer, CancellationToken ct)
    {
        var seen = await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            $"""
            select true from waiver join case_file on case_file.case_id = waiver.case_id where waiver.waiver_id = @waiver and {CaseTable.Visible} for update of waiver
            """,
            new { waiver, viewer.SeesAll, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct));
        return seen ? await RowAsync(transaction, waiver, ct) : null;
    }

    private static Task<WaiverRow?> RowAsync(NpgsqlTransaction transaction, WaiverId waiver, CancellationToken ct) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<WaiverRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where waiver.waiver_id = @waiver
            """,
            new { waiver },
            transaction,
            cancellationToken: ct));

    private static async Task TellAsync(NpgsqlTransaction transaction, string kind, WaiverRow row, ChangeBy by, CancellationToken ct)
    {
        await CustodyTable.AppendAsync(
            transaction,
            by.Event(
                kind,
                $"waiver/{row.WaiverId}",
                row.Version,
                [
                    new("waiver", row.WaiverId.ToString()), new("number", row.CaseNumber), new("activity", row.Activity), new("item", row.Item), new("kind", row.Kind),
                    new("state", row.State), new("reason", row.Reason), new("note", row.Note),
                ],
                null) with
            { Case = row.CaseId },
            ct);
        await CaseSaveTable.NotifyAsync(transaction, row.CaseId, ct);
    }
}
