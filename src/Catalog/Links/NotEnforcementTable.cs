using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>Why a clip has nothing to do with enforcement.</summary>
public static class NotEnforcementReasons
{
    /// <summary>其他: takes a note.</summary>
    public const string Other = "other";

    /// <summary>设备测试, 误触录制, 训练演练, 个人隐私, 内部事务, 其他.</summary>
    public static IReadOnlyList<string> All { get; } = ["test", "accidental", "training", "private", "administrative", Other];
}

/// <summary>与执法无关: that a clip belongs to no case, by whom and why.</summary>
public sealed record NotEnforcementRow
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>One of <see cref="NotEnforcementReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Note { get; init; }

    /// <summary>Who said so.</summary>
    public required string Account { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Version of the mark.</summary>
    public required int Version { get; init; }
}

/// <summary>Answer to a wish about such a mark.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Filed">Where the clip stands now; null where there is no such clip to this viewer.</param>
/// <param name="Mark">The mark as it stands, or as it stood until it was taken back.</param>
/// <param name="Link">The link that came in between, where the viewer may know of it.</param>
/// <param name="Faults">What was refused.</param>
public sealed record NotEnforcementResult(LinkingOutcome Outcome, string? Filed, NotEnforcementRow? Mark, LinkRow? Link, params IReadOnlyList<Fault> Faults);

/// <summary>
/// SQL of clips that belong to no case. The mark changes nothing of how long the clip is kept, and is taken back as easily as it is made; each of both is a
/// custody event in its transaction.
/// </summary>
public sealed class NotEnforcementTable(CatalogDatabase database)
{
    private const string Columns = "clip_id, reason, note, account, at, version";

    /// <summary>The mark of a clip that the viewer was found to see; null without one.</summary>
    public async Task<NotEnforcementRow?> FindAsync(ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await FindAsync(connection, null, clip, ct);
    }

    /// <summary>Marks a clip. Links that were only suggested stay suggestions; one that is confirmed refuses it, or is the conflict.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="reason">One of <see cref="NotEnforcementReasons"/>.</param>
    /// <param name="note">The same in words; <see cref="NotEnforcementReasons.Other"/> takes one.</param>
    /// <param name="knownWaiting">The caller saw it waiting: where somebody linked or marked it meanwhile, that is a conflict.</param>
    /// <param name="viewer">Who may know of the clip.</param>
    /// <param name="by">Who, when.</param>
    /// <param name="ct">Cancels.</param>
    public Task<NotEnforcementResult> MarkAsync(ClipId clip, string reason, string? note, bool knownWaiting, Viewer viewer, ChangeBy by, CancellationToken ct) =>
        database.InTransactionAsync(
            async transaction =>
            {
                if (await LockAsync(transaction, clip, viewer, ct) is not { } filed)
                    return new NotEnforcementResult(LinkingOutcome.NotFound, null, null, null);
                var before = await FindAsync(transaction.Connection!, transaction, clip, ct);
                if (filed != FilingStates.Unlinked && knownWaiting)
                    return new NotEnforcementResult(LinkingOutcome.Conflict, filed, before, await LinkTable.LastOfClipAsync(transaction, clip, viewer, ct));
                var check = new DraftCheck();
                var words = check.Optional("note", note, ChecklistTable.LongestText);
                check.OneOf("reason", reason, NotEnforcementReasons.All);
                if (words is { Length: < 2 } or null && (words is not null || reason == NotEnforcementReasons.Other))
                    check.Add("note", "required");
                if (filed == FilingStates.Linked)
                    check.Add("clip", "clip-linked");
                if (!check.IsGood)
                    return new NotEnforcementResult(LinkingOutcome.Refused, filed, before, null, check.Faults);
                if (before is not null && (before.Reason, before.Note) == (reason, words))
                    return new NotEnforcementResult(LinkingOutcome.Unchanged, filed, before, null);
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    """
                    insert into not_enforcement (clip_id, reason, note, account_id, account, at) values (@clip, @reason, @words, @Account, @Name, @Now)
                    on conflict (clip_id) do update set reason = excluded.reason, note = excluded.note, account_id = excluded.account_id, account = excluded.account,
                      at = excluded.at, version = not_enforcement.version + 1
                    """,
                    new { clip, reason, words, by.Actor.Account, by.Actor.Name, by.Now },
                    transaction,
                    cancellationToken: ct));
                await TellAsync(transaction, CustodyKinds.ClipNotEnforcement, clip, reason, words, by, ct);
                return new NotEnforcementResult(LinkingOutcome.Done, FilingStates.NotEnforcement, await FindAsync(transaction.Connection!, transaction, clip, ct), null);
            },
            ct);

    /// <summary>Takes the mark back: the clip waits again.</summary>
    public Task<NotEnforcementResult> TakeBackAsync(ClipId clip, int known, Viewer viewer, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (await LockAsync(transaction, clip, viewer, ct) is not { } filed)
                return new NotEnforcementResult(LinkingOutcome.NotFound, null, null, null);
            if (await FindAsync(transaction.Connection!, transaction, clip, ct) is not { } before)
                return new NotEnforcementResult(LinkingOutcome.Unchanged, filed, null, null);
            if (before.Version != known)
                return new NotEnforcementResult(LinkingOutcome.Conflict, filed, before, null);
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                """delete from not_enforcement where clip_id = @clip""", new { clip }, transaction, cancellationToken: ct));
            await TellAsync(transaction, CustodyKinds.ClipEnforcementAgain, clip, before.Reason, before.Note, by, ct);
            return new NotEnforcementResult(LinkingOutcome.Done, FilingStates.Unlinked, before, null);
        },
        ct);

    /// <summary>Where a clip stands, its row held; null where there is none to this viewer.</summary>
    private static Task<string?> LockAsync(NpgsqlTransaction transaction, ClipId clip, Viewer viewer, CancellationToken ct) =>
        transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            $"""
            select clip.filed from clip where clip.clip_id = @clip and {ClipTable.Visible} for no key update
            """,
            new { clip, viewer.SeesAll, viewer.SeesSamples, viewer.Units, viewer.Officer },
            transaction,
            cancellationToken: ct));

    private static Task<NotEnforcementRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, ClipId clip, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<NotEnforcementRow>(new CommandDefinition(
            $"""
            select {Columns} from not_enforcement where clip_id = @clip
            """,
            new { clip },
            transaction,
            cancellationToken: ct));

    private static async Task TellAsync(NpgsqlTransaction transaction, string kind, ClipId clip, string reason, string? note, ChangeBy by, CancellationToken ct)
    {
        var id = EventId.New(by.Now);
        await CustodyTable.AppendAsync(
            transaction,
            new CustodyEvent
            {
                Id = id,
                At = by.Now,
                Kind = kind,
                Actor = by.Actor,
                Clip = clip,
                Once = $"not-enforcement/{clip}/{id}",
                Facts = [new("reason", reason), new("note", note), new("via", by.Via)],
            },
            ct);
        await ClipTable.NotifyAsync(transaction, clip, ct);
    }
}
