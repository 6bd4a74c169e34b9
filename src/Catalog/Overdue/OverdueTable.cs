using Dapper;

namespace YaoAn.Catalog;

/// <summary>
/// SQL of what is overdue. Every list and its count stand on the same text, and each is worked out when it is asked for: nothing has to be kept
/// right in the background.
/// </summary>
public sealed class OverdueTable(CatalogDatabase database)
{
    /// <summary>A recorder of a unit within reach, in use.</summary>
    private const string Within =
        """
        (@Reach::uuid[] is null or recorder.unit_id = any(@Reach))
        and (@Unit::text is null or recorder.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
        """;

    private const string Recorder =
        """
        recorder.serial, recorder.kind, unit.name as unit_name, officer.number as officer, officer.name as officer_name
        """;

    /// <summary>Its last allocation, whether it goes on or not, and the last time that it was in a slot.</summary>
    private const string Undocked =
        $"""
        recorder
          join unit on unit.unit_id = recorder.unit_id
          join lateral (select * from allocation where allocation.recorder_id = recorder.recorder_id order by lower(allocation.during) desc limit 1) held on true
          join officer on officer.officer_id = held.officer_id
          left join lateral (
            select attached_at, detached_at from dock_session
            where lower(dock_session.recorder) = lower(recorder.serial) and dock_session.source <> 'browser'
            order by attached_at desc limit 1) docked on true
          cross join lateral (select greatest(lower(held.during), docked.detached_at) as out_since) since
          cross join lateral (
            select least(upper(held.during), case when held.due_at > out_since then held.due_at end, out_since + @LongestShift) as duty_ended_at) duty
        where recorder.state = 'in-use' and {Within}
          and (@Officer::uuid is null or held.officer_id = @Officer)
          -- In a slot now; or put into one after the duty began: the wait is over. Taken out after it was returned: that is no duty.
          and (docked.attached_at is null or docked.detached_at is not null)
          and (upper_inf(held.during) or out_since < upper(held.during))
          and duty_ended_at + @DockWithin < @Now
        """;

    private const string Held =
        $"""
        recorder
          join unit on unit.unit_id = recorder.unit_id
          join allocation on allocation.recorder_id = recorder.recorder_id and upper_inf(allocation.during)
          join officer on officer.officer_id = allocation.officer_id
        where {Within} and allocation.due_at < @Now and (@Officer::uuid is null or allocation.officer_id = @Officer)
        """;

    private const string HolderOrNobody =
        """
        recorder
          join unit on unit.unit_id = recorder.unit_id
          left join allocation on allocation.recorder_id = recorder.recorder_id and upper_inf(allocation.during)
          left join officer on officer.officer_id = allocation.officer_id
        """;

    private const string LowSpace =
        $"""
        {HolderOrNobody}
          join lateral (
            select free_bytes, total_bytes, attached_at as seen_at from dock_session
            where lower(dock_session.recorder) = lower(recorder.serial) and total_bytes > 0
            order by attached_at desc limit 1) space on true
        where recorder.state = 'in-use' and {Within} and (@Officer::uuid is null or allocation.officer_id = @Officer)
          and space.free_bytes * 100 < space.total_bytes * @LeastFreePercent
        """;

    private static readonly string s_badClock =
        $"""
        {HolderOrNobody}
          join recorder_clock clock on clock.recorder = lower(recorder.serial)
        where recorder.state = 'in-use' and {Within} and (@Officer::uuid is null or allocation.officer_id = @Officer)
          and (abs(clock.offset_ms) > @WarningMs or abs(clock.drift_ms_per_day) - clock.drift_within_ms > {ClockCorrection.DriftMsPerDay})
        """;

    /// <summary>Clips by their first sighting, which has the id of its clip.</summary>
    private const string Late =
        """
        clip
          join provenance first on first.intake_id = clip.clip_id
          left join officer on officer.officer_id = first.officer_id
          left join unit on unit.unit_id = first.unit_id
        where not clip.sidecar and not clip.sample
          and coalesce(clip.corrected_to, clip.recorded_to) is not null
          and clip.received_at - coalesce(clip.corrected_to, clip.recorded_to) > @HandInWithin
          and clip.received_at > @LateFrom
          and (@Reach::uuid[] is null or first.unit_id = any(@Reach))
          and (@Unit::text is null or first.unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
          and (@Officer::uuid is null or first.officer_id = @Officer)
        """;

