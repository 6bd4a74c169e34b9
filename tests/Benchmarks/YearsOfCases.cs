using System.Globalization;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// 140 weeks of a bureau's cases: each has one activity in each of the seven steps, on days that follow one another, and on average twelve and a half clips. Seven
/// film (of the filing, photograph) the activities; four come from a second camera and last ten minutes; one or two are linked with nothing. Of every fourth case ten
/// minutes of the questioning are missing, of every fifth the statement is only suggested.
/// </summary>
internal static class YearsOfCases
{
    public const int Squads = 25, Officers = 500, Weeks = 140, Steps = 7, MissingMs = 600_000;

    /// <summary>The cases of one week, in the middle.</summary>
    public static (int From, int To) Week(int cases) => (cases / Weeks * 70, cases / Weeks * 71);

    public static int Clips(int cases) => cases / 2 * 25;

    public static string Number(int @case) => string.Create(CultureInfo.InvariantCulture, $"姚交罚〔2025〕{@case:000000}号");

    public static string OfficerNumber(int number) => string.Create(CultureInfo.InvariantCulture, $"{number:800000}");

    /// <summary>File names of a case's clips have this in them.</summary>
    public static string Name(int @case) => string.Create(CultureInfo.InvariantCulture, $"CASE{@case:000000}");

    /// <summary>Whether the questioning (T11) has a gap.</summary>
    public static bool HasGap(int @case) => @case % 4 == 0;

    /// <summary>Whether the statement (T19) has suggestions alone.</summary>
    public static bool IsOnlySuggested(int @case) => @case % 5 == 0;

    public static int Satisfied(int @case) => Steps - (HasGap(@case) ? 1 : 0) - (IsOnlySuggested(@case) ? 1 : 0);

    /// <summary>Of a squad's cases those that are open have begun within so many days.</summary>
    public const int OpenDays = 90;

