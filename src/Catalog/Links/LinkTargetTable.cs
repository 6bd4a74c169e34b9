using Dapper;
using NpgsqlTypes;

namespace YaoAn.Catalog;

/// <summary>SQL of what a clip may be linked with, and of what a link would leave. It reads alone.</summary>
public sealed class LinkTargetTable(CatalogDatabase database)
{
    /// <summary>Activities around a clip are looked for so long before and after it.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromHours(8);

    private const int MostCasesAround = 3;

    /// <summary>So many people have fewer open cases than a county has activities in some days.</summary>
    private const int Few = 4;

    /// <summary>All items of all activities of some cases that the viewer may know of, in the order of time.</summary>
    public async Task<IReadOnlyList<LinkTarget>> OfCasesAsync(Viewer viewer, IReadOnlyCollection<CaseId> cases, CancellationToken ct)
    {
        if (cases.Count == 0)
            return [];
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LinkTarget>(new CommandDefinition(
            $"""
            select activity.activity_id, activity.case_id, case_file.number as case_number, case_file.title as case_title, activity.title as activity_title, activity.place,
              activity.step, activity.begins, activity.ends, activity.planned, item.code as item, item.name_zh, item.name_en, item.mode, shown.state, shown.missing_ms
            from coverage(@cases) shown
              join activity on activity.activity_id = shown.activity_id
              join case_file on case_file.case_id = activity.case_id
              join checklist_item item on item.checklist_id = case_file.checklist_id and item.code = shown.item
            where {CaseTable.Visible}
            order by activity.begins, activity.activity_id, item.code
            """,
            new { cases = cases.Select(id => id.Value).Distinct().ToArray(), viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).AsList();
    }

    /// <summary>Cases with an activity of a clip's officers around its time, the nearest first: for each clip at most three.</summary>
    /// <remarks>
    /// Clips of few people lie on many days: their open cases are looked through. Clips of many people lie on few days: what was done in those is looked through,
    /// once and not for each clip. ('offset 0': the planner can't know how few rows that are, and would read all open cases.)
    /// </remarks>
    public async Task<ILookup<ClipId, CaseId>> CasesAroundAsync(Viewer viewer, IReadOnlyCollection<ClipId> clips, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<(ClipId Clip, CaseId Case)>(new CommandDefinition(
            $"""
            with own as materialized (
              select clip.clip_id, clip.officers, placed.at, placed.at - @Around as since, placed.at + @Around as till
              from clip cross join lateral (select coalesce(clip.corrected_from, clip.recorded_from, clip.received_at) as at) placed
              where clip.clip_id = any (@clips)),
            people as materialized (select array_agg(distinct officer) as ids from own, unnest(own.officers) officer),
            done as materialized (
              select activity.case_id, activity.begins, activity.ends, activity.officers
              from (select unnest(range_agg(tstzrange(own.since, own.till, '[]'))) as span from own) times
                join activity on activity.begins between lower(times.span) and upper(times.span) and activity.withdrawn_at is null
              where (select cardinality(ids) from people) > @Few),
            near as materialized (
              select done.case_id, done.begins, done.ends, done.officers || open.officers as officers
              from done cross join lateral (
                select case_file.officers from case_file where case_file.case_id = done.case_id and case_file.state <> 'closed' and {CaseTable.Visible} offset 0) open
              union all
              select open.case_id, activity.begins, activity.ends, activity.officers || open.officers
              from (
                  select case_file.case_id, case_file.officers from case_file
                  where case_file.seen_by && (select ids from people) and case_file.state <> 'closed' and {CaseTable.Visible} offset 0) open
                join activity on activity.case_id = open.case_id and activity.withdrawn_at is null
              where (select cardinality(ids) from people) <= @Few)
            select own.clip_id, nearest.case_id
            from own cross join lateral (
              select near.case_id, min(greatest(near.begins - own.at, own.at - near.ends, interval '0')) as distance
              from near
              where near.begins between own.since and own.till and near.officers && own.officers
              group by near.case_id
              order by distance, near.case_id
              limit @MostCasesAround) nearest
            order by own.clip_id, nearest.distance
            """,
            new { clips = clips.Select(clip => clip.Value).ToArray(), Around, MostCasesAround, Few, viewer.SeesAll, viewer.Units, viewer.Officer },
            cancellationToken: ct))).ToLookup(near => near.Clip, near => near.Case);
    }

    /// <summary>
    /// What each of these links would leave missing, reckoned as the function <c>coverage</c> does once they are confirmed. As many answers as questions, in their
    /// order; null where the viewer may not know of the case.
    /// </summary>
    public async Task<IReadOnlyList<LinkForecast?>> ForecastAsync(Viewer viewer, IReadOnlyList<LinkForecastQuery> queries, CancellationToken ct)
    {
        if (queries.Count == 0)
            return [];
        var asked = queries.SelectMany((query, n) => query.Clips.Select(clip => (n, query, clip))).ToList();
        await using var connection = await database.OpenAsync(ct);
        var found = (await connection.QueryAsync<Raw>(new CommandDefinition(
            $"""
            with asked as (
              select n, activity_id, item, array_agg(clip_id) as clips
              from unnest(@numbers, @activities, @items, @clips) as wish (n, activity_id, item, clip_id)
              group by n, activity_id, item)
            select asked.n, activity.activity_id as activity, item.code as item, item.mode, activity.begins, activity.ends, solid.covered,
              case when item.mode = 'full' then gap.missing else '{EmptyRange}' end as missing,
              case when item.mode = 'full' then gap.missing is null else methods_met(item.alternatives, shown.seen) end as good
            from asked
              join activity on activity.activity_id = asked.activity_id
              join case_file on case_file.case_id = activity.case_id
              join checklist_item item on item.checklist_id = case_file.checklist_id and item.code = asked.item
              cross join lateral (select tstzmultirange(tstzrange(activity.begins, activity.ends)) as whole) span
              cross join lateral (
                select coalesce(bit_or(source.methods), 0)::integer as seen,
                  coalesce(range_agg(source.period) filter (where source.methods & 1 <> 0), '{EmptyRange}') as video,
                  coalesce(range_agg(source.period) filter (where source.methods & 2 <> 0), '{EmptyRange}') as audio,
                  coalesce(range_agg(source.period) filter (where source.methods & 8 <> 0), '{EmptyRange}') as cctv
                from (
                  select link_shown.methods, link_shown.period, link_shown.starts from link_shown
                  where link_shown.activity_id = activity.activity_id and link_shown.item = asked.item and link_shown.state = 'confirmed'
                  union all
                  select clip.methods, case when clip.kind <> 'photo' then tstzrange(placed.starts, placed.ends) end, placed.starts
                  from clip cross join lateral (select
                    coalesce(clip.corrected_from, clip.recorded_from) as starts,
                    case when clip.corrected_from is null then clip.recorded_to else clip.corrected_to end as ends) placed
                  where clip.clip_id = any (asked.clips) and placed.starts is not null and (clip.kind = 'photo' or placed.ends is not null)) source
                where case when source.period is null
                  then source.starts between activity.begins - item.tolerance_s * interval '1 second' and activity.ends + item.tolerance_s * interval '1 second'
                  else source.period && tstzrange(activity.begins, activity.ends) end) shown
              cross join lateral (select case when item.mode = 'full' and shown.seen > 0
                then methods_cover(item.alternatives, span.whole, shown.video, shown.audio, shown.cctv, shown.seen & 4 <> 0) else '{EmptyRange}' end as covered) solid
              cross join lateral (select range_agg(hole) as missing
                from unnest(span.whole - solid.covered) hole
                where isempty(solid.covered) or upper(hole) - lower(hole) > greatest(item.tolerance_s * interval '1 second', interval '40 milliseconds')) gap
            where {CaseTable.Visible}
            """,
            new
            {
                numbers = asked.Select(one => one.n).ToArray(),
                activities = asked.Select(one => one.query.Activity.Value).ToArray(),
                items = asked.Select(one => one.query.Item).ToArray(),
                clips = asked.Select(one => one.clip.Value).ToArray(),
                viewer.SeesAll,
                viewer.Units,
                viewer.Officer,
            },
            cancellationToken: ct))).ToDictionary(raw => raw.N);
        return [.. queries.Select((_, n) => found.GetValueOrDefault(n)?.Forecast())];
    }

    private const string EmptyRange = "{}";

    private sealed record Raw
    {
        public required int N { get; init; }

        public required ActivityId Activity { get; init; }

        public required string Item { get; init; }

        public required string Mode { get; init; }

        public required DateTimeOffset Begins { get; init; }

        public required DateTimeOffset Ends { get; init; }

        public required bool Good { get; init; }

        public NpgsqlRange<DateTime>[]? Covered { get; init; }

        public NpgsqlRange<DateTime>[]? Missing { get; init; }

        public LinkForecast Forecast() => new()
        {
            Activity = Activity,
            Item = Item,
            Mode = Mode,
            Begins = Begins,
            Ends = Ends,
            Good = Good,
            Covered = Period.Of(Covered),
            Missing = Period.Of(Missing),
        };
    }
}
