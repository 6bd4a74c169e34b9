using Npgsql;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Custody;

public sealed class CustodyTableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private CustodyTable Events => new(database.Catalog);

    [SkippableFact]
    public async Task An_event_is_kept_with_its_final_bytes()
    {
        TestDatabase.Need();
        var custodyEvent = Given.Event(ClipId.New(Given.Now), "kept/1") with { Actor = CustodyActor.Person(AccountId.New(Given.Now), "张三") };
        Assert.True(await Events.AppendAsync(custodyEvent, default));
        var row = Assert.Single(await Events.OfClipAsync(Given.Reviewer(), custodyEvent.Clip!.Value, default));
        Assert.Equal(custodyEvent.ToBytes(), row.Body);
        Assert.Equal((custodyEvent.Id, custodyEvent.At, custodyEvent.Kind, custodyEvent.Actor.Account), (row.EventId, row.At, row.Kind, row.AccountId));
    }

    [SkippableFact]
    public async Task A_second_event_with_the_same_key_is_not_written_however_many_try_at_once()
    {
        TestDatabase.Need();
        var clip = ClipId.New(Given.Now);
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Events.AppendAsync(Given.Event(clip, $"same/{clip}"), default))));
        Assert.Single(written, true);
        Assert.Single(await Events.OfClipAsync(Given.Reviewer(), clip, default));
    }

    [SkippableFact]
    public async Task An_event_of_a_transaction_that_fails_is_not_there()
    {
        TestDatabase.Need();
        var clip = ClipId.New(Given.Now);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.Catalog.InTransactionAsync<bool>(
            async transaction =>
            {
                await CustodyTable.AppendAsync(transaction, Given.Event(clip, $"gone/{clip}"), default);
                throw new InvalidOperationException();
            },
            default));
        Assert.Empty(await Events.OfClipAsync(Given.Reviewer(), clip, default));
    }

    [SkippableTheory]
    [InlineData("update custody_event set kind = 'forged'")]
    [InlineData("delete from custody_event")]
    [InlineData("truncate custody_event")]
    [InlineData("drop table custody_event")]
    [InlineData("alter table custody_event add column more text")]
    public async Task The_database_refuses_the_programs_any_change_of_the_log(string statement)
    {
        TestDatabase.Need();
        await Events.AppendAsync(Given.Event(null, $"there/{statement}"), default);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync(statement));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(65_536)]
    public async Task The_database_itself_refuses_a_body_of_a_wrong_length(int length)
    {
        TestDatabase.Need();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Catalog.ExecuteAsync(
            "insert into custody_event (event_id, at, kind, once, body) values ($1, now(), 'k', $2, $3)", Guid.NewGuid(), $"length/{length}", new byte[length]));
        Assert.Equal("custody_event_body_length", refused.ConstraintName);
    }
}
