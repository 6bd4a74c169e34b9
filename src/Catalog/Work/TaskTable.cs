using Dapper;

namespace YaoAn.Catalog;

/// <summary>A clip or a file that isn't as it should be.</summary>
public sealed record TaskRow
{
    /// <summary><c>damaged</c>, <c>attention</c>, <c>standing</c> or <c>skipped</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Code of the cause: a health reason, a stage, or the reason why a file was left out.</summary>
    public required string Cause { get; init; }

    /// <summary>The clip; null for a file that was left out.</summary>
    public ClipId? ClipId { get; init; }

    /// <summary>Recorder's number, or null.</summary>
    public string? Recorder { get; init; }

    /// <summary>Name of the file, for the screen.</summary>
    public required string Name { get; init; }

    /// <summary>What the last attempt said, of a clip that stands still.</summary>
    public string? Detail { get; init; }

    /// <summary>A step of it waits for its next attempt, which <see cref="TaskTable.RetryAsync"/> brings forward.</summary>
    public required bool Waits { get; init; }

    /// <summary>When the file came in, or was seen.</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>SQL of the list of everything that isn't green: nothing that came from a recorder is left aside in silence.</summary>
public sealed class TaskTable(CatalogDatabase database)
{
    /// <summary>Files that were left out stay on the list for so long: by then their recorder was docked again, or somebody decided.</summary>
    public static readonly TimeSpan SkippedFor = TimeSpan.FromDays(30);

    /// <summary>The tasks that a person may see, the oldest first, at most so many, and how many there are in all.</summary>
    public async Task<(IReadOnlyList<TaskRow> Oldest, long Count)> ListAsync(Viewer viewer, DateTimeOffset now, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = (await connection.QueryAsync<(string Kind, string Cause, Guid? ClipId, string? Recorder, string Name, string? Detail, bool Waits, DateTimeOffset Since, long Count)>(
            new CommandDefinition(
                $"""
                with task as (
                  select case when clip.health <> 'ok' then clip.health else 'standing' end as kind,
                    case when clip.health <> 'ok' then coalesce(clip.health_reason, '') else clip.stage end as cause,
                    clip.clip_id, clip.recorder, clip.display_name as name, clip_work.last_error as detail,
                    clip_work.last_error is not null and clip.stage in ('registered', 'stored', 'probed') as waits, clip.received_at as since
                  from clip left join clip_work on clip_work.clip_id = clip.clip_id
                  where {ClipTable.Visible}
                    and (clip.health <> 'ok' or (clip_work.last_error is not null and clip.stage in ('registered', 'stored', 'probed')))
                  union all
                  select 'skipped', skipped_file.reason, null, dock_session.recorder, skipped_file.display_path, null, false, skipped_file.at
                  from skipped_file join dock_session on dock_session.session_id = skipped_file.session_id
                  where @SeesAll and skipped_file.reason <> 'ignored' and skipped_file.at > @skippedAfter
                    -- What came in later, by whichever slot, is no task any more.
                    and not exists (
                      select from provenance
                      where provenance.recorder_key = dock_session.recorder_key and provenance.raw_path = skipped_file.raw_path
                        and provenance.size_bytes = skipped_file.size_bytes and provenance.modified_at = skipped_file.modified_at))
                select kind, cause, clip_id, recorder, name, detail, waits, since, count(*) over () as count
                from task
                order by since, name
                limit @most
                """,
                new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, skippedAfter = now - SkippedFor, most },
                cancellationToken: ct))).AsList();
        return (
            [
                .. rows.Select(row => new TaskRow
                {
                    Kind = row.Kind,
                    Cause = row.Cause,
                    ClipId = row.ClipId is { } id ? new ClipId(id) : null,
                    Recorder = row.Recorder,
                    Name = row.Name,
                    Detail = row.Detail,
                    Waits = row.Waits,
                    Since = row.Since,
                }),
            ],
            rows.Count > 0 ? rows[0].Count : 0);
    }

    /// <summary>Makes every clip that stands still due now: its station stores it within seconds, the sweeper wakes what is stored within its interval.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RetryAsync(Viewer viewer, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            update clip_work set next_attempt_at = @now
            from clip
            where clip.clip_id = clip_work.clip_id and {ClipTable.Visible}
              and clip_work.last_error is not null and clip.stage in ('registered', 'stored', 'probed') and clip_work.next_attempt_at > @now
            """,
            new { viewer.SeesAll, viewer.SeesSamples, viewer.Officer, viewer.Units, now },
            cancellationToken: ct));
    }
}
