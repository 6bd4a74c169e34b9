using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Work;

public sealed class WorkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private WorkTable Work => new(database.Catalog);

    [SkippableFact]
    public async Task A_lease_is_held_by_one_worker_until_it_runs_out_and_its_token_only_grows()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var first = await Work.TakeAsync(clip, s_minute, Given.Now, default);
        Assert.Equal(new WorkLease(clip, 1, 1), first);
        Assert.Null(await Work.TakeAsync(clip, s_minute, Given.Now.AddSeconds(59), default));
        var second = await Work.TakeAsync(clip, s_minute, Given.Now.AddSeconds(61), default);
        Assert.Equal(new WorkLease(clip, 2, 2), second);
    }

    [SkippableFact]
    public async Task Of_many_that_ask_at_once_one_gets_the_lease()
    {
        TestDatabase.Need();
        for (var round = 0; round < 5; round++)
        {
            var clip = await GivenClipAsync();
            var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Work.TakeAsync(clip, s_minute, Given.Now, default))));
            Assert.Single(leases, lease => lease is not null);
        }
    }

    [SkippableFact]
    public async Task A_lost_lease_neither_renews_nor_writes()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var lost = (await Work.TakeAsync(clip, s_minute, Given.Now, default))!;
        var held = (await Work.TakeAsync(clip, s_minute, Given.Now.AddMinutes(2), default))!;
        var before = await RowAsync(clip);
        Assert.False(await Work.RenewAsync(lost, Given.Now.AddHours(1), default));
        await Work.DoneAsync(lost, Given.Now.AddHours(1), default);
        await Work.FailedAsync(lost, Given.Now.AddHours(1), "late", isAttempt: true, default);
        Assert.Equal(before, await RowAsync(clip));
        Assert.True(await Work.RenewAsync(held, Given.Now.AddHours(1), default));
        Assert.Null(await Work.TakeAsync(clip, s_minute, Given.Now.AddMinutes(59), default));
    }

    [SkippableFact]
    public async Task Failures_add_up_and_a_step_that_went_through_starts_the_next_from_none()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var lease = (await Work.TakeAsync(clip, s_minute, Given.Now, default))!;
            Assert.Equal(attempt, lease.Attempts);
            await Work.FailedAsync(lease, Given.Now, "no", isAttempt: true, default);
        }
        await Work.DoneAsync((await Work.TakeAsync(clip, s_minute, Given.Now, default))!, Given.Now, default);
        Assert.Equal((5L, 1), (await Work.TakeAsync(clip, s_minute, Given.Now, default)) is { } next ? (next.Token, next.Attempts) : default);
    }

    [SkippableFact]
    public async Task What_is_not_the_input_s_fault_counts_as_no_attempt()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        for (var i = 0; i < 3; i++)
        {
            var lease = (await Work.TakeAsync(clip, s_minute, Given.Now, default))!;
            Assert.Equal(1, lease.Attempts);
            await Work.FailedAsync(lease, Given.Now, "the store is away", isAttempt: false, default);
        }
    }

    [SkippableFact]
    public async Task A_sweep_takes_what_stands_still_and_puts_it_off()
    {
        TestDatabase.Need();
        var (idle, leased, later, done) = (await GivenClipAsync(), await GivenClipAsync(), await GivenClipAsync(), await GivenClipAsync());
        await database.AsOwner.ExecuteAsync("update clip set stage = 'stored' where clip_id = any ($1)", new[] { idle.Value, leased.Value, later.Value });
        await Work.TakeAsync(leased, TimeSpan.FromHours(1), Given.Now, default);
        await Work.FailedAsync((await Work.TakeAsync(later, s_minute, Given.Now, default))!, Given.Now.AddMinutes(30), "no", isAttempt: true, default);
        await database.AsOwner.ExecuteAsync("update clip set stage = 'linked' where clip_id = $1", done.Value);
        var at = Given.Now.AddMinutes(1);
        var taken = await Work.TakeIdleAsync(at, TimeSpan.FromSeconds(90), 1000, default);
        Assert.Contains(new IdleClip { ClipId = idle, Stage = ClipStage.Stored }, taken);
        Assert.Empty(taken.Select(clip => clip.ClipId).Intersect([leased, later, done]));
        Assert.DoesNotContain(idle, (await Work.TakeIdleAsync(at.AddSeconds(89), TimeSpan.FromSeconds(90), 1000, default)).Select(clip => clip.ClipId));
        Assert.Contains(idle, (await Work.TakeIdleAsync(at.AddSeconds(91), TimeSpan.FromSeconds(90), 1000, default)).Select(clip => clip.ClipId));
        Assert.Contains(later, (await Work.TakeIdleAsync(Given.Now.AddMinutes(31), TimeSpan.FromSeconds(90), 1000, default)).Select(clip => clip.ClipId));
        Assert.Contains(leased, (await Work.TakeIdleAsync(Given.Now.AddMinutes(61), TimeSpan.FromSeconds(90), 1000, default)).Select(clip => clip.ClipId));
    }

    [SkippableFact]
    public async Task The_next_one_to_store_has_waited_longest_is_due_and_nobody_s_work()
    {
        TestDatabase.Need();
        // They came at one instant: then the order of their ids.
        ClipId[] clips = [.. new[] { await GivenClipAsync(), await GivenClipAsync(), await GivenClipAsync(), await GivenClipAsync() }.OrderBy(clip => clip.ToString(), StringComparer.Ordinal)];
        async Task<ClipId?> NextAsync(DateTimeOffset now) => (await Work.NextToStoreAsync(clips, now, default))?.ClipId;
        var lease = (await Work.TakeAsync(clips[0], s_minute, Given.Now, default))!;
        await Work.FailedAsync((await Work.TakeAsync(clips[1], s_minute, Given.Now, default))!, Given.Now.AddMinutes(5), "no", isAttempt: true, default);
        Assert.Equal(clips[2], await NextAsync(Given.Now));
        await database.AsOwner.ExecuteAsync("update clip set stage = 'stored' where clip_id = $1", clips[2].Value);
        Assert.Equal(clips[3], await NextAsync(Given.Now));
        // A lease whose holder is gone; an attempt that has come due.
        Assert.Equal(clips[0], await NextAsync(Given.Now.AddMinutes(2)));
        await Work.DoneAsync(lease, Given.Now.AddDays(1), default);
        Assert.Equal(clips[1], await NextAsync(Given.Now.AddMinutes(6)));

        Assert.Null(await Work.NextToStoreAsync([], Given.Now, default));
    }

    [SkippableFact]
    public async Task Slots_take_turns_in_being_stored()
    {
        TestDatabase.Need();
        foreach (var slot in new[] { 1, 1, 1, 2, 5, 0 })
            await database.AsOwner.ExecuteAsync("update clip set station = 'turns', slot = nullif($2, 0) where clip_id = $1", (await GivenClipAsync()).Value, slot);
        var turns = new List<int>();
        for (var slot = -1; turns.Count < 6;)
        {
            if (await Work.NextToStoreAsync("turns", slot, Given.Now, default) is { } next)
            {
                turns.Add(slot = next.Slot);
                await Work.TakeAsync(next.ClipId, s_minute, Given.Now, default);
            }
            else
            {
                slot = -1;
            }
        }
        Assert.Equal([0, 1, 2, 5, 1, 1], turns);
        Assert.Null(await Work.NextToStoreAsync("turns", -1, Given.Now, default));
        Assert.Null(await Work.NextToStoreAsync("another", -1, Given.Now, default));
    }

    [Fact]
    public void Queues_sort_by_urgency()
    {
        Assert.Equal(WorkQueues.Media, WorkQueues.After(ClipStage.Stored, "needs-preview"));
        Assert.Equal(WorkQueues.Media, WorkQueues.After(ClipStage.Probed, "original"));
        Assert.Equal(WorkQueues.Transcode, WorkQueues.After(ClipStage.Probed, "needs-preview"));
        string[] queues = [WorkQueues.Media, WorkQueues.Verify, WorkQueues.Transcode];
        Assert.Equal(queues.Order(StringComparer.Ordinal), queues);
    }

    private async Task<ClipId> GivenClipAsync() =>
        (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;

    private Task<string> RowAsync(ClipId clip) => database.AsOwner.ScalarAsync<string>("select clip_work::text from clip_work where clip_id = $1", clip.Value);
}
