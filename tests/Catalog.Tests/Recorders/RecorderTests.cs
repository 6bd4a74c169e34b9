using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Recorders;

public sealed class RecorderTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private RecorderTable Recorders => new(database.Catalog);

    private AllocationTable Allocations => new(database.Catalog);

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given)
            return;
        await GivenPeople.UnitAsync(database.Catalog, "B-0");
        await GivenPeople.UnitAsync(database.Catalog, "B-1", "B-0");
        await GivenPeople.OfficerAsync(database.Catalog, "YA1", "B-1");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task Saving_is_idempotent_and_enters_an_unknown_model_once_with_release_off()
    {
        TestDatabase.Need();
        var draft = new RecorderDraft { Serial = "DSJ-7", Kind = "body", Unit = "b-1", Model = "A8", StorageGb = 128, BoughtOn = new DateOnly(2025, 3, 1), Note = " 备用 " };
        Assert.Equal((SaveOutcome.Created, 1), await SaveAsync(draft));
        Assert.Equal((SaveOutcome.Unchanged, 1), await SaveAsync(draft with { Serial = "dsj-7", Model = "a8" }));
        Assert.Equal((SaveOutcome.Created, 1), await SaveAsync(draft with { Serial = "DSJ-8", Model = "a8" }));
        var recorder = (await Recorders.FindAsync("dsj-7", default))!;
        Assert.Equal(("DSJ-7", "A8", "B-1", 128_000_000_000L, "备用"), (recorder.Serial, recorder.Model, recorder.Unit, recorder.StorageBytes!.Value, recorder.Note));
        var models = new RecorderModelTable(database.Catalog);
        var model = Assert.Single(await models.ListAsync(default), model => model.Name == "A8");
        Assert.Equal((2L, false), (model.Recorders, model.Releases));
        Assert.Equal(SaveOutcome.Changed, (await models.SaveAsync(model with { Releases = true, Profile = "ga" }, GivenPeople.By(), default)).Outcome);
        Assert.Equal(SaveOutcome.Unchanged, (await models.SaveAsync(model with { Name = "a8", Releases = true, Profile = "ga" }, GivenPeople.By(), default)).Outcome);
        Assert.Equal(1, await database.Catalog.ScalarAsync<long>("select count(*) from custody_event where kind = 'recorder-model.saved' and convert_from(body, 'UTF8') like '%\"releases\":true%'"));
    }

    [SkippableFact]
    public async Task Who_has_a_recorder_keeps_it_from_repair_but_not_from_being_lost()
    {
        TestDatabase.Need();
        var recorder = await GivenPeople.RecorderAsync(database.Catalog, "HELD-1", "B-1");
        await Allocations.IssueAsync(new IssueWish { Serial = "HELD-1", Officer = "YA1" }, GivenPeople.By(), default);
        Assert.Equal("held", Assert.Single((await Recorders.SaveAsync(recorder.Draft() with { State = RecorderStates.Repair }, null, GivenPeople.By(), default)).Faults).Code);

        var refused = await Recorders.ReportAsync("HELD-1", "lost", null, "", GivenPeople.By(), default);
        Assert.Equal(["required", "required"], refused.Faults.Select(fault => fault.Code));
        var reported = await Recorders.ReportAsync("held-1", "stolen", new DateOnly(2026, 11, 23), "车内被盗", GivenPeople.By(), default);
        Assert.Equal((SaveOutcome.Changed, 2), (reported.Outcome, reported.Version));
        Assert.Equal(RecorderStates.Lost, (await Recorders.FindAsync("HELD-1", default))!.State);
        Assert.Equal("车内被盗", Assert.Single(await Recorders.IncidentsAsync(recorder.RecorderId, default)).Text);
        await Recorders.ReportAsync("HELD-1", "found", new DateOnly(2026, 11, 24), "已追回", GivenPeople.By(), default);
        Assert.Equal(RecorderStates.InUse, (await Recorders.FindAsync("HELD-1", default))!.State);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(
            () => database.Catalog.ExecuteAsync("update recorder_incident set text = 'x'"))).SqlState);
    }

    [SkippableFact]
    public async Task Lists_and_counts_know_who_has_what_and_what_is_overdue()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(database.Catalog, "C-0");
        await GivenPeople.UnitAsync(database.Catalog, "C-1", "C-0");
        foreach (var serial in new[] { "C-A", "C-B", "C-C", "C-D" })
            await GivenPeople.RecorderAsync(database.Catalog, serial, "C-1", serial == "C-D" ? RecorderStates.Retired : RecorderStates.InUse);
        await Allocations.IssueAsync(new IssueWish { Serial = "C-A", Officer = "YA1" }, GivenPeople.By(), default);
        await Allocations.IssueAsync(new IssueWish { Serial = "C-B", Officer = "YA1", DueAt = Given.Now.AddHours(1) }, GivenPeople.By(), default);
        var later = Given.Now.AddHours(2);

        Assert.Equal(new RecorderCounts(4, 2, 1, 1, 0, 1, 0), await Recorders.CountsAsync("C-0", null, later, default));
        Assert.Equal(["C-A", "C-B"], await SerialsAsync(new RecorderFilter { Unit = "C-0", State = "held" }, later));
        Assert.Equal(["C-C"], await SerialsAsync(new RecorderFilter { Unit = "C-0", State = "free" }, later));
        Assert.Equal(["C-B"], await SerialsAsync(new RecorderFilter { Unit = "C-0", State = "overdue" }, later));
        Assert.Equal(["C-A", "C-B"], await SerialsAsync(new RecorderFilter { Unit = "C-0", Text = "ya1" }, later));
        Assert.Equal(["C-A", "C-D"], await SerialsAsync(new RecorderFilter { Serials = ["c-d", "C-a"] }, later));
        var page = await Recorders.ListAsync(new RecorderFilter { Unit = "C-1" }, "C-A", null, 2, later, default);
        Assert.Equal((["C-B", "C-C"], "C-C", "C-B", 4L), (page.Rows.Select(row => row.Serial).ToArray(), page.Next, page.Previous, page.Count), PageComparer);
    }

    [SkippableFact]
    public async Task What_docking_taught_is_found_by_serial()
    {
        TestDatabase.Need();
        await GivenPeople.RecorderAsync(database.Catalog, "DOCK-1", "B-1");
        var manifest = Given.Manifest(serial: "dock-1");
        await new RegistrationTable(database.Catalog).RegisterAsync(manifest, ClipKind.Video, Given.Now, default);
        var session = new DockSessionRow
        {
            SessionId = manifest.Session,
            Station = "station-1",
            Slot = 3,
            Source = "dock",
            Recorder = manifest.Recorder,
            AttachedAt = Given.Now,
            DetachedAt = Given.Now.AddMinutes(1),
            Early = true,
            Missing = 2,
        };
        await new DockSessionTable(database.Catalog).WriteAsync(session, [], Given.Now, default);
        var docking = new RecorderDockTable(database.Catalog);
        Assert.Equal(new RecorderDocking(1, Given.Now, 1, 1, manifest.Size), await docking.DockingAsync("DOCK-1", default));
        var seen = Assert.Single(await docking.SessionsAsync("DOCK-1", 10, default));
        Assert.Equal((3, true, 2, 1L), (seen.Slot, seen.Early, seen.Missing, seen.Files));
        Assert.Equal(Given.Now, (await Recorders.FindAsync("DOCK-1", default))!.LastDockedAt);
    }

    private static IEqualityComparer<(string[], string?, string?, long)> PageComparer { get; } = EqualityComparer<(string[], string?, string?, long)>.Create(
        (a, b) => a.Item1.SequenceEqual(b.Item1) && (a.Item2, a.Item3, a.Item4) == (b.Item2, b.Item3, b.Item4));

    private async Task<IEnumerable<string>> SerialsAsync(RecorderFilter filter, DateTimeOffset now) =>
        (await Recorders.ListAsync(filter, null, null, 100, now, default)).Rows.Select(row => row.Serial);

    private async Task<(SaveOutcome Outcome, int Version)> SaveAsync(RecorderDraft draft)
    {
        var saved = await Recorders.SaveAsync(draft, null, GivenPeople.By(), default);
        return (saved.Outcome, saved.Version);
    }
}
