using Dapper;

namespace YaoAn.Catalog;

/// <summary>A clip that is confirmed for a case, as its catalogue names it.</summary>
public sealed record CaseClip
{
    /// <summary>Clip.</summary>
    public required ClipId ClipId { get; init; }

    /// <summary>Its file name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it is.</summary>
    public required ClipKind Kind { get; init; }

    /// <summary>Digest taken while copying.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Serial of the recorder (制作方法 names it).</summary>
    public string? Recorder { get; init; }

    /// <summary>When it was recorded, in true time where the clock's offset is known; null where nothing is.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>When the recording ended.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>Whether the recorder's clock was compared, so that the time is corrected.</summary>
    public required bool IsCorrected { get; init; }

    /// <summary>Names of the officers whose clip it is (制作人).</summary>
    public required string[] Officers { get; init; }

    /// <summary>Codes of the items that it shows (证明对象), in order.</summary>
    public required string[] Items { get; init; }

    /// <summary>Last full read that gave the right bytes; null before the first.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }
}

/// <summary>SQL of the catalogue of a case: its confirmed clips, each once.</summary>
public sealed class CaseClipTable(CatalogDatabase database)
{
    /// <summary>Confirmed clips of a case in the order of their recording. The caller has found the case under its viewer.</summary>
    public async Task<IReadOnlyList<CaseClip>> OfCaseAsync(CaseId id, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<CaseClip>(new CommandDefinition(
            """
            select clip.clip_id, clip.display_name, clip.kind, clip.sha256, clip.size_bytes, clip.recorder, clip.verified_at,
              coalesce(clip.corrected_from, clip.recorded_from) as starts, case when clip.corrected_from is null then clip.recorded_to else clip.corrected_to end as ends,
              clip.corrected_from is not null as is_corrected,
              array(select officer.name from officer where officer.officer_id = any (clip.officers) order by officer.number) as officers, shown.items
            from (
              select link.clip_id, array_agg(distinct link.item order by link.item) as items
              from link join activity on activity.activity_id = link.activity_id
              where activity.case_id = @id and link.state = 'confirmed'
              group by link.clip_id) shown
              join clip on clip.clip_id = shown.clip_id
            order by starts nulls last, clip.clip_id
            """,
            new { id },
            cancellationToken: ct))).AsList();
    }
}
