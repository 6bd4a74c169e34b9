using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>Why a clip is kept beyond the floor.</summary>
public static class RetentionReasons
{
    /// <summary>随案卷保存: it belongs to a case, and is kept with the case file.</summary>
    public const string CaseFile = "case-file";

    /// <summary>作为证据, for ever.</summary>
    public const string Evidence = "evidence";

    /// <summary>阻碍执法, for ever.</summary>
    public const string Obstruction = "obstruction";

    /// <summary>重大突发或群体性事件, for ever.</summary>
    public const string MajorEvent = "major-event";

    /// <summary>其他重大疑难复杂, for ever.</summary>
    public const string ComplexCase = "complex-case";

    /// <summary>The four for ever.</summary>
    public static IReadOnlyList<string> ForEver { get; } = [Evidence, Obstruction, MajorEvent, ComplexCase];
}

/// <summary>A reason to keep a clip.</summary>
public sealed record RetentionClaim
{
    /// <summary>One of <see cref="RetentionReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Number of the case, for <see cref="RetentionReasons.CaseFile"/>.</summary>
    public string? CaseNumber { get; init; }

    /// <summary>At least until; the greatest time there is stands for ever.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Who said so, or whose decision it followed from.</summary>
    public required string MadeBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}

/// <summary>
/// SQL of how long clips are kept. A clip may be deleted only after the floor, after the date until which its store locks it, and while no claim stands; a claim
/// makes it longer and never shorter, and who takes one back leaves the lock as it is.
/// </summary>
public sealed class RetentionTable(CatalogDatabase database)
{
    /// <summary>What stands for a clip now. A case that the viewer may not know of isn't named.</summary>
    public async Task<IReadOnlyList<RetentionClaim>> OfClipAsync(Viewer viewer, ClipId clip, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RetentionClaim>(new CommandDefinition(
            $"""
            select reason, case when {CaseTable.Visible} then case_file.number end as case_number, until, made_by, made_at
            from retention_claim left join case_file on case_file.case_id = retention_claim.case_id
            where clip_id = @clip and ended_at is null
            order by made_at, reason
            """,
            new { clip, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Keeps a clip for ever for one of <see cref="RetentionReasons.ForEver"/>.</summary>
    /// <returns>False where it stood already.</returns>
    public Task<bool> KeepAsync(ClipId clip, string reason, ChangeBy by, CancellationToken ct) => database.InTransactionAsync(
        async transaction =>
        {
            if (!RetentionReasons.ForEver.Contains(reason))
                throw new ArgumentException($"'{reason}' keeps nothing for ever.", nameof(reason));
            return await ClaimAsync(transaction, clip, reason, null, days: null, by.Actor, by.Now, ct);
        },
        ct);

    /// <summary>Brings the claim of a case on a clip in line with its confirmed links: with the first it begins, with the last it ends.</summary>
    internal static async Task OfLinkAsync(NpgsqlTransaction transaction, ClipId clip, CaseId caseId, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        var days = await transaction.Connection!.ExecuteScalarAsync<int?>(new CommandDefinition(
            """
            select max(coalesce(item.retention_days, 0))
            from link
              join activity on activity.activity_id = link.activity_id
              join case_file on case_file.case_id = activity.case_id
              left join checklist_item item on item.checklist_id = case_file.checklist_id and item.code = link.item
            where link.clip_id = @clip and link.state = 'confirmed' and activity.case_id = @caseId
            """,
            new { clip, caseId },
            transaction,
            cancellationToken: ct));
        if (days is { } least)
        {
            await ClaimAsync(transaction, clip, RetentionReasons.CaseFile, caseId, least, actor, now, ct);
            return;
        }
        var ended = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            update retention_claim set ended_at = @now where clip_id = @clip and reason = 'case-file' and case_id = @caseId and ended_at is null
            """,
            new { clip, caseId, now },
            transaction,
            cancellationToken: ct));
        if (ended > 0)
            await CustodyTable.AppendAsync(transaction, Event(CustodyKinds.RetentionReleased, clip, caseId, RetentionReasons.CaseFile, actor, now), ct);
    }

    private static async Task<bool> ClaimAsync(
        NpgsqlTransaction transaction, ClipId clip, string reason, CaseId? caseId, int? days, CustodyActor actor, DateTimeOffset now, CancellationToken ct)
    {
        var claimed = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into retention_claim (clip_id, reason, case_id, until, made_by, made_at)
            select @clip, @reason, @caseId, case when @days::integer is null then 'infinity' else clip.received_at + @days::integer * interval '1 day' end, @Name, @now
            from clip where clip_id = @clip
            on conflict on constraint retention_claim_key do update set
              until = greatest(retention_claim.until, excluded.until), made_by = excluded.made_by, made_at = excluded.made_at, ended_at = null
            where retention_claim.ended_at is not null or retention_claim.until < excluded.until
            """,
            new { clip, reason, caseId, days, actor.Name, now },
            transaction,
            cancellationToken: ct));
        if (claimed == 0)
            return false;
        await CustodyTable.AppendAsync(transaction, Event(CustodyKinds.RetentionClaimed, clip, caseId, reason, actor, now), ct);
        return true;
    }

    private static CustodyEvent Event(string kind, ClipId clip, CaseId? caseId, string reason, CustodyActor actor, DateTimeOffset now)
    {
        var id = EventId.New(now);
        return new CustodyEvent { Id = id, At = now, Kind = kind, Actor = actor, Clip = clip, Case = caseId, Once = $"retention/{id}", Facts = [new("reason", reason)] };
    }
}
