using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Overdue;

public sealed class OverdueTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly OverdueRules s_rules = new();

    private OverdueTable Overdue => new(database.Catalog);

    private AllocationTable Allocations => new(database.Catalog);

    [SkippableFact]
    public async Task A_recorder_is_overdue_a_day_after_its_duty_and_not_once_it_was_docked()
    {
        TestDatabase.Need();
        await GivenAsync("UD");
        await IssueAsync("UD-1", "UD1");
        // No due time: the duty ends after twelve hours, and the day of grace begins.
        Assert.Empty(await UndockedAsync("UD", Hours(35)));
        var row = Assert.Single(await UndockedAsync("UD", Hours(37)));
        Assert.Equal(
            ("UD-1", "UD1", Given.Now, Given.Now.AddHours(12), Given.Now.AddHours(36), (DateTimeOffset?)null),
            (row.Serial, row.Officer, row.OutSince, row.DutyEndedAt, row.DockBy, row.LastDockedAt));

        await DockAsync("UD-1", from: Hours(38), to: null);
        Assert.Empty(await UndockedAsync("UD", Hours(200)));
        await DockAsync("ud-1", from: Hours(240), to: Hours(250));
        Assert.Empty(await UndockedAsync("UD", Hours(250 + 35)));
        var again = Assert.Single(await UndockedAsync("UD", Hours(250 + 37)));
        Assert.Equal((Given.Now.AddHours(250), Given.Now.AddHours(240)), (again.OutSince, again.LastDockedAt));
        // A stricter bureau.
        Assert.Single(await UndockedAsync("UD", Hours(250 + 6), s_rules with { LongestShift = TimeSpan.FromHours(4), DockWithin = TimeSpan.FromHours(1) }));
    }

    [SkippableFact]
    public async Task A_duty_ends_with_the_return_or_the_due_time_whichever_is_first()
    {
        TestDatabase.Need();
        await GivenAsync("DE");
        await IssueAsync("DE-1", "DE1", due: Hours(8));
        Assert.Equal(Given.Now.AddHours(8), Assert.Single(await UndockedAsync("DE", Hours(33))).DutyEndedAt);
        Assert.Equal(SaveOutcome.Changed, (await Allocations.ReturnAsync("DE-1", null, GivenPeople.By(Hours(2)), default)).Outcome);
        Assert.Equal(Given.Now.AddHours(2), Assert.Single(await UndockedAsync("DE", Hours(33))).DutyEndedAt);
        // Docked after its return, and taken out with nobody's name on it: that is no duty.
        await DockAsync("DE-1", Hours(3), Hours(5));
        Assert.Empty(await UndockedAsync("DE", Hours(300)));
    }

    [SkippableFact]
    public async Task Recorders_not_back_in_time_low_on_space_or_with_a_bad_clock_are_listed_with_who_has_them()
    {
        TestDatabase.Need();
        await GivenAsync("RC");
        await IssueAsync("RC-1", "RC1", due: Hours(8));
        Assert.Empty(await Overdue.NotReturnedAsync(In("RC"), s_rules, 10, Given.Now + Hours(7), default));
        Assert.Equal(("RC-1", "RC1", Given.Now.AddHours(8)), Assert.Single(await Overdue.NotReturnedAsync(In("RC"), s_rules, 10, Given.Now + Hours(9), default)) is var late
            ? (late.Serial, late.Officer, late.DueAt) : default);

        await DockAsync("RC-1", Hours(1), Hours(2), free: 10, total: 100);
        await DockAsync("RC-2", Hours(1), Hours(2), free: 16, total: 100);
        Assert.Equal(("RC-1", 10L), Assert.Single(await Overdue.LowSpaceAsync(In("RC"), s_rules, 10, Given.Now, default)) is var low ? (low.Serial, low.FreeBytes) : default);
        // What counts is the last look.
        await DockAsync("RC-1", Hours(3), Hours(4), free: 90, total: 100);
        Assert.Empty(await Overdue.LowSpaceAsync(In("RC"), s_rules, 10, Given.Now, default));

        await ReadClockAsync("RC-1", Hours(0), offsetMs: 29_000);
        await ReadClockAsync("RC-2", Hours(0), offsetMs: -31_000);
        Assert.Equal(("RC-2", -31_000L), Assert.Single(await Overdue.BadClockAsync(In("RC"), s_rules, 10, Given.Now, default)) is var bad ? (bad.Serial, bad.OffsetMs) : default);
        // It is off by little still, and gains eight seconds a day.
        await ReadClockAsync("rc-1", Hours(-48), offsetMs: 13_000);
        var clocks = await Overdue.BadClockAsync(In("RC"), s_rules, 10, Given.Now, default);
        Assert.Equal(["RC-2", "RC-1"], clocks.Select(clock => clock.Serial));
        Assert.InRange(clocks[1].DriftMsPerDay!.Value, 7_990, 8_010);
        Assert.True(clocks[1].DriftIsFlagged);
        var counts = await Overdue.CountsAsync(In("RC"), s_rules, Given.Now + Hours(9), default);
        Assert.Equal(new OverdueCounts(0, 0, 1, 0, 2, 1), counts);
    }

    [SkippableFact]
    public async Task A_unit_is_below_its_standard_when_recorders_in_use_are_fewer_than_its_officers_ask_for()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(database.Catalog, "ST", officersPerRecorder: 3);
        await GivenPeople.UnitAsync(database.Catalog, "ST-A", "ST");
        await GivenPeople.UnitAsync(database.Catalog, "ST-B", "ST", officersPerRecorder: 1);
        foreach (var number in Enumerable.Range(1, 4))
        {
            await GivenPeople.OfficerAsync(database.Catalog, $"STA{number}", "ST-A", new DateOnly(2020, 1, 1));
            await GivenPeople.OfficerAsync(database.Catalog, $"STB{number}", "ST-B", new DateOnly(2020, 1, 1));
        }
        await GivenPeople.RecorderAsync(database.Catalog, "STA-1", "ST-A");
        await GivenPeople.RecorderAsync(database.Catalog, "STA-2", "ST-A", RecorderStates.Repair);
        await GivenPeople.RecorderAsync(database.Catalog, "STB-1", "ST-B");
        Assert.Equal(
            [new BelowStandardRow("ST-A", "单位 ST-A", 3, 4, 1, 2), new BelowStandardRow("ST-B", "单位 ST-B", 1, 4, 1, 4)],
            await Overdue.BelowStandardAsync(In("ST"), s_rules, 10, Given.Now, default));
        await GivenPeople.RecorderAsync(database.Catalog, "STA-2", "ST-A");
        Assert.Equal("ST-B", Assert.Single(await Overdue.BelowStandardAsync(In("ST"), s_rules, 10, Given.Now, default)).Code);
    }

    [SkippableFact]
    public async Task Recordings_handed_in_late_are_counted_for_who_made_them()
    {
        TestDatabase.Need();
        await GivenAsync("LT");
        await IssueAsync("LT-1", "LT1", at: Hours(-24));
        await ClipAsync("LT-1", endedAt: Hours(-23));
        await ClipAsync("LT-1", endedAt: Hours(-20));
        var unissued = await ClipAsync("LT-2", endedAt: Hours(-30));
        Assert.Equal(1, Assert.Single(await Overdue.LateAsync(In("LT"), s_rules, 10, Given.Now, default)).Files);
        var strict = s_rules with { HandInWithin = TimeSpan.FromHours(22) };
        var rows = await Overdue.LateAsync(In("LT"), strict, 10, Given.Now, default);
        Assert.Equal([("LT1", 1L, TimeSpan.FromHours(23)), (null, 1L, TimeSpan.FromHours(30))], rows.Select(row => (row.Officer, row.Files, row.Longest)));
        var clip = (await new ClipTable(database.Catalog).FindAsync(Given.Reviewer(), unissued, default))!;
        Assert.Equal((TimeSpan.FromHours(30), true), (clip.HandedInAfter!.Value, s_rules.IsLate(clip)));
        // Older than the list goes back.
        Assert.Empty(await Overdue.LateAsync(In("LT"), s_rules, 10, Given.Now + TimeSpan.FromDays(31), default));
    }

    [SkippableFact]
    public async Task Nobody_is_told_of_units_out_of_reach_and_an_officer_of_his_own_alone()
    {
        TestDatabase.Need();
        await GivenAsync("RA");
        await GivenAsync("RB");
        await IssueAsync("RA-1", "RA1");
        await IssueAsync("RB-1", "RB1");
        await IssueAsync("RB-2", "RB2");
        var unit = (await new UnitTable(database.Catalog).FindAsync("RA", GivenPeople.By().Today, default))!.UnitId.Value;
        var officer = (await new OfficerTable(database.Catalog).FindAsync("RB2", default))!.OfficerId;
        Assert.Equal(["RA-1"], (await Overdue.UndockedAsync(new([unit]), s_rules, 50, Given.Now + Hours(99), default)).Select(row => row.Serial));
        Assert.Equal(["RB-2"], (await Overdue.UndockedAsync(new(null, Officer: officer), s_rules, 50, Given.Now + Hours(99), default)).Select(row => row.Serial));
        Assert.Empty(await Overdue.UndockedAsync(new([unit], "RB"), s_rules, 50, Given.Now + Hours(99), default));
        Assert.Equal(new OverdueCounts(1, 0, 0, 0, 0, 1), await Overdue.CountsAsync(new([unit]), s_rules, Given.Now + Hours(99), default));
        Assert.Equal(new OverdueCounts(0, 0, 0, 0, 0, 0), await Overdue.CountsAsync(new([]), s_rules, Given.Now + Hours(99), default));
    }

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);

    private static OverdueScope In(string unit) => new(null, unit);

    private Task<IReadOnlyList<UndockedRow>> UndockedAsync(string unit, TimeSpan later, OverdueRules? rules = null) =>
        Overdue.UndockedAsync(In(unit), rules ?? s_rules, 50, Given.Now + later, default);

    /// <summary>A unit with a standard of one each, three officers and two recorders.</summary>
    private async Task GivenAsync(string name)
    {
        await GivenPeople.UnitAsync(database.Catalog, name, officersPerRecorder: 1);
        foreach (var number in new[] { 1, 2, 3 })
            await GivenPeople.OfficerAsync(database.Catalog, $"{name}{number}", name, new DateOnly(2020, 1, 1));
        foreach (var number in new[] { 1, 2 })
            await GivenPeople.RecorderAsync(database.Catalog, $"{name}-{number}", name);
    }

    private async Task IssueAsync(string serial, string officer, TimeSpan at = default, TimeSpan? due = null) => Assert.Equal(
        SaveOutcome.Created,
        (await Allocations.IssueAsync(new IssueWish { Serial = serial, Officer = officer, At = Given.Now + at, DueAt = Given.Now + due }, GivenPeople.By(), default)).Outcome);

    private Task DockAsync(string serial, TimeSpan from, TimeSpan? to, long? free = null, long? total = null) => new DockSessionTable(database.Catalog).WriteAsync(
        new DockSessionRow
        {
            SessionId = SessionId.New(Given.Now),
            Station = "station-1",
            Slot = 1,
            Source = "dock",
            Recorder = new RecorderIdentity(serial, serial, "binding"),
            AttachedAt = Given.Now + from,
            DetachedAt = Given.Now + to,
            FreeBytes = free,
            TotalBytes = total,
        },
        [],
        Given.Now,
        default);

    private async Task ReadClockAsync(string serial, TimeSpan at, long offsetMs)
    {
        var reading = new ClockReading { Recorder = serial, DeviceAt = Given.Now + at, OffsetMs = offsetMs, WithinMs = 1_000, Source = ClockSources.Entry };
        var by = GivenPeople.By().Actor;
        await new ClockTable(database.Catalog).RecordAsync(reading, by, null, reading.EventBy(by, Given.Now, []), default);
    }

    private async Task<ClipId> ClipAsync(string serial, TimeSpan endedAt)
    {
        var registered = await new RegistrationTable(database.Catalog).RegisterAsync(
            Given.Manifest(serial: serial, modified: Given.Now + endedAt), ClipKind.Video, Given.Now, default);
        await database.Catalog.ExecuteAsync(
            $"""
            update clip set recorded_from = timestamptz '{Given.Now + endedAt - Hours(1):O}', recorded_to = timestamptz '{Given.Now + endedAt:O}', recorded_source = 'mtime'
            where clip_id = '{registered.Clip}'
            """);
        return registered.Clip;
    }
}
