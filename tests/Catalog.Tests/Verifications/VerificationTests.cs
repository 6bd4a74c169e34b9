using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Verifications;

public sealed class VerificationTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private VerificationTable Verifications => new(database.Catalog);

    [SkippableTheory]
    [InlineData("mismatch")]
    [InlineData("missing")]
    public async Task A_bad_result_damages_the_clip_and_a_later_match_makes_it_sound_again(string bad)
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var broken = await EndAsync(await RequestAsync(clip), bad, Given.Now.AddMinutes(1));
        Assert.Equal((ClipHealth.Damaged, bad, null), await HealthAsync(clip));
        await EndAsync(await RequestAsync(clip), "match", Given.Now.AddMinutes(2));
        Assert.Equal((ClipHealth.Ok, null, Given.Now.AddMinutes(2)), await HealthAsync(clip));
        Assert.Equal(bad, (await Verifications.FindAsync(broken, default))!.Result);
        Assert.Equal(3, (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Count);
    }

    [SkippableFact]
    public async Task A_store_that_can_not_answer_says_nothing_of_the_clip()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await EndAsync(await RequestAsync(clip), "unavailable", Given.Now.AddMinutes(1));
        Assert.Equal((ClipHealth.Ok, null, null), await HealthAsync(clip));
        await EndAsync(await RequestAsync(clip), "mismatch", Given.Now.AddMinutes(2));
        await EndAsync(await RequestAsync(clip), "unavailable", Given.Now.AddMinutes(3));
        Assert.Equal((ClipHealth.Damaged, "mismatch", null), await HealthAsync(clip));
    }

    [SkippableFact]
    public async Task A_match_does_not_hide_that_somebody_has_to_look()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        await database.AsOwner.ExecuteAsync("update clip set health = 'attention', health_reason = 'preview-failed' where clip_id = $1", clip.Value);
        await EndAsync(await RequestAsync(clip), "match", Given.Now.AddMinutes(1));
        Assert.Equal((ClipHealth.Attention, "preview-failed", Given.Now.AddMinutes(1)), await HealthAsync(clip));
    }

    [SkippableFact]
    public async Task A_verification_ends_once()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var request = await RequestAsync(clip);
        Assert.True(await TryEndAsync(request, "mismatch", Given.Now.AddMinutes(1)));
        Assert.False(await TryEndAsync(request, "match", Given.Now.AddMinutes(2)));
        Assert.Equal((ClipHealth.Damaged, "mismatch", null), await HealthAsync(clip));
        Assert.Equal(2, (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Count);
    }

    [SkippableFact]
    public async Task Requests_that_still_run_are_found_and_the_newest_stands_first()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var ended = await RequestAsync(clip, -30);
        await EndAsync(ended, "match", Given.Now);
        var (old, young) = (await RequestAsync(clip, -20), await RequestAsync(await GivenClipAsync(), -1));
        var idle = await Verifications.IdleAsync(Given.Now.AddMinutes(-5), Given.Now, default);
        Assert.Contains(old.VerificationId, idle);
        Assert.DoesNotContain(ended.VerificationId, idle);
        Assert.DoesNotContain(young.VerificationId, idle);
        Assert.Equal([old.VerificationId, ended.VerificationId], (await Verifications.OfClipAsync(clip, default)).Select(row => row.VerificationId));
        Assert.Equal("running", (await Verifications.FindAsync(old.VerificationId, default))!.Result);
    }

    [SkippableFact]
    public async Task One_worker_at_a_time_carries_out_a_verification_and_the_sweeper_leaves_it_alone_meanwhile()
    {
        TestDatabase.Need();
        var id = (await RequestAsync(await GivenClipAsync(), -20)).VerificationId;
        var until = Given.Now.AddMinutes(1);
        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Verifications.LeaseAsync(id, until, isRenewal: false, Given.Now, default))));
        Assert.Single(taken, true);
        Assert.DoesNotContain(id, await Verifications.IdleAsync(Given.Now, Given.Now, default));
        Assert.True(await Verifications.LeaseAsync(id, until.AddMinutes(1), isRenewal: true, Given.Now, default));
        Assert.False(await Verifications.LeaseAsync(id, until, isRenewal: false, until.AddSeconds(1), default));
        Assert.Contains(id, await Verifications.IdleAsync(Given.Now, until.AddMinutes(2), default));
        Assert.True(await Verifications.LeaseAsync(id, until.AddMinutes(3), isRenewal: false, until.AddMinutes(2), default));
    }

    [SkippableFact]
    public async Task Many_who_ask_at_once_get_the_one_that_runs()
    {
        TestDatabase.Need();
        var clip = await GivenClipAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RequestAsync(clip))));
        Assert.Single(answers.Select(row => row.VerificationId).Distinct());
        Assert.Single(await Verifications.OfClipAsync(clip, default));
        await EndAsync(answers[0], "match", Given.Now.AddMinutes(1));
        Assert.NotEqual(answers[0].VerificationId, (await RequestAsync(clip)).VerificationId);
    }

    private async Task<ClipId> GivenClipAsync() =>
        (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;

    private Task<VerificationRow> RequestAsync(ClipId clip, int minutes = 0) =>
        Verifications.RequestAsync(clip, VerificationReasons.OnDemand, AccountId.New(Given.Now), Given.Now.AddMinutes(minutes), default);

    private async Task<VerificationId> EndAsync(VerificationRow request, string result, DateTimeOffset at)
    {
        Assert.True(await TryEndAsync(request, result, at));
        return request.VerificationId;
    }

    private Task<bool> TryEndAsync(VerificationRow request, string result, DateTimeOffset at) => Verifications.EndAsync(
        request with { Result = result, EndedAt = at, FoundSize = 1 },
        result == "unavailable" ? null : Given.Event(request.ClipId, $"verified/{request.VerificationId}", CustodyKinds.ClipVerified),
        default);

    private async Task<(ClipHealth Health, string? Reason, DateTimeOffset? VerifiedAt)> HealthAsync(ClipId clip)
    {
        var row = (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!;
        return (row.Health, row.HealthReason, row.VerifiedAt);
    }
}
