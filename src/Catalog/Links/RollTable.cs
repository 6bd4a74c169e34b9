using System.Text.Json;
using Dapper;
using Npgsql;

namespace YaoAn.Catalog;

/// <summary>SQL that reads what suggestions are decided on. The clips that it names for a decision are marked as decided about in the same transaction.</summary>
internal static class RollTable
{
    /// <summary>More files than a recorder brings of a day, or of a time with a reset clock.</summary>
    private const int MostClips = 500;

    /// <summary>A recording may begin so long before its activity, and end so long after it.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan s_firstRoll = TimeSpan.FromDays(7);

    /// <summary>
    /// Files of one clock go together by the day, which begins at four in the morning; those whose clock had been reset by the docking.
    /// <c>clip</c> and <c>own</c>, its first sighting, are the names.
    /// </summary>
    private const string Day =
        """
        case when coalesce(clip.corrected_from, clip.recorded_from) between own.attached_at - interval '366 days' and own.attached_at + interval '10 minutes' or clip.corrected_from is not null
          then ((coalesce(clip.corrected_from, clip.recorded_from) - interval '4 hours') at time zone '+08')::date end
        """;

    /// <summary>Reads the roll of a clip, and marks what is decided about.</summary>
    /// <returns>Null where there is no such clip, or nothing can be seen or heard in it.</returns>
    public static async Task<Roll?> ReadAsync(NpgsqlTransaction transaction, ClipId clip, DateTimeOffset now, CancellationToken ct)
    {
        var connection = transaction.Connection!;
        if (await connection.QuerySingleOrDefaultAsync<Key>(new CommandDefinition(
            $"""
            select own.session_id, own.recorder_key, own.attached_at, {Day} as day, recorder.recorder_id, recorder.unit_id, coalesce(recorder.pool, false) as pool,
              coalesce(recorder.kind = 'cctv', false) as fixed_camera, clip.sidecar or clip.kind = 'data' as shows_nothing,
              (select max(before.attached_at) from dock_session before where lower(before.recorder) = lower(own.recorder) and before.attached_at < own.attached_at) as docked_before
            from clip
              join provenance own on own.intake_id = clip.clip_id
              left join recorder on lower(recorder.serial) = lower(own.recorder)
            where clip.clip_id = @clip
            """,
            new { clip },
            transaction,
            cancellationToken: ct)) is not { ShowsNothing: false } key)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """update clip set suggested_at = @now where clip_id = @clip""", new { clip, now }, transaction, cancellationToken: ct));
            return null;
        }
        // First the rows, then what stands beside them: who changes that waits, or was before us.
        var decides = (await connection.QueryAsync<Guid>(new CommandDefinition(
            $"""
            with deciding as (
              select clip.clip_id
              from provenance own join clip on clip.clip_id = own.clip_id
              where own.session_id = @SessionId and own.recorder_key = @RecorderKey and own.intake_id = own.clip_id
                and not clip.sidecar and clip.kind <> 'data' and (clip.suggested_at is not null or clip.stage = 'linked' or clip.clip_id = @clip) and {Day} is not distinct from @Day
              order by clip.clip_id = @clip desc, clip.recorded_from, clip.clip_id
              limit @MostClips
            ), locked as (
              select clip.clip_id from clip where clip.clip_id in (select clip_id from deciding) order by clip.clip_id for no key update
            )
            update clip set suggested_at = @now from locked where clip.clip_id = locked.clip_id
            returning clip.clip_id
            """,
            new { key.SessionId, key.RecorderKey, key.Day, clip, now, MostClips },
            transaction,
            cancellationToken: ct))).ToHashSet();
        var clips = (await connection.QueryAsync<ClipLine>(new CommandDefinition(
            $"""
            select clip.clip_id, clip.kind, clip.methods, coalesce(clip.corrected_from, clip.recorded_from) as "from",
              case when clip.kind <> 'photo' then case when clip.corrected_from is null then clip.recorded_to else clip.corrected_to end end as "to",
              clip.clock_within_ms, clip.recording, clip.sequence, media.latitude, media.longitude, clip.officers, clip.units,
              case when clip.officers = '{"{}"}' then nullif(ltrim(own.person, '0'), '') end as person,
              exists (select from not_enforcement where not_enforcement.clip_id = clip.clip_id) as not_enforcement,
              array(select distinct allocation.officer_id from allocation
                where allocation.recorder_id = @RecorderId and clip.officers = '{"{}"}' and allocation.during && case when {Day} is null
                  then tstzrange(coalesce(@DockedBefore::timestamptz, own.attached_at - @FirstRoll), own.attached_at, '[]')
                  else tstzrange(coalesce(clip.corrected_from, clip.recorded_from) - interval '10 minutes', coalesce(clip.corrected_from, clip.recorded_from) + interval '10 minutes', '[]') end)
                as holders,
              (select json_agg(json_build_object('activity', link.activity_id, 'item', link.item, 'part', coalesce(link.part_from_ms, link.part_to_ms) is not null,
                  'state', link.state, 'rank', link.rank, 'score', link.score, 'reasons', link.reasons))::text
                from link where link.clip_id = clip.clip_id) as links
            from provenance own
              join clip on clip.clip_id = own.clip_id
              left join media on media.clip_id = clip.clip_id
            where own.session_id = @SessionId and own.recorder_key = @RecorderKey and own.intake_id = own.clip_id and not clip.sidecar and clip.kind <> 'data'
              and (clip.clip_id = any (@decides) or @Day::date is null and clip.stage = 'linked' and {Day} is not null)
            """,
            new { key.SessionId, key.RecorderKey, key.RecorderId, key.DockedBefore, key.Day, FirstRoll = s_firstRoll, decides = decides.ToArray() },
            transaction,
            cancellationToken: ct))).AsList();
        var named = await NamedAsync(transaction, [.. clips.Select(line => line.Person).OfType<string>().Distinct()], ct);
        var roll = new Roll
        {
            Clips = [.. clips.Select(line => line.ToClip(named, decides))],
            Activities = [],
            Pool = key.Pool,
            FixedCamera = key.FixedCamera,
            Unit = key.UnitId,
            DockedBefore = key.DockedBefore,
            DockedAt = key.AttachedAt,
        };
        return roll with { Activities = await ActivitiesAsync(transaction, roll, key.Day is null, ct) };
    }

    /// <summary>Officers by the digits of their numbers, as names of files have them.</summary>
    private static async Task<ILookup<string, OfficerId>> NamedAsync(NpgsqlTransaction transaction, string[] persons, CancellationToken ct) =>
        (persons.Length == 0 ? [] : await transaction.Connection!.QueryAsync<(string Person, OfficerId Officer)>(new CommandDefinition(
            """
            select ltrim(regexp_replace(number, '\D', '', 'g'), '0'), officer_id from officer where ltrim(regexp_replace(number, '\D', '', 'g'), '0') = any (@persons)
            """,
            new { persons },
            transaction,
            cancellationToken: ct))).ToLookup(row => row.Person, row => row.Officer, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<RollActivity>> ActivitiesAsync(NpgsqlTransaction transaction, Roll roll, bool reset, CancellationToken ct)
    {
        var times = roll.Clips.Where(clip => clip.Decides && clip.From is not null).ToList();
        if (times.Count == 0)
            return [];
        var (from, to) = reset
            ? (roll.DockedBefore ?? roll.DockedAt - s_firstRoll, roll.DockedAt)
            : (times.Min(clip => clip.From!.Value) - s_margin, times.Max(clip => clip.To ?? clip.From!.Value) + s_margin);
        var units = roll.Clips.SelectMany(clip => clip.Units).Append(roll.Unit ?? default).Where(unit => unit != default).Select(unit => unit.Value).Distinct().ToArray();
        var officers = roll.Clips.SelectMany(clip => clip.Officers.Concat(clip.Holders).Concat(clip.Named)).Select(officer => officer.Value).Distinct().ToArray();
        return [.. (await transaction.Connection!.QueryAsync<ActivityLine>(new CommandDefinition(
            """
            select activity.activity_id, activity.case_id, case_file.unit_id as unit, activity.officers, activity.begins, activity.ends, activity.latitude, activity.longitude,
              activity.planned, case_file.state in ('open', 'returned') as open, coalesce(policy.auto_confirm, false) as auto_confirm,
              array(select officer.name from unnest(activity.officers) with ordinality as o (id, place) join officer on officer.officer_id = o.id order by o.place) as names,
              exists (select from activity earlier
                where earlier.case_id = activity.case_id and earlier.withdrawn_at is null and not earlier.planned
                  and step_place(earlier.step) > step_place(activity.step) and earlier.ends <= activity.begins) as out_of_order,
              (select json_agg(json_build_object('code', item.code, 'alternatives', item.alternatives, 'key', item.mode = 'key',
                  'shown', array(select link.clip_id from link where link.activity_id = activity.activity_id and link.item = item.code and link.state = 'confirmed')))::text
                from checklist_item item where item.checklist_id = case_file.checklist_id and item.code = any (activity.items)) as items
            from activity
              join case_file on case_file.case_id = activity.case_id
              left join unit_policy_in_force policy on policy.unit_id = case_file.unit_id
            where activity.begins between @from - interval '24 hours' and @to and activity.ends >= @from and activity.withdrawn_at is null
              and (activity.officers && @officers or case_file.unit_id = any (@units))
            order by activity.begins, activity.activity_id
            limit 1000
            """,
            new { from, to, officers, units },
            transaction,
            cancellationToken: ct))).Where(line => line.Items is not null).Select(line => line.ToActivity())];
    }

    private sealed record Key
    {
        public SessionId SessionId { get; init; }

        public string RecorderKey { get; init; } = "";

        public DateTimeOffset AttachedAt { get; init; }

        public DateTime? Day { get; init; }

        public RecorderId? RecorderId { get; init; }

        public UnitId? UnitId { get; init; }

        public bool Pool { get; init; }

        public bool FixedCamera { get; init; }

        public bool ShowsNothing { get; init; }

        public DateTimeOffset? DockedBefore { get; init; }
    }

    private sealed record ClipLine
    {
        private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

        public ClipId ClipId { get; init; }

        public ClipKind Kind { get; init; }

        public short Methods { get; init; }

        public DateTimeOffset? From { get; init; }

        public DateTimeOffset? To { get; init; }

        public long? ClockWithinMs { get; init; }

        public Guid? Recording { get; init; }

        public long? Sequence { get; init; }

        public double? Latitude { get; init; }

        public double? Longitude { get; init; }

        public Guid[] Officers { get; init; } = [];

        public Guid[] Units { get; init; } = [];

        public Guid[] Holders { get; init; } = [];

        public string? Person { get; init; }

        public bool NotEnforcement { get; init; }

        public string? Links { get; init; }

        public RollClip ToClip(ILookup<string, OfficerId> named, HashSet<Guid> decides) => new()
        {
            ClipId = ClipId,
            Kind = Kind,
            Methods = (Methods)Methods,
            From = From,
            To = To,
            Within = ClockWithinMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Recording = Recording is { } first ? new ClipId(first) : null,
            Sequence = Sequence,
            Latitude = Latitude,
            Longitude = Longitude,
            Officers = [.. Officers.Select(id => new OfficerId(id))],
            Units = [.. Units.Select(id => new UnitId(id))],
            Holders = [.. Holders.Select(id => new OfficerId(id))],
            Named = Person is null ? [] : [.. named[Person]],
            Person = Person,
            NotEnforcement = NotEnforcement,
            Decides = decides.Contains(ClipId.Value),
            Links = Links is null ? [] : [.. JsonSerializer.Deserialize<List<LinkLine>>(Links, s_json)!.Select(link => link.ToLink())],
        };
    }

    private sealed record LinkLine(Guid Activity, string Item, bool Part, string State, int? Rank, int? Score, List<LinkReason> Reasons)
    {
        public RollLink ToLink() => new(new ActivityId(Activity), Item, Part, State, Rank, Score, Reasons);
    }

    private sealed record ItemLine(string Code, short[] Alternatives, bool Key, Guid[] Shown);

    private sealed record ActivityLine
    {
        private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

        public ActivityId ActivityId { get; init; }

        public CaseId CaseId { get; init; }

        public UnitId Unit { get; init; }

        public Guid[] Officers { get; init; } = [];

        public string[] Names { get; init; } = [];

        public DateTimeOffset Begins { get; init; }

        public DateTimeOffset Ends { get; init; }

        public double? Latitude { get; init; }

        public double? Longitude { get; init; }

        public bool Planned { get; init; }

        public bool OutOfOrder { get; init; }

        public bool Open { get; init; }

        public bool AutoConfirm { get; init; }

        public string? Items { get; init; }

        public RollActivity ToActivity() => new()
        {
            ActivityId = ActivityId,
            CaseId = CaseId,
            Unit = Unit,
            Officers = [.. Officers.Select(id => new OfficerId(id))],
            Names = Names,
            Begins = Begins,
            Ends = Ends,
            Latitude = Latitude,
            Longitude = Longitude,
            Planned = Planned,
            OutOfOrder = OutOfOrder,
            Open = Open,
            AutoConfirm = AutoConfirm,
            Items = [.. JsonSerializer.Deserialize<List<ItemLine>>(Items!, s_json)!.Select(item => new RollItem(
                item.Code, item.Alternatives.Aggregate(Methods.None, (all, one) => all | (Methods)one), item.Key, [.. item.Shown.Select(id => new ClipId(id))]))],
        };
    }
}