    private const string BelowStandard =
        """
        (select tree.unit_id, tree.code, tree.name, tree.place, tree.standard as officers_per_recorder,
            (select count(*) from officer_unit where officer_unit.unit_id = tree.unit_id and officer_unit.during @> @Today) as officers,
            (select count(*) from recorder
              where recorder.unit_id = tree.unit_id and recorder.state = 'in-use' and recorder.kind in ('body', 'terminal')) as recorders
          from tree where tree.closed_on is null and tree.standard is not null) equipped
          cross join lateral (select (officers + officers_per_recorder - 1) / officers_per_recorder as needed) need
        where recorders < needed
          and (@Reach::uuid[] is null or unit_id = any(@Reach))
          and (@Unit::text is null or unit_id in (select unit_and_below(root.unit_id) from unit root where lower(root.code) = lower(@Unit)))
        """;

    /// <summary>All counts at once.</summary>
    public async Task<OverdueCounts> CountsAsync(OverdueScope scope, OverdueRules rules, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleAsync<OverdueCounts>(new CommandDefinition(
            $"""
            {UnitTable.Tree}
            select
              (select count(*) from {Undocked}) as undocked,
              (select count(*) from {Late}) as late,
              (select count(*) from {Held}) as returns,
              (select count(*) from {LowSpace}) as space,
              (select count(*) from {s_badClock}) as clock,
              (select count(*) from {BelowStandard}) as standard
            """,
            Parameters(scope, rules, now),
            cancellationToken: ct));
    }

    /// <summary>Recorders not docked since their last duty, the longest overdue first.</summary>
    public Task<IReadOnlyList<UndockedRow>> UndockedAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<UndockedRow>(
            $"""
            select {Recorder}, out_since, duty_ended_at, duty_ended_at + @DockWithin as dock_by, docked.attached_at as last_docked_at
            from {Undocked} order by duty_ended_at, recorder.serial limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    /// <summary>Recorders not back in time, the longest overdue first.</summary>
    public Task<IReadOnlyList<NotReturnedRow>> NotReturnedAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<NotReturnedRow>(
            $"""
            select {Recorder}, lower(allocation.during) as held_since, allocation.due_at from {Held} order by allocation.due_at, recorder.serial limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    /// <summary>Recorders low on space, the fullest first.</summary>
    public Task<IReadOnlyList<LowSpaceRow>> LowSpaceAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<LowSpaceRow>(
            $"""
            select {Recorder}, space.free_bytes, space.total_bytes, space.seen_at from {LowSpace}
            order by space.free_bytes::float8 / space.total_bytes, recorder.serial limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    /// <summary>Recorders with a bad clock, the worst first.</summary>
    public Task<IReadOnlyList<BadClockRow>> BadClockAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<BadClockRow>(
            $"""
            select {Recorder}, clock.device_at, clock.offset_ms, clock.within_ms, clock.source, clock.drift_ms_per_day, clock.drift_within_ms from {s_badClock}
            order by abs(clock.offset_ms) desc, recorder.serial limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    /// <summary>Who handed in recordings late, the most first.</summary>
    public Task<IReadOnlyList<LateOfficerRow>> LateAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<LateOfficerRow>(
            $"""
            select officer.number as officer, officer.name as officer_name, unit.name as unit_name, count(*) as files,
              max(clip.received_at - coalesce(clip.corrected_to, clip.recorded_to)) as longest, max(clip.received_at) as last_at
            from {Late} group by officer.number, officer.name, unit.name order by count(*) desc, officer.number limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    /// <summary>Units below their equipment standard, in the order of the tree.</summary>
    public Task<IReadOnlyList<BelowStandardRow>> BelowStandardAsync(OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct) =>
        ListAsync<BelowStandardRow>(
            $"""
            {UnitTable.Tree}
            select code, name, officers_per_recorder, officers, recorders, needed from {BelowStandard} order by place limit @most
            """,
            scope,
            rules,
            most,
            now,
            ct);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, OverdueScope scope, OverdueRules rules, int most, DateTimeOffset now, CancellationToken ct)
    {
        var parameters = Parameters(scope, rules, now);
        parameters.Add("most", most);
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct))).AsList();
    }

    private static DynamicParameters Parameters(OverdueScope scope, OverdueRules rules, DateTimeOffset now) => new(new
    {
        scope.Reach,
        scope.Unit,
        scope.Officer,
        rules.DockWithin,
        rules.LongestShift,
        rules.HandInWithin,
        rules.LeastFreePercent,
        WarningMs = (long)rules.ClockWarning.TotalMilliseconds,
        LateFrom = now - rules.LateSince,
        Now = now,
        Today = DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(8)).DateTime),
    });
}