    /// <summary>The bureau's day on which the years were made; the server may be in another zone.</summary>
    public static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(8));

    public static async Task MakeAsync(StationTable table, int cases)
    {
        await table.ExecuteAsync(Dated(People));
        await table.ExecuteAsync(WithoutIndexes);
        foreach (var sql in new[] { Cases, Activities, Clip, Media, Sightings, Links })
            await table.ExecuteAsync(Dated(sql), new { cases, days = Weeks * 7 });
        await table.ExecuteAsync(WithIndexes);
        await table.ExecuteAsync("vacuum analyze");
    }

    private static string Dated(string sql) => sql.Replace("current_date", string.Create(CultureInfo.InvariantCulture, $"date '{Today:yyyy-MM-dd}'"), StringComparison.Ordinal);

    private const string People =
        """
        create schema bench;
        -- Ids that grow with the number, as those of the product grow with the time.
        create function bench.id(kind integer, n bigint) returns uuid language sql immutable parallel safe as
          $$ select (lpad(to_hex(n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8000' || '000000000000')::uuid $$;

        insert into unit (unit_id, code, name, kind, changed_at) values (bench.id(1, 1000), 'YEARS', '交通运输综合行政执法大队', 'brigade', now());
        insert into unit (unit_id, code, name, kind, parent_id, changed_at) select bench.id(1, u), 'YEARS-' || u, '第 ' || u || ' 中队', 'squad', bench.id(1, 1000), now() from generate_series(0, 24) u;
        insert into officer (officer_id, number, name, since, changed_at) select bench.id(2, o), to_char(800000 + o, 'FM000000'), '人员' || o, current_date - 2000, now() from generate_series(0, 499) o;
        insert into officer_unit (officer_id, unit_id, during) select bench.id(2, o), bench.id(1, o % 25), daterange(current_date - 2000, null) from generate_series(0, 499) o;
        """;

    /// <summary>What an index holds is the same however it was made; made at the end it takes a tenth of the time.</summary>
    private const string WithoutIndexes =
        """
        create table bench.kept as
        select format('create %s', substr(indexdef, 8)) as make, indexname as name
        from pg_indexes where schemaname = current_schema and tablename in ('clip', 'media', 'provenance', 'link', 'activity', 'case_file')
          and not exists (select from pg_constraint where conname = indexname and connamespace = current_schema::regnamespace);
        do $$ declare one record; begin for one in select * from bench.kept loop execute format('drop index %I', one.name); end loop; end $$;
        alter table clip drop constraint clip_sha256_key;
        alter table provenance drop constraint provenance_sighting_key;
        alter table link drop constraint link_once;
        alter table clip disable trigger user; alter table media disable trigger user; alter table link disable trigger user;
        alter table activity disable trigger user; alter table case_file disable trigger user;
        """;

    private const string Cases =
        """
        insert into case_file (case_id, number, action, title, unit_id, officers, seen_by, parties, plates, opened_on, closed_on, state, origin, checklist_id, changed_at)
        select bench.id(3, i), to_char(i, '"姚交罚〔2025〕"FM000000"号"'), 'penalty', '未取得道路货物运输经营许可', bench.id(1, i % 25), two, two,
          jsonb_build_array(jsonb_build_object('name', '当事人' || i, 'kind', 'person')), array[to_char(i % 100000, '"云E"FM00000')],
          opened, case when opened < current_date - 90 then opened + 20 end, case when opened < current_date - 90 then 'closed' else 'open' end, 'api',
          (select checklist_id from checklist where state = 'published' order by number desc limit 1), now()
        from (select i, current_date - 10 - @days + (i::bigint * @days / @cases)::integer as opened,
            array[bench.id(2, i % 25 + 25 * (i / 25 % 20)), bench.id(2, i % 25 + 25 * ((i / 25 + 1) % 20))] as two
          from generate_series(0, @cases - 1) i) numbered;
        insert into case_step (case_id, step, reached_on)
        select case_id, step, opened_on + (place - 1)::integer
        from case_file, unnest(array['filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution']) with ordinality as s (step, place)
        where origin = 'api';
        """;

    private const string Activities =
        """
        insert into activity (activity_id, case_id, external_id, step, items, officers, place, begins, ends, planned, suggested_at)
        select bench.id(4, i * 7 + k), bench.id(3, i), 'a' || k, (array['filing', 'investigation', 'evidence', 'review', 'decision', 'service', 'execution'])[k + 1],
          array[(array['T08', 'T09', 'T11', 'T19', 'T10', 'T22', 'T25'])[k + 1]], officers, '南永线K12', begins, begins + interval '30 minutes', false, now()
        from generate_series(0::bigint, @cases - 1) i join case_file on case_id = bench.id(3, i), generate_series(0, 6) k
          cross join lateral (select (opened_on + k + time '08:00') at time zone '+08' + i % 17 * interval '30 minutes' as begins) placed
        order by i, k;
        """;

    /// <summary>Place 0 to 6: the activity's own clip; 7 to 10: the second camera; 11 and 12: neither.</summary>
    private const string Clip =
        """
        create table bench.film as
        select j, i, k, case when k < 7 then k when k < 11 then (array[0, 1, 2, 4])[k - 6] else 6 end as a
        from (select j, j / 25 * 2 + (j % 25) / 13 as i, case when j % 25 >= 13 then j % 25 - 13 else j % 25 end as k from generate_series(0, @cases::bigint / 2 * 25 - 1) j) placed;
        insert into clip (clip_id, sha256, size_bytes, kind, stage, preview_state, sidecar, sample, station, slot, recorder, display_name, received_at, recorded_from, recorded_to,
          recorded_source, clock_offset_ms, clock_within_ms, clock_by, corrected_from, corrected_to, stored_at, verified_at, locked_until, lock_strength, officers, units, methods, filed, suggested, suggested_at)
        select bench.id(5, j), sha256(j::text::bytea), 400000000, kind, 'linked', 'ready', false, false, 'station-1', 1 + j % 8, 'YR' || (i % 500), to_char(i, '"DSJ_CASE"FM000000"_"') || k || '.mp4',
          starts + interval '8 hours', starts, over_at.ends, 'name', 0, 1000, 'entry', starts, over_at.ends, starts + interval '8 hours', starts + interval '8 hours', starts + interval '183 days', 'enforced',
          array[case_file.officers[case when k between 7 and 10 then 2 else 1 end]], array[case_file.unit_id], case when kind = 'photo' then 4 else 3 end, filed, k = 3 and i % 5 = 0 or k = 11 and i % 4 = 1, now()
        from bench.film
          join case_file on case_file.case_id = bench.id(3, i) join activity on activity.activity_id = bench.id(4, i * 7 + a)
          cross join lateral (select
            case when k = 0 then 'photo' else 'video' end as kind,
            activity.begins + case k when 11 then interval '3 hours' when 12 then interval '6 hours' else '0' end as starts,
            case when k >= 11 or k = 3 and i % 5 = 0 then case when k = 12 and i % 40 = 0 then 'not-enforcement' else 'unlinked' end else 'linked' end as filed) told
          cross join lateral (select starts + case when k = 0 then interval '0' when k = 2 and i % 4 = 0 then interval '20 minutes' when k between 7 and 10 then interval '10 minutes' else interval '30 minutes' end as ends) over_at
        order by j;
        insert into not_enforcement (clip_id, reason, account_id, account, at)
        select clip_id, 'test', (select account_id from account order by account_id limit 1), 'bench', received_at from clip where filed = 'not-enforcement';
        """;

    private const string Media =
        """
        insert into media (clip_id, container, duration_ms, video_codec, pixel_format, width, height, audio_codec, plays, tags, probed_at, tool)
        select clip_id, 'mov,mp4,m4a,3gp,3g2,mj2', extract(epoch from recorded_to - recorded_from) * 1000, 'h264', 'yuv420p', 1920, 1080, 'aac', 'original', '{}', received_at, 'bench' from clip;
        """;

    private const string Sightings =
        """
        insert into provenance (intake_id, clip_id, recorder_key, recorder, recorder_by, station, slot, session_id, source, raw_path, display_path, size_bytes, modified_at, attached_at, spooled_at, manifest)
        select clip_id, clip_id, recorder, recorder, 'binding', station, slot, clip_id, 'dock', convert_to(display_name, 'UTF8'), display_name, size_bytes, recorded_from, received_at, received_at, '\x7b7d' from clip;
        """;

    private const string Links =
        """
        insert into link (link_id, clip_id, activity_id, item, state, rank, score, auto, made_by, made_at, account, decided_at)
        select bench.id(6, j), bench.id(5, j), bench.id(4, i * 7 + a), (array['T08', 'T09', 'T11', 'T19', 'T10', 'T22', 'T25'])[a + 1], state,
          case when state = 'suggested' then 1 end, case when state = 'suggested' then 80 end, false, 'bench', now(), 'bench', case when state = 'confirmed' then now() end
        from (select *, case when k = 3 and i % 5 = 0 or k = 11 then 'suggested' else 'confirmed' end as state from bench.film where k < 11 or k = 11 and i % 4 = 1) told
        order by j;
        """;

    private const string WithIndexes =
        """
        set maintenance_work_mem = '1GB';
        do $$ declare one record; begin for one in select * from bench.kept loop execute one.make; end loop; end $$;
        alter table clip add constraint clip_sha256_key unique (sha256);
        alter table provenance add constraint provenance_sighting_key unique (recorder_key, raw_path, size_bytes, modified_at, clip_id);
        alter table link add constraint link_once unique nulls not distinct (clip_id, activity_id, item, part_from_ms, part_to_ms);
        alter table clip enable trigger user; alter table media enable trigger user; alter table link enable trigger user;
        alter table activity enable trigger user; alter table case_file enable trigger user;
        drop table bench.film, bench.kept;
        """;
}
