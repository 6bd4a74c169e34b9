using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class StageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private ClipTable Clips => new(database.Catalog);

    [SkippableFact]
    public async Task A_move_changes_the_clip_and_leaves_one_event()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var sm3 = Sm3Digest.From(new byte[32]);
        Assert.True(await Clips.MoveAsync(
            Move(clip, ClipStage.Registered, ClipStage.Stored) with
            {
                Sm3 = sm3,
                StoredAt = Given.Now,
                LockedUntil = Given.Now.AddDays(183),
                LockStrength = "advisory",
                Kind = ClipKind.Audio,
                Attention = "unreadable",
            },
            default));
        var row = (await Clips.FindForWorkAsync(clip, default))!;
        Assert.Equal((ClipStage.Stored, sm3, Given.Now, Given.Now, Given.Now.AddDays(183), "advisory", ClipKind.Audio, ClipHealth.Attention, "unreadable"), (
            row.Stage, row.Sm3!.Value, row.StoredAt!.Value, row.VerifiedAt!.Value, row.LockedUntil!.Value, row.LockStrength, row.Kind, row.Health, row.HealthReason));
        Assert.Equal(2, (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Count);
    }

    [SkippableFact]
    public async Task A_stale_move_changes_nothing_and_leaves_no_event()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        Assert.True(await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored), default));
        Assert.False(await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored), default));
        Assert.False(await Clips.MoveAsync(Move(clip, ClipStage.Probed, ClipStage.Previewed), default));
        Assert.Equal(ClipStage.Stored, (await Clips.FindForWorkAsync(clip, default))!.Stage);
        Assert.Equal(2, (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Count);
    }

    [SkippableFact]
    public async Task A_move_backwards_or_on_the_spot_is_refused()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored), default);
        await Assert.ThrowsAsync<ArgumentException>(() => Clips.MoveAsync(Move(clip, ClipStage.Stored, ClipStage.Registered), default));
        await Assert.ThrowsAsync<ArgumentException>(() => Clips.MoveAsync(Move(clip, ClipStage.Stored, ClipStage.Stored), default));
        Assert.Equal(ClipStage.Stored, (await Clips.FindForWorkAsync(clip, default))!.Stage);
    }

    [SkippableFact]
    public async Task Many_workers_moving_one_clip_at_once_leave_one_event_for_each_stage()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        ClipStage[] stages = [ClipStage.Registered, ClipStage.Stored, ClipStage.Probed, ClipStage.Previewed];
        var moves = Enumerable.Range(0, 24).Select(i => Move(clip, stages[i % 3], stages[(i % 3) + 1]));
        await Task.WhenAll(moves.Select(move => Task.Run(async () =>
            await Wait.UntilAsync("the clip is past the stage", async () =>
            {
                await Clips.MoveAsync(move, default);
                return (await Clips.FindForWorkAsync(clip, default))!.Stage >= move.To;
            }))));
        Assert.Equal(4, (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Count);
    }

    [SkippableFact]
    public async Task An_event_that_can_not_be_written_stops_the_move()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var move = Move(clip, ClipStage.Registered, ClipStage.Stored);
        var tooLong = move with { Event = move.Event with { Facts = [new("text", new string('x', CustodyEvent.MaxBodyBytes))] } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => Clips.MoveAsync(tooLong, default));
        Assert.Equal(ClipStage.Registered, (await Clips.FindForWorkAsync(clip, default))!.Stage);
    }

    [SkippableFact]
    public async Task A_lock_date_in_the_catalog_never_goes_back()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored) with { LockedUntil = Given.Now.AddDays(200) }, default);
        await Clips.MoveAsync(Move(clip, ClipStage.Stored, ClipStage.Probed) with { LockedUntil = Given.Now.AddDays(100) }, default);
        Assert.Equal(Given.Now.AddDays(200), (await Clips.FindForWorkAsync(clip, default))!.LockedUntil);
    }

    [SkippableFact]
    public async Task Attention_never_hides_damage()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await database.AsOwner.ExecuteAsync("update clip set health = 'damaged', health_reason = 'mismatch' where clip_id = $1", clip.Value);
        await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored) with { Attention = "unreadable" }, default);
        var row = (await Clips.FindForWorkAsync(clip, default))!;
        Assert.Equal((ClipHealth.Damaged, "mismatch"), (row.Health, row.HealthReason));
    }

    [SkippableFact]
    public async Task Whoever_listens_is_told_of_a_move_after_its_commit()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await using var listener = await database.Catalog.OpenAsync(default);
        var heard = new List<string>();
        listener.Notification += (_, e) => heard.Add(e.Payload);
        await using (var listen = new Npgsql.NpgsqlCommand("listen clip_changed", listener))
            await listen.ExecuteNonQueryAsync();
        await Clips.MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Stored), default);
        await Wait.UntilAsync("the clip's notification", async () =>
        {
            await listener.WaitAsync(TimeSpan.FromMilliseconds(200));
            return heard.Contains(clip.ToString());
        });
    }

    [SkippableFact]
    public async Task The_board_learns_stage_and_health_of_the_clips_it_asks_for()
    {
        TestDatabase.Need();
        var (one, two) = (await GivenClipAsync(), await GivenClipAsync());
        await Clips.MoveAsync(Move(two, ClipStage.Registered, ClipStage.Stored), default);
        var states = await Clips.StatesAsync([one, two, ClipId.New(Given.Now)], default);
        Assert.Equal((2, ClipStage.Registered, ClipStage.Stored), (states.Count, states[one].Stage, states[two].Stage));
        Assert.Empty(await Clips.StatesAsync([], default));
    }

    private async Task<ClipId> GivenClipAsync() =>
        (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;

    private static StageMove Move(ClipId clip, ClipStage from, ClipStage to) =>
        new() { Clip = clip, From = from, To = to, Event = Given.Event(clip, $"{to.Word()}/{clip}", "clip." + to.Word()) };
}
