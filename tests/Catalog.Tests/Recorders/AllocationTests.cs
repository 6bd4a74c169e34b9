using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Recorders;

public sealed class AllocationTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private AllocationTable Allocations => new(database.Catalog);

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given)
            return;
        await GivenPeople.UnitAsync(database.Catalog, "B-1");
        foreach (var number in new[] { "YA1", "YA2", "YA3" })
            await GivenPeople.OfficerAsync(database.Catalog, number, "B-1", new DateOnly(2020, 1, 1));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task Issue_return_and_hand_over_leave_periods_that_touch_and_never_overlap()
    {
        TestDatabase.Need();
        var recorder = await GivenPeople.RecorderAsync(database.Catalog, "DSJ-1", "B-1");
        Assert.Equal(SaveOutcome.Created, (await IssueAsync("dsj-1", "ya1")).Outcome);
        Assert.Equal(SaveOutcome.Unchanged, (await IssueAsync("DSJ-1", "YA1")).Outcome);
        Assert.Equal(SaveOutcome.Changed, (await Allocations.HandOverAsync(new IssueWish { Serial = "DSJ-1", Officer = "YA2" }, At(60), default)).Outcome);
        Assert.Equal(SaveOutcome.Changed, (await Allocations.ReturnAsync("DSJ-1", null, At(120), default)).Outcome);

        Assert.Equal(
            [("YA2", Given.Now.AddMinutes(60), Given.Now.AddMinutes(120)), ("YA1", Given.Now, (DateTimeOffset?)Given.Now.AddMinutes(60))],
            (await Allocations.OfRecorderAsync(recorder.RecorderId, 10, default)).Select(one => (one.Officer, one.From, one.To)));
        Assert.Equal("YA1", (await Allocations.HolderAtAsync("DSJ-1", Given.Now, default))?.Number);
        Assert.Equal("YA1", (await Allocations.HolderAtAsync("dsj-1", Given.Now.AddMinutes(60).AddTicks(-10), default))?.Number);
        var holder = (await Allocations.HolderAtAsync("DSJ-1", Given.Now.AddMinutes(60), default))!;
        Assert.Equal(("YA2", (await new UnitTable(database.Catalog).FindAsync("B-1", GivenPeople.By().Today, default))!.UnitId), (holder.Number, holder.UnitId));
        Assert.Null(await Allocations.HolderAtAsync("DSJ-1", Given.Now.AddMinutes(120), default));
        Assert.Null(await Allocations.HolderAtAsync("DSJ-1", Given.Now.AddMinutes(-1), default));
        Assert.Null(await Allocations.HolderAtAsync("DSJ-NOWHERE", Given.Now, default));
        Assert.Equal(3, await database.Catalog.ScalarAsync<long>("select count(*) from custody_event where kind like 'allocation.%' and convert_from(body, 'UTF8') like '%DSJ-1\"%'"));
    }

    [SkippableFact]
    public async Task Of_two_who_issue_the_same_recorder_at_once_one_is_told_by_whom_and_until_when()
    {
        TestDatabase.Need();
        for (var round = 0; round < 10; round++)
        {
            var serial = $"RACE-{round}";
            await GivenPeople.RecorderAsync(database.Catalog, serial, "B-1");
            var due = Given.Now.AddHours(8);
            var answers = await Task.WhenAll(new[] { "YA1", "YA2", "YA3" }.Select(officer => Task.Run(() =>
                Allocations.IssueAsync(new IssueWish { Serial = serial, Officer = officer, DueAt = due }, GivenPeople.By(), default))));
            Assert.Single(answers, answer => answer.Outcome == SaveOutcome.Created);
            var holder = (await new RecorderTable(database.Catalog).FindAsync(serial, default))!;
            foreach (var refused in answers.Where(answer => answer.Outcome != SaveOutcome.Created))
            {
                var fault = Assert.Single(refused.Faults);
                Assert.Equal("held-until", fault.Code);
                Assert.Equal([serial, "2026-11-24 09:02", $"{holder.HolderName} {holder.Holder}", "2026-11-24 17:02"], fault.Arguments);
            }
        }
    }

    [SkippableFact]
    public async Task The_database_itself_refuses_a_second_holder()
    {
        TestDatabase.Need();
        var recorder = await GivenPeople.RecorderAsync(database.Catalog, "EXCL-1", "B-1");
        const string Insert =
            """
            insert into allocation (allocation_id, recorder_id, officer_id, during, issued_by)
            select gen_random_uuid(), $1, officer_id, tstzrange(now(), null), 'x' from officer where number = $2
            """;
        var both = await Task.WhenAll(new[] { "YA1", "YA2" }.Select(number => Task.Run(async () =>
        {
            try
            {
                return await database.Catalog.ExecuteAsync(Insert, recorder.RecorderId.Value, number);
            }
            catch (PostgresException e)
            {
                Assert.Equal("allocation_one_holder", e.ConstraintName);
                return 0;
            }
        })));
        Assert.Equal(1, both.Sum());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync("delete from allocation"))).SqlState);
    }

    [SkippableFact]
    public async Task What_cannot_be_issued_is_told_in_its_own_words()
    {
        TestDatabase.Need();
        await GivenPeople.RecorderAsync(database.Catalog, "FIX-1", "B-1", RecorderStates.Repair);
        await GivenPeople.RecorderAsync(database.Catalog, "OK-1", "B-1");
        var gone = await GivenPeople.OfficerAsync(database.Catalog, "YA9", "B-1", new DateOnly(2020, 1, 1));
        await new OfficerTable(database.Catalog).SaveAsync(gone.Draft() with { LeftOn = new DateOnly(2026, 11, 1) }, null, GivenPeople.By(), default);

        Assert.Equal(["unknown-recorder", "unknown-officer"], Codes(await IssueAsync("NOPE", "NOBODY")));
        Assert.Equal(["recorder-repair"], Codes(await IssueAsync("FIX-1", "YA1")));
        Assert.Equal(["officer-left"], Codes(await IssueAsync("OK-1", "YA9")));
        Assert.Equal(["required"], Codes(await IssueAsync("OK-1", " ")));
        Assert.Equal(["not-lately"], Codes(await Allocations.IssueAsync(new IssueWish { Serial = "OK-1", Officer = "YA1", At = Given.Now.AddHours(-25) }, GivenPeople.By(), default)));
        Assert.Equal(["due-before-issue"], Codes(await Allocations.IssueAsync(new IssueWish { Serial = "OK-1", Officer = "YA1", DueAt = Given.Now }, GivenPeople.By(), default)));
        Assert.Equal(["not-held"], Codes(await Allocations.ReturnAsync("OK-1", null, GivenPeople.By(), default)));
        Assert.Equal(["not-held"], Codes(await Allocations.HandOverAsync(new IssueWish { Serial = "OK-1", Officer = "YA1" }, GivenPeople.By(), default)));

        await IssueAsync("OK-1", "YA1");
        Assert.Equal(["before-issue"], Codes(await Allocations.ReturnAsync("OK-1", Given.Now.AddMinutes(-5), At(5), default)));
        await Allocations.ReturnAsync("OK-1", null, At(30), default);
        Assert.Equal(["before-return"], Codes(await Allocations.IssueAsync(new IssueWish { Serial = "OK-1", Officer = "YA2", At = Given.Now.AddMinutes(10) }, At(40), default)));
        Assert.Equal(SaveOutcome.Created, (await Allocations.IssueAsync(new IssueWish { Serial = "OK-1", Officer = "YA2", At = Given.Now.AddMinutes(30) }, At(40), default)).Outcome);
    }

    [SkippableFact]
    public async Task The_ledger_holds_what_was_with_somebody_at_any_time_of_its_period()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(database.Catalog, "L-1");
        await GivenPeople.RecorderAsync(database.Catalog, "LED-1", "L-1");
        await IssueAsync("LED-1", "YA3");
        await Allocations.ReturnAsync("LED-1", null, At(60), default);
        Assert.Single(await Allocations.LedgerAsync(Given.Now.AddMinutes(59), Given.Now.AddDays(1), "L-1", null, 10, default));
        Assert.Empty(await Allocations.LedgerAsync(Given.Now.AddMinutes(60), Given.Now.AddDays(1), "L-1", null, 10, default));
        Assert.Empty(await Allocations.LedgerAsync(Given.Now.AddDays(-1), Given.Now, "L-1", null, 10, default));
        Assert.Equal("YA3", Assert.Single(await Allocations.LedgerAsync(Given.Now.AddDays(-1), Given.Now.AddDays(1), "L-1", null, 10, default)).Officer);
    }

    private static ChangeBy At(int minutes) => GivenPeople.By(TimeSpan.FromMinutes(minutes));

    private static IEnumerable<string> Codes(SaveResult result) => result.Faults.Select(fault => fault.Code);

    private Task<SaveResult> IssueAsync(string serial, string officer) => Allocations.IssueAsync(new IssueWish { Serial = serial, Officer = officer }, GivenPeople.By(), default);
}
