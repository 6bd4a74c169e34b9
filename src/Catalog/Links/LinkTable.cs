using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of links. The clip's row is locked first by whoever changes one, so that two never cross; a change, what it does to the clip's retention and its
/// custody event are one transaction.
/// </summary>
public sealed class LinkTable(CatalogDatabase database)
{
    private const string Columns =
        """
        link.link_id, link.clip_id, clip.display_name, clip.kind, clip.methods, activity.case_id, case_file.number as case_number, link.activity_id,
        activity.external_id as activity, activity.step, link.item, link.part_from_ms, link.part_to_ms, shown.starts, upper(shown.period) as ends,
        link.state, link.rank, link.score, link.reasons::text as reasons_json, link.auto, link.made_by, link.made_at, link.account, link.decided_at, link.note, link.version
        """;

    private const string Joined =
        """
        link
          join clip on clip.clip_id = link.clip_id
          join activity on activity.activity_id = link.activity_id
          join case_file on case_file.case_id = activity.case_id
          left join link_shown shown on shown.link_id = link.link_id
        """;

    /// <summary>Links of a clip in cases that the viewer may know of: confirmed ones first, then suggestions by rank.</summary>
    public async Task<IReadOnlyList<LinkRow>> OfClipAsync(Viewer viewer, ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LinkRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where link.clip_id = @clip and {CaseTable.Visible}
            order by link.state = 'rejected', link.state = 'suggested', link.rank, activity.begins, link.item, link.link_id
            """,
            new { clip, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Links of a case in the order of what they show, without rejected ones. The caller has found the case under its viewer.</summary>
    public async Task<IReadOnlyList<LinkRow>> OfCaseAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LinkRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where activity.case_id = @id and link.state <> 'rejected'
            order by shown.starts, link.link_id
            """,
            new { id },
            cancellationToken: ct))).AsList();
    }

    /// <summary>A link by its id where the viewer may know of its case, or null.</summary>
    public async Task<LinkRow?> FindAsync(Viewer viewer, LinkId link, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, viewer, link, ct);
    }

    /// <summary>
    /// Replaces what rules suggest for a clip. What people decided stays, and isn't suggested again. A candidate that the policy lets through is confirmed, and
    /// says so.
    /// </summary>
    /// <returns>True where something changed.</returns>
    public static async Task<bool> SuggestAsync(
        NpgsqlTransaction transaction, ClipId clip, IReadOnlyList<LinkSuggestion> suggestions, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        await LockClipAsync(transaction, clip, ct);
        var gone = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            delete from link
            where clip_id = @clip and state = 'suggested' and not exists (
              select from unnest(@activities, @items) as wanted (activity_id, item)
              where wanted.activity_id = link.activity_id and wanted.item = link.item and link.part_from_ms is null and link.part_to_ms is null)
            """,
            new { clip, activities = suggestions.Select(one => one.Activity.Value).ToArray(), items = suggestions.Select(one => one.Item).ToArray() },
            transaction,
            cancellationToken: ct));
        var written = 0;
        var confirmed = new List<LinkId>();
        foreach (var suggestion in suggestions)
        {
            var id = await transaction.Connection!.ExecuteScalarAsync<Guid?>(new CommandDefinition(
                """
                insert into link (link_id, clip_id, activity_id, item, state, rank, score, reasons, made_by, made_at)
                values (@id, @clip, @Activity, @Item, 'suggested', @Rank, @Score, @reasons::jsonb, @Name, @now)
                on conflict on constraint link_once do update set
                  rank = excluded.rank, score = excluded.score, reasons = excluded.reasons
                where link.state = 'suggested' and (link.rank, link.score, link.reasons) is distinct from (excluded.rank, excluded.score, excluded.reasons)
                returning link_id
                """,
                new
                {
                    id = LinkId.New(now),
                    clip,
                    suggestion.Activity,
                    suggestion.Item,
                    Rank = (short)suggestion.Rank,
                    Score = (short)suggestion.Score,
                    reasons = LinkReason.ToJson(suggestion.Reasons),
                    actor.Name,
                    now,
                },
                transaction,
                cancellationToken: ct));
            written += id is null ? 0 : 1;
            if (suggestion.Auto && await SuggestedAsync(transaction, clip, suggestion, ct) is { } link)
                confirmed.Add(link);
        }
        foreach (var link in confirmed)
            await SetAsync(transaction, (await FindAsync(transaction.Connection!, transaction, null, link, ct))!, LinkStates.Confirmed, null, true, actor, now, ct);
        if (gone + written + confirmed.Count == 0)
            return false;
        await CustodyTable.AppendAsync(
            transaction,
            new CustodyEvent
            {
                Id = EventId.New(now),
                At = now,
                Kind = CustodyKinds.LinksSuggested,
                Actor = actor,
                Clip = clip,
                Once = $"suggested/{clip}/{EventId.New(now)}",
                Facts =
                [
                    new("suggested", suggestions.OrderBy(one => one.Rank).Take(20).Select(one => $"{one.Rank} {one.Activity} {one.Item} {one.Score} {string.Join(',', one.Reasons.Select(reason => reason.Code))}").ToList()),
                    new("takenBack", gone),
                ],
            },
            ct);
        await ClipTable.NotifyAsync(transaction, clip, ct);
        return true;
    }

    /// <summary>Links a clip, or a part of it, to an item of an activity: confirmed at once, since a person says so.</summary>
    public Task<LinkResult> CreateAsync(LinkDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        WriteAsync(transaction => CreateAsync(transaction, draft, viewer, by, ct), ct);

    /// <summary>The same for many in one transaction: what can't be linked is told and doesn't hold up the rest.</summary>
    public async Task<IReadOnlyList<LinkResult>> CreateManyAsync(IReadOnlyList<LinkDraft> drafts, Viewer viewer, ChangeBy by, CancellationToken ct)
    {
        var results = new LinkResult[drafts.Count];
        await database.InTransactionAsync(
            async transaction =>
            {
                // By clip, as everybody locks them.
                foreach (var (index, draft) in drafts.Index().OrderBy(pair => pair.Item.Clip.Value))
                    results[index] = await CreateAsync(transaction, draft, viewer, by, ct);
                return true;
            },
            ct);
        return results;
    }

    /// <summary>Confirms a link.</summary>
    /// <param name="link">Link.</param>
    /// <param name="known">Version that the caller saw.</param>
    /// <param name="note">Note.</param>
    /// <param name="viewer">Who may know of clip and case.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<LinkResult> ConfirmAsync(LinkId link, int known, string? note, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        DecideAsync(link, known, LinkStates.Confirmed, note, viewer, by, ct);

    /// <summary>Says that a clip doesn't show this; it isn't suggested again.</summary>
    public Task<LinkResult> RejectAsync(LinkId link, int known, string? note, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        DecideAsync(link, known, LinkStates.Rejected, note, viewer, by, ct);

    /// <summary>Takes the last decision back: a suggestion waits again, a link that a person made is gone. The log keeps both.</summary>
    public Task<LinkResult> UndoAsync(LinkId link, int known, Viewer viewer, ChangeBy by, CancellationToken ct) => WriteAsync(
        async transaction =>
        {
            var (row, before, refusal) = await LockAsync(transaction, link, known, viewer, ct);
            if (refusal is not null)
                return refusal;
            if (row!.State == LinkStates.Suggested)
                return new LinkResult(LinkingOutcome.Unchanged, row);
            await CustodyTable.AppendAsync(transaction, Event(CustodyKinds.LinkUndone, row, row.Version + 1, by.Actor, by.Now, Fact("back", before)), ct);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                before is null
                    ? """delete from link where link_id = @link"""
                    : """
                      update link set state = @before, before = case when @before = 'suggested' then state end, auto = false, note = null, version = version + 1,
                        account_id = case when @before = 'suggested' then null else @Account end, account = case when @before = 'suggested' then null else @Name end,
                        decided_at = case when @before = 'suggested' then null else @Now::timestamptz end
                      where link_id = @link
                      """,
                new { link, before, by.Actor.Account, by.Actor.Name, by.Now },
                transaction,
                cancellationToken: ct));
            await RetentionTable.OfLinkAsync(transaction, row.ClipId, row.CaseId, by.Actor, by.Now, ct);
            await TellAsync(transaction, row, ct);
            return new LinkResult(LinkingOutcome.Done, before is null ? null : await FindAsync(transaction.Connection!, transaction, null, link, ct));
        },
        ct);

    /// <summary>Links another part of the clip than before.</summary>
    public Task<LinkResult> SetPartAsync(LinkId link, int known, long? fromMs, long? toMs, Viewer viewer, ChangeBy by, CancellationToken ct) => WriteAsync(
        async transaction =>
        {
            var (row, _, refusal) = await LockAsync(transaction, link, known, viewer, ct);
            if (refusal is not null)
                return refusal;
            if ((row!.PartFromMs, row.PartToMs) == (fromMs, toMs))
                return new LinkResult(LinkingOutcome.Unchanged, row);
            if (await PartFaultAsync(transaction, row.ClipId, fromMs, toMs, ct) is { } fault)
                return new LinkResult(LinkingOutcome.Refused, row, fault);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """
                update link set part_from_ms = @fromMs, part_to_ms = @toMs, version = version + 1 where link_id = @link
                """,
                new { link, fromMs, toMs },
                transaction,
                cancellationToken: ct));
            var now = (await FindAsync(transaction.Connection!, transaction, null, link, ct))!;
            await CustodyTable.AppendAsync(
                transaction,
                Event(CustodyKinds.LinkPartChanged, now, now.Version, by.Actor, by.Now, Fact("was.partFromMs", row.PartFromMs), Fact("was.partToMs", row.PartToMs)),
                ct);
            await TellAsync(transaction, now, ct);
            return new LinkResult(LinkingOutcome.Done, now);
        },
        ct);

    private Task<LinkResult> DecideAsync(LinkId link, int known, string state, string? note, Viewer viewer, ChangeBy by, CancellationToken ct) => WriteAsync(
        async transaction =>
        {
            var (row, _, refusal) = await LockAsync(transaction, link, known, viewer, ct);
            if (refusal is not null)
                return refusal;
            if (row!.State == state && !row.Auto)
                return new LinkResult(LinkingOutcome.Unchanged, row);
            if (state == LinkStates.Confirmed && await ClipFaultAsync(transaction, row.ClipId, ct) is { } fault)
                return new LinkResult(LinkingOutcome.Refused, row, fault);
            var (words, faults) = Words(note);
            if (faults.Count > 0)
                return new LinkResult(LinkingOutcome.Refused, row, faults);
            return new LinkResult(LinkingOutcome.Done, await SetAsync(transaction, row, state, words, false, by.Actor, by.Now, ct));
        },
        ct);

    private static async Task<LinkResult> CreateAsync(NpgsqlTransaction transaction, LinkDraft draft, Viewer viewer, ChangeBy by, CancellationToken ct)
    {
        await LockClipAsync(transaction, draft.Clip, ct);
        var place = await transaction.Connection!.QuerySingleOrDefaultAsync<(bool Withdrawn, bool Named)?>(new CommandDefinition(
            $"""
            select activity.withdrawn_at is not null, @Item = any (activity.items)
            from activity join case_file on case_file.case_id = activity.case_id
            where activity.activity_id = @Activity and {CaseTable.Visible}
              and exists (select from clip where clip.clip_id = @Clip and {ClipTable.Visible})
            for key share of activity
            """,
            new { draft.Item, draft.Activity, draft.Clip, viewer.SeesAll, viewer.SeesSamples, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct));
        if (place is not { } activity)
            return new LinkResult(LinkingOutcome.NotFound, null);
        if (draft.OnlyUnfiled && await FiledAsync(transaction, draft.Clip, viewer, ct) is { } filed)
            return filed;
        var (words, faults) = Words(draft.Note);
        List<Fault?> all =
        [
            .. faults,
            activity.Withdrawn ? new Fault("activity", "activity-withdrawn") : null,
            activity.Named ? null : new Fault("item", "item-not-in-activity", draft.Item),
            await ClipFaultAsync(transaction, draft.Clip, ct),
            await PartFaultAsync(transaction, draft.Clip, draft.PartFromMs, draft.PartToMs, ct),
        ];
        if (all.OfType<Fault>().ToList() is { Count: > 0 } refused)
            return new LinkResult(LinkingOutcome.Refused, null, refused);
        var id = LinkId.New(by.Now);
        var made = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into link (link_id, clip_id, activity_id, item, part_from_ms, part_to_ms, state, made_by, made_at, account_id, account, decided_at, note)
            values (@id, @Clip, @Activity, @Item, @PartFromMs, @PartToMs, 'confirmed', @Name, @Now, @Account, @Name, @Now, @words)
            on conflict on constraint link_once do nothing
            """,
            new { id, draft.Clip, draft.Activity, draft.Item, draft.PartFromMs, draft.PartToMs, by.Actor.Name, by.Actor.Account, by.Now, words },
            transaction,
            cancellationToken: ct));
        if (made == 0)
        {
            var there = await transaction.Connection!.ExecuteScalarAsync<LinkId>(new CommandDefinition(
                """
                select link_id from link where clip_id = @Clip and activity_id = @Activity and item = @Item
                  and part_from_ms is not distinct from @PartFromMs and part_to_ms is not distinct from @PartToMs
                """,
                new { draft.Clip, draft.Activity, draft.Item, draft.PartFromMs, draft.PartToMs },
                transaction,
                cancellationToken: ct));
            var row = (await FindAsync(transaction.Connection!, transaction, null, there, ct))!;
            return row.State == LinkStates.Confirmed && !row.Auto
                ? new LinkResult(LinkingOutcome.Unchanged, row)
                : new LinkResult(LinkingOutcome.Done, await SetAsync(transaction, row, LinkStates.Confirmed, words, false, by.Actor, by.Now, ct));
        }
        var link = (await FindAsync(transaction.Connection!, transaction, null, id, ct))!;
        await RetentionTable.OfLinkAsync(transaction, link.ClipId, link.CaseId, by.Actor, by.Now, ct);
        await CustodyTable.AppendAsync(transaction, Event(CustodyKinds.LinkConfirmed, link, 1, by.Actor, by.Now), ct);
        await TellAsync(transaction, link, ct);
        return new LinkResult(LinkingOutcome.Done, link);
    }

    /// <summary>The conflict that somebody filed a clip meanwhile, with the link where the viewer may know of it; null while it waits. The clip's row is held.</summary>
    private static async Task<LinkResult?> FiledAsync(NpgsqlTransaction transaction, ClipId clip, Viewer viewer, CancellationToken ct)
    {
        var filed = await transaction.Connection!.ExecuteScalarAsync<string>(new CommandDefinition(
            """select filed from clip where clip_id = @clip""", new { clip }, transaction, cancellationToken: ct));
        return filed == FilingStates.Unlinked ? null : new LinkResult(LinkingOutcome.Conflict, await LastOfClipAsync(transaction, clip, viewer, ct));
    }

    /// <summary>The link of a clip that was confirmed last, where the viewer may know of its case.</summary>
    internal static Task<LinkRow?> LastOfClipAsync(NpgsqlTransaction transaction, ClipId clip, Viewer viewer, CancellationToken ct) =>
        transaction.Connection!.QueryFirstOrDefaultAsync<LinkRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined}
            where link.clip_id = @clip and link.state = 'confirmed' and {CaseTable.Visible}
            order by link.decided_at desc, link.link_id
            limit 1
            """,
            new { clip, viewer.SeesAll, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct));

    /// <summary>Writes a decision with what follows from it.</summary>
    private static async Task<LinkRow> SetAsync(
        NpgsqlTransaction transaction, LinkRow row, string state, string? note, bool auto, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update link set before = state, state = @state, auto = @auto, account_id = @account, account = case when @auto then null else @Name end, decided_at = @now,
              note = @note, version = version + 1
            where link_id = @LinkId
            """,
            new { row.LinkId, state, auto, account = auto ? null : actor.Account, actor.Name, now, note },
            transaction,
            cancellationToken: ct));
        var link = (await FindAsync(transaction.Connection!, transaction, null, row.LinkId, ct))!;
        await RetentionTable.OfLinkAsync(transaction, link.ClipId, link.CaseId, actor, now, ct);
        var kind = state == LinkStates.Rejected ? CustodyKinds.LinkRejected : auto ? CustodyKinds.LinkConfirmedByPolicy : CustodyKinds.LinkConfirmed;
        await CustodyTable.AppendAsync(transaction, Event(kind, link, link.Version, actor, now, Fact("was.state", row.State)), ct);
        await TellAsync(transaction, link, ct);
        return link;
    }

    /// <summary>A link for a change: its clip's row locked, clip and case known to the viewer, and at the version he saw.</summary>
    private static async Task<(LinkRow? Row, string? Before, LinkResult? Refusal)> LockAsync(
        NpgsqlTransaction transaction, LinkId link, int known, Viewer viewer, CancellationToken ct)
    {
        var clip = await transaction.Connection!.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            $"""
            select link.clip_id from link join clip on clip.clip_id = link.clip_id where link.link_id = @link and {ClipTable.Visible}
            """,
            new { link, viewer.SeesAll, viewer.SeesSamples, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct));
        if (clip is null)
            return (null, null, new LinkResult(LinkingOutcome.NotFound, null));
        await LockClipAsync(transaction, new ClipId(clip.Value), ct);
        if (await FindAsync(transaction.Connection!, transaction, viewer, link, ct) is not { } row)
            return (null, null, new LinkResult(LinkingOutcome.NotFound, null));
        if (row.Version != known)
            return (row, null, new LinkResult(LinkingOutcome.Conflict, row));
        var before = await transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            """select before from link where link_id = @link""", new { link }, transaction, cancellationToken: ct));
        return (row, before, null);
    }

    private static Task<int> LockClipAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """select from clip where clip_id = @clip for no key update""", new { clip }, transaction, cancellationToken: ct));

    /// <summary>The link of a candidate where only rules have had a say: a policy decides nothing that a person took back.</summary>
    private static async Task<LinkId?> SuggestedAsync(NpgsqlTransaction transaction, ClipId clip, LinkSuggestion suggestion, CancellationToken ct) =>
        await transaction.Connection!.QuerySingleOrDefaultAsync<LinkId?>(new CommandDefinition(
            """
            select link_id from link
            where clip_id = @clip and activity_id = @Activity and item = @Item and part_from_ms is null and part_to_ms is null and state = 'suggested' and before is null
              and not exists (select from not_enforcement where not_enforcement.clip_id = @clip)
            """,
            new { clip, suggestion.Activity, suggestion.Item },
            transaction,
            cancellationToken: ct));

    private static async Task<Fault?> ClipFaultAsync(NpgsqlTransaction transaction, ClipId clip, CancellationToken ct)
    {
        var (kind, filed) = await transaction.Connection!.QuerySingleAsync<(string, string)>(new CommandDefinition(
            """select kind, filed from clip where clip_id = @clip""", new { clip }, transaction, cancellationToken: ct));
        return filed == "not-enforcement" ? new Fault("clip", "clip-not-enforcement") : kind == "data" ? new Fault("clip", "clip-shows-nothing") : null;
    }

    private static async Task<Fault?> PartFaultAsync(NpgsqlTransaction transaction, ClipId clip, long? fromMs, long? toMs, CancellationToken ct)
    {
        if (fromMs is null && toMs is null)
            return null;
        var lengthMs = await transaction.Connection!.ExecuteScalarAsync<long?>(new CommandDefinition(
            """
            select (extract(epoch from recorded_to - recorded_from) * 1000)::bigint from clip where clip_id = @clip and kind <> 'photo'
            """,
            new { clip },
            transaction,
            cancellationToken: ct));
        return lengthMs is null || fromMs < 0 || toMs <= (fromMs ?? 0) || toMs > lengthMs || fromMs >= lengthMs ? new Fault("part", "no-part") : null;
    }

    private static (string? Words, IReadOnlyList<Fault> Faults) Words(string? note)
    {
        var check = new DraftCheck();
        return (check.Optional("note", note, ChecklistTable.LongestText), check.Faults);
    }

    private static Task<LinkRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, Viewer? viewer, LinkId link, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<LinkRow>(new CommandDefinition(
            $"""
            select {Columns} from {Joined} where link.link_id = @link and {CaseTable.Visible}
            """,
            new { link, SeesAll = viewer?.SeesAll ?? true, Units = viewer?.Units ?? [], viewer?.Officer },
            transaction,
            cancellationToken: ct));

    private async Task<LinkResult> WriteAsync(Func<NpgsqlTransaction, Task<LinkResult>> work, CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var result = await work(transaction);
            if (result.Outcome == LinkingOutcome.Done)
                await transaction.CommitAsync(ct);
            return result;
        }
        catch (PostgresException e) when (Races.IsLost(e))
        {
            return new LinkResult(LinkingOutcome.Conflict, null);
        }
    }

    private static async Task TellAsync(NpgsqlTransaction transaction, LinkRow link, CancellationToken ct)
    {
        await ClipTable.NotifyAsync(transaction, link.ClipId, ct);
        await CaseSaveTable.NotifyAsync(transaction, link.CaseId, ct);
    }

    private static KeyValuePair<string, object?> Fact(string name, object? value) => new(name, value);

    private static CustodyEvent Event(
        string kind, LinkRow link, int version, CustodyActor actor, DateTimeOffset now, params IReadOnlyList<KeyValuePair<string, object?>> more) => new()
        {
            Id = EventId.New(now),
            At = now,
            Kind = kind,
            Actor = actor,
            Clip = link.ClipId,
            Case = link.CaseId,
            Once = $"link/{link.LinkId}/{version}",
            Facts =
        [
            new("link", link.LinkId.ToString()), new("number", link.CaseNumber), new("activity", link.Activity), new("item", link.Item),
            new("partFromMs", link.PartFromMs), new("partToMs", link.PartToMs), new("score", link.Score), new("note", link.Note), .. more,
        ],
        };
}
