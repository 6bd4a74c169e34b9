using Dapper;

namespace YaoAn.Catalog;

/// <summary>SQL of clips that are linked with nothing yet. It reads alone, always under a <see cref="Viewer"/>.</summary>
public sealed class InboxTable(CatalogDatabase database)
{
    /// <summary>The same expression as in <c>clip_inbox_idx</c>.</summary>
    private const string At = "coalesce(clip.corrected_from, clip.recorded_from, clip.received_at)";

    /// <summary>The same condition as of the partial indexes.</summary>
    private const string Waits = "clip.filed = 'unlinked' and not clip.sidecar and clip.kind <> 'data'";

    private const string IsLate = $"clip.received_at > coalesce(clip.corrected_to, clip.recorded_to, {At}) + interval '24 hours'";

    private const string Columns =
        $"""
        clip.clip_id, clip.display_name, clip.kind, clip.recorder, {At} as at,
        case when clip.corrected_from is not null then clip.corrected_to else clip.recorded_to end as until, clip.corrected_from is not null as corrected,
        media.duration_ms, clip.size_bytes, clip.recording, clip.stage, clip.health, clip.preview_state, clip.received_at,
        array(select officer.name from officer where officer.officer_id = any (clip.officers) order by officer.number) as officers
        """;

    /// <summary>One page, the newest first; <paramref name="after"/> goes to older ones.</summary>
    /// <remarks>What stands in other tables is looked up for the page alone, not for thousands that are sorted.</remarks>
    public async Task<(IReadOnlyList<InboxClip> Clips, ClipCursor? Next)> ListAsync(
        Viewer viewer, InboxScope scope, bool onlySuggested, ClipCursor? after, int limit, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<InboxClip>(new CommandDefinition(
            $"""
            select {Columns}
            from (
                select * from clip
                where {Waits} and {Whose(scope)}
                  {(onlySuggested ? "and clip.suggested" : "")}
                  {(after is null ? "" : $"and ({At}, clip.clip_id) < (@At, @ClipId)")}
                order by {At} desc, clip.clip_id desc
                limit @Limit) clip
              left join media on media.clip_id = clip.clip_id
            order by {At} desc, clip.clip_id desc
            """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, after?.At, ClipId = after?.Clip, Limit = limit + 1 },
            cancellationToken: ct))).AsList();
        if (rows.Count <= limit)
            return (rows, null);
        rows.RemoveAt(limit);
        return (rows, new ClipCursor(rows[^1].At, rows[^1].ClipId));
    }

    /// <summary>Those of some clips that still wait.</summary>
    public async Task<IReadOnlyList<InboxClip>> FindAsync(Viewer viewer, IReadOnlyCollection<ClipId> clips, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<InboxClip>(new CommandDefinition(
            $"""
            select {Columns}
            from clip left join media on media.clip_id = clip.clip_id
            where clip.clip_id = any (@clips) and {Waits} and {ClipTable.Visible}
            """,
            new { clips = clips.Select(clip => clip.Value).ToArray(), viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units },
            cancellationToken: ct))).AsList();
    }

    /// <summary>What is suggested for some clips, in cases that the viewer may know of.</summary>
    public async Task<ILookup<ClipId, InboxSuggestion>> SuggestionsAsync(Viewer viewer, IReadOnlyCollection<ClipId> clips, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<InboxSuggestion>(new CommandDefinition(
            $"""
            select link.link_id, link.version, link.clip_id, link.activity_id, activity.case_id, link.item, coalesce(link.rank, 99) as rank, coalesce(link.score, 0) as score,
              link.reasons::text as reasons_json
            from link
              join activity on activity.activity_id = link.activity_id
              join case_file on case_file.case_id = activity.case_id
            where link.clip_id = any (@clips) and link.state = 'suggested' and activity.withdrawn_at is null and {CaseTable.Visible}
            order by link.clip_id, link.rank, link.link_id
            """,
            new { clips = clips.Select(clip => clip.Value).ToArray(), viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).ToLookup(one => one.ClipId);
    }

    /// <summary>How much waits.</summary>
    public async Task<InboxCounts> CountsAsync(Viewer viewer, InboxScope scope, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<InboxCounts>(new CommandDefinition(
            $"""
            select count(*) as unlinked,
              count(*) filter (where waiting.suggested) as suggested,
              count(*) filter (where waiting.late) as late
            from (select clip.suggested, {IsLate} as late from clip where {Waits} and {Whose(scope)} limit 1000) waiting
            """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units },
            cancellationToken: ct));
    }

    /// <summary>How many clips an account linked since an instant, and the last of them.</summary>
    public async Task<LinkedSince> LinkedSinceAsync(AccountId account, DateTimeOffset since, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<LinkedSince>(new CommandDefinition(
            """
            select count(distinct link.clip_id) as clips, max(link.decided_at) as last_at
            from link
            where link.account_id = @account and link.state = 'confirmed' and link.decided_at >= @since
            """,
            new { account, since },
            cancellationToken: ct));
    }

    private static string Whose(InboxScope scope) => scope == InboxScope.Mine ? "clip.officers @> array[@Officer]::uuid[]" : ClipTable.Visible;
}

/// <summary>What an account has linked.</summary>
/// <param name="Clips">How many clips.</param>
/// <param name="LastAt">When the last of them.</param>
public sealed record LinkedSince(long Clips, DateTimeOffset? LastAt);
