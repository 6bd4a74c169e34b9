using Xunit;
using YaoAn.Catalog.Tests.Clips;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Attributions;

/// <summary>Whose footage it is, and who may know of it. Two units below one bureau, an officer in each.</summary>
public sealed class AttributionTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static int s_recorders;

    private AllocationTable Allocations => new(database.Catalog);

    private AttributionTable Table => new(database.Catalog);

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given || await new UnitTable(database.Catalog).FindAsync("B", GivenPeople.By().Today, default) is not null)
            return;
        await GivenPeople.UnitAsync(database.Catalog, "B");
        await GivenPeople.UnitAsync(database.Catalog, "B-1", parent: "B");
        await GivenPeople.UnitAsync(database.Catalog, "B-2", parent: "B");
        await GivenPeople.OfficerAsync(database.Catalog, "YA1001", "B-1", new DateOnly(2020, 1, 1));
        await GivenPeople.OfficerAsync(database.Catalog, "YA1002", "B-2", new DateOnly(2020, 1, 1));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task A_clip_belongs_to_who_had_its_recorder_by_the_ledger_and_to_the_unit_of_that_day()
    {
        TestDatabase.Need();
        var serial = await IssuedAsync("YA1001");
        var clip = await ProbedAsync(serial, 30 * s_minute);
        Assert.Equal(("YA1001", "B-1", "allocation", null), await OfAsync(clip));
        Assert.Equal([clip], await SeenAsync(clip, officer: "YA1001"));
        Assert.Equal([clip], await SeenAsync(clip, units: ["B-1"]));
        Assert.Empty(await SeenAsync(clip, officer: "YA1002"));
        Assert.Empty(await SeenAsync(clip, units: ["B", "B-2"]));
    }

    [SkippableFact]
    public async Task What_came_from_a_serial_that_was_in_two_slots_at_once_is_nobodys()
    {
        TestDatabase.Need();
        var serial = await IssuedAsync("YA1001");
        var (first, alone, second) = (SessionId.New(Given.Now), SessionId.New(Given.Now), SessionId.New(Given.Now));
        await DockAsync(alone, serial, slot: 1, -60 * s_minute, -30 * s_minute);
        await DockAsync(first, serial, slot: 1, default, null);
        var before = await TakenAsync(alone, serial);
        var taken = await TakenAsync(first, serial);
        Assert.Equal("YA1001", (await OfAsync(taken)).Officer);
        // The same slot again is no second place, nor is a time that only touches.
        await DockAsync(SessionId.New(Given.Now), serial, slot: 2, -30 * s_minute, default(TimeSpan));
        Assert.Equal("YA1001", (await OfAsync(taken)).Officer);

        await DockAsync(second, serial.ToLowerInvariant(), slot: 2, s_minute, null, station: "station-2");
        Assert.Equal((null, "B-1", null, Unattributed.RecorderTwice), await OfAsync(taken));
        Assert.Equal((null, "B-1", null, Unattributed.RecorderTwice), await OfAsync(await TakenAsync(second, serial)));
        Assert.Equal("YA1001", (await OfAsync(before)).Officer);
        // One of them is taken out: what it brought stays on the list until a person resolves it.
        await DockAsync(second, serial, slot: 2, s_minute, 2 * s_minute, station: "station-2");
        Assert.Equal(Unattributed.RecorderTwice, (await OfAsync(taken)).Unattributed);
    }

    private async Task<ClipId> TakenAsync(SessionId session, string serial) => (await new RegistrationTable(database.Catalog).RegisterAsync(
        Given.Manifest(serial: serial, modified: Given.Now + 30 * s_minute) with { Session = session }, ClipKind.Video, Given.Now, default)).Clip;

    private Task DockAsync(SessionId session, string serial, int slot, TimeSpan from, TimeSpan? to, string station = "station-1") => new DockSessionTable(database.Catalog).WriteAsync(
        new DockSessionRow
        {
            SessionId = session,
            Station = station,
            Slot = slot,
            Source = "dock",
            Recorder = new RecorderIdentity(serial, serial, "binding"),
            AttachedAt = Given.Now + from,
            DetachedAt = Given.Now + to,
        },
        [],
        Given.Now,
        default);

    [SkippableFact]
    public async Task Nothing_is_guessed()
    {
        TestDatabase.Need();
        Assert.Equal(Unattributed.RecorderUnknown, (await OfAsync(await ProbedAsync(null, s_minute))).Unattributed);
        Assert.Equal(Unattributed.RecorderUnregistered, (await OfAsync(await ProbedAsync("NOBODY-S", s_minute))).Unattributed);
        var serial = await RecorderAsync();
        var notIssued = await ProbedAsync(serial, s_minute);
        Assert.Equal((null, "B-1", null, Unattributed.NotIssued), await OfAsync(notIssued));
        var contradicting = await ProbedAsync(await IssuedAsync("YA1001"), s_minute, person: "001002");
        Assert.Equal((null, "B-1", null, Unattributed.NameContradicts), await OfAsync(contradicting));
        Assert.Equal("YA1001", (await OfAsync(await ProbedAsync(await IssuedAsync("YA1001"), s_minute, person: "001001"))).Officer);

        var row = (await Table.ListAsync(Unattributed.NameContradicts, 100, default)).Single(one => one.ClipId == contradicting);
        Assert.Equal(("001002", "人员 YA1001 YA1001"), (row.Person, row.Holders));
        Assert.True((await Table.CountsAsync(default))[Unattributed.NotIssued] >= 1);
    }

    [SkippableFact]
    public async Task Near_a_hand_over_a_clock_that_nobody_compared_is_not_sure_enough_and_one_that_was_is()
    {
        TestDatabase.Need();
        var serial = await IssuedAsync("YA1001");
        await Allocations.HandOverAsync(new IssueWish { Serial = serial, Officer = "YA1002" }, GivenPeople.By(60 * s_minute), default);
        var (before, near, after) = (await ProbedAsync(serial, 30 * s_minute), await ProbedAsync(serial, 55 * s_minute), await ProbedAsync(serial, 90 * s_minute));
        Assert.Equal("YA1001", (await OfAsync(before)).Officer);
        Assert.Equal(Unattributed.TimeUnsure, (await OfAsync(near)).Unattributed);
        Assert.Equal("YA1002", (await OfAsync(after)).Officer);

        // The clock was 6 minutes slow: the recording began a minute after the hand-over.
        var actor = CustodyActor.Worker("test");
        var reading = new ClockReading { Recorder = serial, ClipId = after, DeviceAt = Given.Now + (90 * s_minute), OffsetMs = -360_000, WithinMs = 2_000, Source = ClockSources.StationQr, TimeSource = "name" };
        await new ClockTable(database.Catalog).RecordAsync(reading, null, null, reading.EventBy(actor, Given.Now, []), default);
        Assert.Equal(("YA1002", "B-2", "allocation", null), await OfAsync(near));
    }

    [SkippableFact]
    public async Task What_the_ledger_learns_later_counts_for_what_was_recorded_since()
    {
        TestDatabase.Need();
        var serial = await RecorderAsync();
        var clip = await ProbedAsync(serial, 5 * s_minute);
        await Allocations.IssueAsync(new IssueWish { Serial = serial, Officer = "YA1002", At = Given.Now }, GivenPeople.By(60 * s_minute), default);
        Assert.Equal("YA1002", (await OfAsync(clip)).Officer);
        Assert.Equal(1, await database.Catalog.ScalarAsync<long>($"select count(*) from custody_event where kind = 'clip.attributed' and clip_id = '{clip}'"));
    }

    [SkippableFact]
    public async Task A_person_resolves_alone_what_nobody_was_named_for_and_with_a_second_one_what_stood_for_a_day()
    {
        TestDatabase.Need();
        var clip = await ProbedAsync(await RecorderAsync(), s_minute);
        var intake = new IntakeId(clip.Value);
        var (first, second) = (GivenPeople.By(), GivenPeople.By(TimeSpan.FromHours(30)));
        Assert.Equal(EntryOutcome.NotFound, await Table.EnterAsync(intake, "YA9999", "typed wrongly", first, default));
        Assert.Equal(EntryOutcome.Applied, await Table.EnterAsync(intake, "YA1001", "seen on the film", first, default));
        Assert.Equal(("YA1001", "B-1", "entry", null), await OfAsync(clip));
        Assert.Equal(EntryOutcome.Applied, await Table.EnterAsync(intake, "YA1002", "mistyped", first, default));

        Assert.Equal(EntryOutcome.Waiting, await Table.EnterAsync(intake, "YA1001", "it was him after all", second, default));
        Assert.Equal("YA1002", (await OfAsync(clip)).Officer);
        var waiting = (await Table.WaitingAsync(default)).Single(one => one.ClipId == clip);
        Assert.Equal(EntryOutcome.SamePerson, await Table.EndAsync(waiting.AttributionId, confirms: true, second, default));
        Assert.Equal(EntryOutcome.Applied, await Table.EndAsync(waiting.AttributionId, confirms: true, GivenPeople.By(TimeSpan.FromHours(31)), default));
        Assert.Equal("YA1001", (await OfAsync(clip)).Officer);
        Assert.Equal(EntryOutcome.NotFound, await Table.EndAsync(waiting.AttributionId, confirms: false, first, default));
        // The ledger doesn't overrule a person.
        await Allocations.IssueAsync(new IssueWish { Serial = (await FindAsync(clip)).Recorder!, Officer = "YA1002" }, GivenPeople.By(s_minute), default);
        Assert.Equal("YA1001", (await OfAsync(clip)).Officer);
    }

    [SkippableFact]
    public async Task Whoever_may_see_any_sighting_sees_the_clip()
    {
        TestDatabase.Need();
        var (bytes, one, other) = (Given.Bytes(), await IssuedAsync("YA1001"), await IssuedAsync("YA1002"));
        var registrations = new RegistrationTable(database.Catalog);
        var clip = (await registrations.RegisterAsync(Given.Manifest(bytes, serial: one, modified: Given.Now.AddMinutes(5)), ClipKind.Data, Given.Now, default)).Clip;
        await registrations.RegisterAsync(Given.Manifest(bytes, serial: other, modified: Given.Now.AddMinutes(5)), ClipKind.Data, Given.Now, default);
        Assert.Equal([clip], await SeenAsync(clip, officer: "YA1001"));
        Assert.Equal([clip], await SeenAsync(clip, officer: "YA1002"));
    }

    [SkippableFact]
    public async Task A_sidecar_belongs_to_whom_its_recording_belongs()
    {
        TestDatabase.Need();
        var serial = await IssuedAsync("YA1001");
        var film = Given.Manifest(serial: serial, modified: Given.Now.AddMinutes(5));
        var registrations = new RegistrationTable(database.Catalog);
        var sidecar = (await registrations.RegisterAsync(
            Given.Manifest(serial: serial, modified: Given.Now.AddYears(-20)) with { SidecarOf = film.Intake }, ClipKind.Data, Given.Now, default)).Clip;
        Assert.Equal(Unattributed.NotIssued, (await OfAsync(sidecar)).Unattributed);
        await registrations.RegisterAsync(film, ClipKind.Video, Given.Now, default);
        Assert.Equal("YA1001", (await OfAsync(sidecar)).Officer);
    }

    private async Task<string> RecorderAsync()
    {
        var serial = $"ATT-{Interlocked.Increment(ref s_recorders)}";
        await GivenPeople.RecorderAsync(database.Catalog, serial, "B-1");
        return serial;
    }

    private async Task<string> IssuedAsync(string officer)
    {
        var serial = await RecorderAsync();
        Assert.Equal(SaveOutcome.Created, (await Allocations.IssueAsync(new IssueWish { Serial = serial, Officer = officer }, GivenPeople.By(), default)).Outcome);
        return serial;
    }

    private Task<ClipId> ProbedAsync(string? serial, TimeSpan later, string? person = null) =>
        GivenProbed.ClipAsync(database.Catalog, serial, Given.Now + later, s_minute, person: person);

    private async Task<(string? Officer, string? Unit, string? By, string? Unattributed)> OfAsync(ClipId clip)
    {
        await using var connection = await database.Catalog.OpenAsync(default);
        await using var command = new Npgsql.NpgsqlCommand(
            """
            select officer.number, unit.code, attributed_by, unattributed
            from provenance left join officer using (officer_id) left join unit on unit.unit_id = provenance.unit_id
            where clip_id = $1
            """,
            connection)
        { Parameters = { new() { Value = clip.Value } } };
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        return (Text(0), Text(1), Text(2), Text(3));
    }

    private async Task<IReadOnlyList<ClipId>> SeenAsync(ClipId clip, string? officer = null, string[]? units = null)
    {
        var tables = (Units: new UnitTable(database.Catalog), Officers: new OfficerTable(database.Catalog));
        var ids = new List<Guid>();
        foreach (var unit in units ?? [])
            ids.Add((await tables.Units.FindAsync(unit, GivenPeople.By().Today, default))!.UnitId.Value);
        var viewer = Given.Administrator() with
        {
            Officer = officer is null ? null : (await tables.Officers.FindAsync(officer, default))!.OfficerId.Value,
            Units = [.. ids],
        };
        var clips = new ClipTable(database.Catalog);
        var page = await clips.ListAsync(viewer, new ClipFilter { Only = clip }, null, null, 10, default);
        Assert.Equal(page.Rows.Count, (await clips.TotalsAsync(viewer, new ClipFilter { Only = clip }, default)).Count);
        Assert.Equal(page.Rows.Count == 1, await clips.FindAsync(viewer, clip, default) is not null);
        return [.. page.Rows.Select(row => row.ClipId)];
    }

    private async Task<ClipRow> FindAsync(ClipId clip) => (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!;
}
