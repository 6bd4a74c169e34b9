using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Units;

public sealed class UnitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateOnly s_today = GivenPeople.By().Today;

    private UnitTable Units => new(database.Catalog);

    [SkippableFact]
    public async Task Saving_creates_then_changes_then_does_nothing_with_an_event_for_each_version()
    {
        TestDatabase.Need();
        var draft = new UnitDraft { Code = "A-1", Name = " 执法大队 ", Kind = UnitKinds.Brigade };
        Assert.Equal((SaveOutcome.Created, 1), await SaveAsync(draft));
        Assert.Equal((SaveOutcome.Unchanged, 1), await SaveAsync(draft with { Code = "a-1" }));
        Assert.Equal((SaveOutcome.Changed, 2), await SaveAsync(draft with { Name = "综合执法大队" }));
        var unit = (await Units.FindAsync("a-1", s_today, default))!;
        Assert.Equal(("A-1", "综合执法大队"), (unit.Code, unit.Name));
        var bodies = await database.Catalog.ScalarAsync<string>(
            "select string_agg(kind || ' ' || convert_from(body, 'UTF8'), '|' order by once) from custody_event where once like 'unit/' || $1 || '/%'", unit.UnitId.ToString());
        Assert.StartsWith("unit.created", bodies, StringComparison.Ordinal);
        Assert.Contains("|unit.changed", bodies, StringComparison.Ordinal);
        Assert.Contains("\"was.name\":\"执法大队\"", bodies, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_saw_another_version_overwrites_nothing()
    {
        TestDatabase.Need();
        var draft = await GivenPeople.UnitAsync(database.Catalog, "V-1");
        Assert.Equal((SaveOutcome.Stale, 1), await SaveAsync(draft with { Name = "x" }, known: 7));
        Assert.Equal((SaveOutcome.Stale, 1), await SaveAsync(draft, known: 0));
        Assert.Equal((SaveOutcome.Changed, 2), await SaveAsync(draft with { Name = "x" }, known: 1));
    }

    [SkippableFact]
    public async Task A_unit_never_comes_to_stand_below_itself()
    {
        TestDatabase.Need();
        var top = await GivenPeople.UnitAsync(database.Catalog, "C-1");
        await GivenPeople.UnitAsync(database.Catalog, "C-2", "C-1");
        await GivenPeople.UnitAsync(database.Catalog, "C-3", "C-2");
        foreach (var parent in new[] { "C-1", "C-2", "C-3" })
            Assert.Equal("cycle", Assert.Single((await Units.SaveAsync(top with { Parent = parent }, null, GivenPeople.By(), default)).Faults).Code);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync(
            "update unit set parent_id = (select unit_id from unit where code = 'C-3') where code = 'C-1'"));
        Assert.Equal("unit_no_cycle", refused.ConstraintName);
    }

    [SkippableFact]
    public async Task Two_moves_at_once_do_not_close_a_ring()
    {
        TestDatabase.Need();
        for (var round = 0; round < 5; round++)
        {
            var a = await GivenPeople.UnitAsync(database.Catalog, $"R{round}-A");
            var b = await GivenPeople.UnitAsync(database.Catalog, $"R{round}-B");
            var moves = await Task.WhenAll(
                Task.Run(() => Units.SaveAsync(a with { Parent = b.Code }, null, GivenPeople.By(), default)),
                Task.Run(() => Units.SaveAsync(b with { Parent = a.Code }, null, GivenPeople.By(), default)));
            Assert.Single(moves, move => move.Outcome == SaveOutcome.Changed);
            Assert.Equal(2, (await Units.TreeAsync(s_today, default)).Count(unit => unit.Code.StartsWith($"R{round}-", StringComparison.Ordinal)));
        }
    }

    [SkippableFact]
    public async Task The_standard_comes_from_the_nearest_unit_above_that_has_one()
    {
        TestDatabase.Need();
        await GivenPeople.UnitAsync(database.Catalog, "S-1", officersPerRecorder: 3);
        await GivenPeople.UnitAsync(database.Catalog, "S-2", "S-1");
        await GivenPeople.UnitAsync(database.Catalog, "S-3", "S-2", officersPerRecorder: 1);
        var tree = (await Units.TreeAsync(s_today, default)).Where(unit => unit.Code.StartsWith("S-", StringComparison.Ordinal)).ToList();
        Assert.Equal([("S-1", 0, 3), ("S-2", 1, 3), ("S-3", 2, 1)], tree.Select(unit => (unit.Code, unit.Depth, unit.Standard!.Value)));
    }

    [SkippableFact]
    public async Task A_unit_with_people_or_units_is_not_closed_and_a_closed_one_takes_nobody()
    {
        TestDatabase.Need();
        var unit = await GivenPeople.UnitAsync(database.Catalog, "X-1");
        await GivenPeople.OfficerAsync(database.Catalog, "X001", "X-1");
        var refused = await Units.SaveAsync(unit with { ClosedOn = s_today }, null, GivenPeople.By(), default);
        Assert.Equal(new Fault("closedOn", "unit-in-use", "1", "0").Code, Assert.Single(refused.Faults).Code);

        var empty = await GivenPeople.UnitAsync(database.Catalog, "X-2");
        Assert.Equal((SaveOutcome.Changed, 2), await SaveAsync(empty with { ClosedOn = s_today }));
        var officer = new OfficerDraft { Number = "X002", Name = "某", Unit = "X-2" };
        Assert.Equal("unit-closed", Assert.Single((await new OfficerTable(database.Catalog).SaveAsync(officer, null, GivenPeople.By(), default)).Faults).Code);
    }

    [SkippableTheory]
    [InlineData("", "required")]
    [InlineData("a b", "not-a-key")]
    [InlineData("a/b", "not-a-key")]
    [InlineData("new", "not-a-key")]
    [InlineData("a\u200Bb", "invisible")]
    public async Task A_code_has_to_stand_in_an_address(string code, string fault)
    {
        TestDatabase.Need();
        var saved = await Units.SaveAsync(new UnitDraft { Code = code, Name = "n", Kind = "post" }, null, GivenPeople.By(), default);
        Assert.Equal(("code", fault), (Assert.Single(saved.Faults).Field, saved.Faults[0].Code));
    }

    private async Task<(SaveOutcome Outcome, int Version)> SaveAsync(UnitDraft draft, int? known = null)
    {
        var saved = await Units.SaveAsync(draft, known, GivenPeople.By(), default);
        return (saved.Outcome, saved.Version);
    }
}
