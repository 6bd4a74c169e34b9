using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Officers;

public sealed class OfficerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly DateOnly s_today = GivenPeople.By().Today;

    private OfficerTable Officers => new(database.Catalog);

    public async Task InitializeAsync()
    {
        if (!TestDatabase.Given)
            return;
        await GivenPeople.UnitAsync(database.Catalog, "B-0");
        await GivenPeople.UnitAsync(database.Catalog, "B-1", "B-0");
        await GivenPeople.UnitAsync(database.Catalog, "B-2", "B-0");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task Who_moves_keeps_the_unit_of_each_day()
    {
        TestDatabase.Need();
        var officer = await GivenPeople.OfficerAsync(database.Catalog, "M001", "B-1", new DateOnly(2018, 7, 1));
        await GoodAsync(officer.Draft() with { Unit = "B-2", MovedOn = s_today.AddDays(-3) });

        Assert.Equal(await UnitAsync("B-1"), await Officers.UnitAtAsync(officer.OfficerId, s_today.AddDays(-4), default));
        Assert.Equal(await UnitAsync("B-2"), await Officers.UnitAtAsync(officer.OfficerId, s_today.AddDays(-3), default));
        Assert.Null(await Officers.UnitAtAsync(officer.OfficerId, new DateOnly(2018, 6, 30), default));
        Assert.Equal(
            [new Membership("B-2", "单位 B-2", s_today.AddDays(-3), null), new("B-1", "单位 B-1", new DateOnly(2018, 7, 1), s_today.AddDays(-4))],
            await Officers.MembershipsAsync(officer.OfficerId, default));
    }

    [SkippableFact]
    public async Task The_first_day_of_a_period_corrects_its_unit_and_an_earlier_one_is_refused()
    {
        TestDatabase.Need();
        var officer = await GivenPeople.OfficerAsync(database.Catalog, "M002", "B-1", new DateOnly(2020, 1, 1));
        await GoodAsync(officer.Draft() with { Unit = "B-2", MovedOn = new DateOnly(2020, 1, 1) });
        Assert.Equal("B-2", Assert.Single(await Officers.MembershipsAsync(officer.OfficerId, default)).Unit);
        await RefusedAsync(officer.Draft() with { Since = null, Unit = "B-1", MovedOn = new DateOnly(2019, 1, 1) }, "movedOn", "moved-before");
        await RefusedAsync(officer.Draft() with { Unit = "B-2", MovedOn = new DateOnly(2024, 1, 1) }, "movedOn", "moved-nowhere");
    }

    [SkippableFact]
    public async Task Who_left_keeps_history_and_may_come_back()
    {
        TestDatabase.Need();
        var officer = await GivenPeople.OfficerAsync(database.Catalog, "M003", "B-1", new DateOnly(2020, 1, 1));
        await GoodAsync(officer.Draft() with { LeftOn = s_today.AddDays(-10) });
        var left = (await Officers.FindAsync("m003", default))!;
        Assert.Equal(("B-1", s_today.AddDays(-10)), (left.Unit, left.LeftOn));
        Assert.Null(await Officers.UnitAtAsync(officer.OfficerId, s_today, default));
        Assert.Contains("M003", (await ListAsync(new OfficerFilter { State = "left" })).Select(row => row.Number));
        Assert.DoesNotContain("M003", (await ListAsync(new OfficerFilter { State = "serving" })).Select(row => row.Number));

        await GoodAsync(left.Draft() with { LeftOn = s_today.AddDays(-8) });
        await GoodAsync(left.Draft() with { LeftOn = null, Unit = "B-2" });
        Assert.Equal(
            [("B-2", s_today, (DateOnly?)null), ("B-1", new DateOnly(2020, 1, 1), s_today.AddDays(-8))],
            (await Officers.MembershipsAsync(officer.OfficerId, default)).Select(period => (period.Unit, period.FirstDay, period.LastDay)));
    }

    [SkippableFact]
    public async Task The_database_refuses_two_units_on_one_day_and_any_deletion()
    {
        TestDatabase.Need();
        var officer = await GivenPeople.OfficerAsync(database.Catalog, "M004", "B-1");
        var overlap = await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync(
            "insert into officer_unit (officer_id, unit_id, during) select $1, unit_id, daterange('2000-01-01', null) from unit where code = 'B-2'", officer.OfficerId.Value));
        Assert.Equal("officer_unit_once", overlap.ConstraintName);
        foreach (var table in new[] { "officer_unit", "officer", "unit" })
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync($"delete from {table}"))).SqlState);
    }

    [SkippableFact]
    public async Task A_certificate_and_an_account_belong_to_one_officer()
    {
        TestDatabase.Need();
        var account = AccountId.New(Given.Now);
        await database.AsOwner.ExecuteAsync(
            """
            insert into account (account_id, user_name, normalized_user_name, display_name, security_stamp, concurrency_stamp, created_at)
            values ($1, 'zhang', 'ZHANG', '张', 's', 'c', now())
            """, account.Value);
        var first = new OfficerDraft { Number = "Q001", Name = "张三", Unit = "B-1", Certificate = "007", Account = "Zhang" };
        await GoodAsync(first);
        Assert.Equal("zhang", (await Officers.FindAsync("Q001", default))!.Account);
        var second = await Officers.SaveAsync(first with { Number = "Q002" }, null, GivenPeople.By(), default);
        Assert.Equal(["certificate-taken", "account-taken"], second.Faults.Select(fault => fault.Code));
        Assert.Equal("张三 Q001", second.Faults[0].Arguments[0]);
        Assert.Null(await Officers.FindAsync("Q002", default));
    }

    [SkippableFact]
    public async Task A_refused_save_leaves_nothing()
    {
        TestDatabase.Need();
        var officer = await GivenPeople.OfficerAsync(database.Catalog, "M005", "B-1", new DateOnly(2020, 1, 1));
        await RefusedAsync(officer.Draft() with { Name = "别名", Since = null, LeftOn = new DateOnly(2019, 1, 1) }, "leftOn", "left-before-unit");
        Assert.Equal(officer, await Officers.FindAsync("M005", default));
    }

    [SkippableFact]
    public async Task Lists_page_by_number_in_both_directions_and_know_own_and_below()
    {
        TestDatabase.Need();
        for (var i = 0; i < 7; i++)
            await GivenPeople.OfficerAsync(database.Catalog, $"P{i:000}", i % 2 == 0 ? "B-1" : "B-2");
        var filter = new OfficerFilter { Text = "P0", Unit = "b-0" };
        var first = await Officers.ListAsync(filter, null, null, 3, s_today, default);
        Assert.Equal((["P000", "P001", "P002"], 7L, null), (first.Rows.Select(row => row.Number), first.Count, first.Previous), PageComparer);
        var second = await Officers.ListAsync(filter, first.Next, null, 3, s_today, default);
        Assert.Equal(["P003", "P004", "P005"], second.Rows.Select(row => row.Number));
        var back = await Officers.ListAsync(filter, null, second.Previous, 3, s_today, default);
        Assert.Equal(["P000", "P001", "P002"], back.Rows.Select(row => row.Number));
        Assert.Null((await Officers.ListAsync(filter, second.Next, null, 3, s_today, default)).Next);
        Assert.Equal(4, (await Officers.ListAsync(filter with { Unit = "B-1" }, null, null, 10, s_today, default)).Count);
        Assert.Equal(0, (await Officers.ListAsync(filter with { Unit = "B-0", UnitOnly = true }, null, null, 10, s_today, default)).Count);
        Assert.Equal(0, (await Officers.ListAsync(filter with { Text = "P0%" }, null, null, 10, s_today, default)).Count);
    }

    private static IEqualityComparer<(IEnumerable<string>, long, string?)> PageComparer { get; } =
        EqualityComparer<(IEnumerable<string>, long, string?)>.Create((a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2 == b.Item2 && a.Item3 == b.Item3);

    private async Task<IReadOnlyList<OfficerRow>> ListAsync(OfficerFilter filter) => (await Officers.ListAsync(filter, null, null, 1000, s_today, default)).Rows;

    private async Task<UnitId?> UnitAsync(string code) => (await new UnitTable(database.Catalog).FindAsync(code, s_today, default))?.UnitId;

    private async Task GoodAsync(OfficerDraft draft) => Assert.Empty((await Officers.SaveAsync(draft, null, GivenPeople.By(), default)).Faults);

    private async Task RefusedAsync(OfficerDraft draft, string field, string code)
    {
        var saved = await Officers.SaveAsync(draft, null, GivenPeople.By(), default);
        Assert.Equal(SaveOutcome.Refused, saved.Outcome);
        Assert.Equal((field, code), (saved.Faults[0].Field, saved.Faults[0].Code));
    }
}
