using System.Globalization;
using YaoAn.Tests.Station;

namespace YaoAn.Benchmarks;

/// <summary>
/// Five years of a bureau's recorders: each was out for twelve hours every nine days and docked after it. Four in five are out since five days;
/// of these and the rest every fourth was not docked since.
/// </summary>
internal static class YearsOfEquipment
{
    private const int Hours = 5 * 365 * 24;

    public static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"BN{number:00000}");

    public static string OfficerNumber(int number) => string.Create(CultureInfo.InvariantCulture, $"{number:700000}");

    public static int Held(int recorders) => Every(recorders, number => number % 5 != 0);

    public static int NotReturned(int recorders) => Every(recorders, number => number % 10 == 1);

    public static int Undocked(int recorders) => Every(recorders, number => number % 4 == 0);

    public static int BadClock(int recorders) => Every(recorders, number => number % 7 == 0);

    public static int LowSpace(int recorders) => Every(recorders, number => number % 6 == 0);

    public static async Task MakeAsync(StationTable table, int recorders, int periods)
    {
        await table.ExecuteAsync(
            """
            insert into unit (unit_id, code, name, kind, changed_at) values (gen_random_uuid(), 'BENCH', '交通运输综合行政执法大队', 'brigade', now());
            insert into unit (unit_id, code, name, kind, parent_id, officers_per_recorder, changed_at)
            select gen_random_uuid(), 'BENCH-' || i, '第 ' || i || ' 中队', 'squad', unit_id, 1, now() from unit, generate_series(0, 24) i where code = 'BENCH';

            insert into officer (officer_id, number, name, since, changed_at)
            select gen_random_uuid(), to_char(700000 + i, 'FM000000'), '人员' || i, current_date - 2000, now() from generate_series(0, @recorders - 1) i;
            insert into officer_unit (officer_id, unit_id, during)
            select officer_id, unit_id, daterange(current_date - 2000, null) from officer join unit on code = 'BENCH-' || (number::int - 700000) % 25 where number >= '700000';

            insert into recorder (recorder_id, serial, kind, unit_id, state, changed_at)
            select gen_random_uuid(), to_char(i, '"BN"FM00000'), 'body', unit_id, 'in-use', now()
            from generate_series(0, @recorders - 1) i join unit on code = 'BENCH-' || i % 25;
            insert into recorder_clock (recorder, device_at, offset_ms, within_ms, source)
            select lower(serial), now(), case when substr(serial, 3)::int % 7 = 0 then 600000 else 900 end, 1000, 'entry' from recorder;
            """,
            new { recorders });
        // Made in the order of time, as years make it.
        await table.ExecuteAsync(
            """
            create temporary table turn as
            select recorder_id, officer_id, serial, n, k, k = @periods - 1 as is_last,
              now() - interval '5 days' - (@periods - 1 - k) * (@hours / @periods) * interval '1 hour' as began
            from (select *, substr(serial, 3)::int as n from recorder) numbered
              cross join generate_series(0, @periods - 1) k
              join officer on officer.number = to_char(700000 + (n + k) % @recorders, 'FM000000')
            order by k, n;
            insert into allocation (allocation_id, recorder_id, officer_id, during, due_at, issued_by, returned_by)
            select gen_random_uuid(), recorder_id, officer_id, tstzrange(began, case when not is_last or n % 5 = 0 then began + interval '12 hours' end),
              case when is_last and n % 10 = 1 then now() - interval '2 hours' end, 'desk', case when not is_last or n % 5 = 0 then 'desk' end
            from turn;
            insert into dock_session (session_id, station, slot, source, recorder_key, recorder, recorder_by, attached_at, detached_at, free_bytes, total_bytes)
            select gen_random_uuid(), 'station-1', 1 + n % 8, 'dock', serial, serial, 'binding', came, came + interval '2 hours',
              case when n % 6 = 0 then 640000000 else 60000000000 end, 64000000000
            from turn cross join lateral (select case when is_last then now() - interval '3 hours' else began + interval '13 hours' end as came) docked
            where not is_last or n % 4 <> 0;
            drop table turn;
            analyze;
            """,
            new { recorders, periods, hours = Hours });
    }

    private static int Every(int recorders, Func<int, bool> which) => Enumerable.Range(0, recorders).Count(which);
}
