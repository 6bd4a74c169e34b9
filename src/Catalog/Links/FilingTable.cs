using Dapper;

namespace YaoAn.Catalog;

/// <summary>How far a clip is on its way to its case, as lists show it.</summary>
public sealed record Filing
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>One of <see cref="FilingStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Code of an item that it is linked with, or suggested for; null where the viewer may not know of the case.</summary>
    public string? Item { get; init; }

    /// <summary>案号 of that link.</summary>
    public string? CaseNumber { get; init; }

    /// <summary>How many links there are in this state.</summary>
    public required long Links { get; init; }

    /// <summary>Names of the officers whose clip it is.</summary>
    public required string[] Officers { get; init; }
}

/// <summary>Where a clip stands between taken in and linked.</summary>
public static class FilingStates
{
    /// <summary>未关联.</summary>
    public const string Unlinked = "unlinked";

    /// <summary>建议关联: unlinked, and a rule suggests something.</summary>
    public const string Suggested = "suggested";

    /// <summary>已关联.</summary>
    public const string Linked = "linked";

    /// <summary>与执法无关.</summary>
    public const string NotEnforcement = "not-enforcement";

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [Unlinked, Suggested, Linked, NotEnforcement];
}

/// <summary>SQL of where clips stand. It reads alone.</summary>
public sealed class FilingTable(CatalogDatabase database)
{
    /// <summary>Some clips that the viewer was found to see.</summary>
    public async Task<IReadOnlyDictionary<ClipId, Filing>> OfClipsAsync(Viewer viewer, IReadOnlyCollection<ClipId> clips, CancellationToken ct)
    {
        if (clips.Count == 0)
            return new Dictionary<ClipId, Filing>();
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<Filing>(new CommandDefinition(
            $"""
            select clip.clip_id, case when clip.filed = 'unlinked' and best.links > 0 then 'suggested' else clip.filed end as state, best.item, best.case_number,
              coalesce(best.links, 0) as links,
              array(select officer.name from officer where officer.officer_id = any (clip.officers) order by officer.number) as officers
            from clip left join lateral (
              select count(*) over () as links, case when {CaseTable.Visible} then link.item end as item, case when {CaseTable.Visible} then case_file.number end as case_number
              from link
                join activity on activity.activity_id = link.activity_id
                join case_file on case_file.case_id = activity.case_id
              where link.clip_id = clip.clip_id and link.state = case clip.filed when 'linked' then 'confirmed' else 'suggested' end and clip.filed <> 'not-enforcement'
              order by {CaseTable.Visible} desc, link.rank, link.decided_at, link.link_id
              limit 1) best on true
            where clip.clip_id = any (@clips)
            """,
            new { clips = clips.Select(clip => clip.Value).ToArray(), viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).ToDictionary(filing => filing.ClipId);
    }
}
