using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Docks;

public sealed class DockSessionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly DockSessionRow _session = new()
    {
        SessionId = SessionId.New(Given.Now),
        Station = "station-1",
        Slot = 1,
        Source = "dock",
        Recorder = new RecorderIdentity("slot:station-1:1", null, "none"),
        AttachedAt = Given.Now,
    };

    private DockSessionTable Sessions => new(database.Catalog);

    [SkippableFact]
    public async Task A_session_written_again_and_again_has_one_row_and_one_event_for_each_change()
    {
        TestDatabase.Need();
        var skipped = new SkippedFileRow(_session.SessionId, [1, 2, 255], "a", $"empty-{_session.SessionId}", 0, Given.Now, Given.Now);
        var ended = _session with { Recorder = new RecorderIdentity("DSJ-1", "DSJ-1", "binding"), DetachedAt = Given.Now.AddMinutes(5), Early = true, Missing = 3 };
        for (var i = 0; i < 2; i++)
        {
            await Sessions.WriteAsync(_session, [], Given.Now, default);
            await Sessions.WriteAsync(ended, [skipped], Given.Now, default);
        }
        Assert.Equal(("DSJ-1", 3, true), (
            await OneAsync<string>("recorder"), await OneAsync<int>("missing"), await OneAsync<bool>("early")));
        Assert.Equal(1L, await EventsAsync(CustodyKinds.SessionAttached));
        Assert.Equal(1L, await EventsAsync(CustodyKinds.SessionDetachedEarly));
        Assert.Equal(0L, await EventsAsync(CustodyKinds.SessionDetached));
        var listed = Assert.Single(await Sessions.SkippedAsync(skipped.Reason, 10, default));
        Assert.Equal(skipped.RawPath, listed.RawPath);
        Assert.Equal(skipped with { RawPath = listed.RawPath }, listed);
    }

    [SkippableFact]
    public async Task A_session_that_ended_well_says_so()
    {
        TestDatabase.Need();
        await Sessions.WriteAsync(_session with { DetachedAt = Given.Now.AddMinutes(5) }, [], Given.Now, default);
        Assert.Equal(1L, await EventsAsync(CustodyKinds.SessionDetached));
        Assert.Equal(0L, await EventsAsync(CustodyKinds.SessionDetachedEarly));
    }

    private Task<T> OneAsync<T>(string column) =>
        database.AsOwner.ScalarAsync<T>($"select {column} from dock_session where session_id = $1", _session.SessionId.Value);

    private Task<long> EventsAsync(string kind) =>
        database.AsOwner.ScalarAsync<long>("select count(*) from custody_event where once = $1", $"{kind}/{_session.SessionId}");
}
