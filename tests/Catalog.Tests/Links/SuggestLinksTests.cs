using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Links;

/// <summary>The rules alone, on rolls made by hand.</summary>
public sealed class SuggestLinksTests
{
    private static readonly DateTimeOffset s_nine = new(2026, 9, 1, 1, 0, 0, TimeSpan.Zero);
    private static readonly OfficerId s_officer = OfficerId.New(Given.Now), s_other = OfficerId.New(Given.Now);
    private static readonly UnitId s_unit = UnitId.New(Given.Now), s_otherUnit = UnitId.New(Given.Now);

    [Fact]
    public void A_film_of_an_activity_by_its_officer_is_sure()
    {
        var one = Assert.Single(Decide([Film(-1, 21)], [Activity(0, 20)]));
        Assert.Equal((1, "T10", true), (one.Rank, one.Item, one.Confident));
        Assert.Equal(
            [LinkReasons.Officer, LinkReasons.Overlap, LinkReasons.ClockUnknown, LinkReasons.Lacking],
            one.Reasons.Select(reason => reason.Code));
    }

    [Fact]
    public void Nobody_of_the_activity_and_another_unit_is_no_candidate() =>
        Assert.Empty(Decide([Film(-1, 21)], [Activity(0, 20) with { Officers = [s_other], Unit = s_otherUnit }]));

    [Fact]
    public void Beyond_the_error_of_the_clock_is_no_candidate()
    {
        Assert.Empty(Decide([Film(-30, -11)], [Activity(0, 20)]));
        Assert.Empty(Decide([Film(-20, -1) with { Within = TimeSpan.FromSeconds(2) }], [Activity(0, 20)]));
        Assert.False(Assert.Single(Decide([Film(-20, -1)], [Activity(0, 20)])).Confident);
    }

    [Fact]
    public void A_photo_does_not_count_for_an_item_that_wants_a_film() =>
        Assert.Empty(Decide([Film(5, 5) with { Kind = ClipKind.Photo, Methods = Methods.Photo, To = null }], [Activity(0, 20)]));

    [Fact]
    public void Far_from_the_place_a_person_has_to_decide()
    {
        var there = Activity(0, 20) with { Latitude = 25.5, Longitude = 101.2 };
        Assert.True(Assert.Single(Decide([Film(-1, 21) with { Latitude = 25.5005, Longitude = 101.2 }], [there])).Confident);
        Assert.False(Assert.Single(Decide([Film(-1, 21) with { Latitude = 25.55, Longitude = 101.2 }], [there])).Confident);
    }

    [Fact]
    public void A_name_that_contradicts_the_ledger_leaves_both_and_neither_is_sure()
    {
        var clip = Film(-1, 21) with { Officers = [], Holders = [s_officer], Named = [s_other] };
        Assert.Equal(LinkReasons.Holder, Assert.Single(Decide([clip], [Activity(0, 20)])).Reasons[0].Code);
        var named = Assert.Single(Decide([clip], [Activity(0, 20) with { Officers = [s_other] }]));
        Assert.Equal((LinkReasons.Named, false), (named.Reasons[0].Code, named.Confident));
    }

    [Fact]
    public void All_files_of_a_recorder_together_tell_that_its_clock_is_off()
    {
        // Three activities; each film lies eight minutes before its own, and none of them alone would tell.
        RollActivity[] activities = [Activity(0, 12), Activity(20, 35), Activity(50, 58)];
        var decided = Decide([Film(-8, 4), Film(12, 27), Film(42, 50)], activities);
        Assert.Equal(activities.Select(activity => activity.ActivityId), decided.Where(one => one.Rank == 1).Select(one => one.Activity.ActivityId));
        Assert.All(decided.Where(one => one.Rank == 1), one => Assert.Contains(one.Reasons, reason => reason.Code == LinkReasons.ClockShifted));
    }

    [Fact]
    public void Files_of_a_clock_that_was_reset_are_laid_on_the_days_activities()
    {
        var epoch = new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero) - (s_nine - TimeSpan.FromHours(1));
        RollActivity[] activities = [Activity(0, 12), Activity(40, 65), Activity(120, 128)];
        RollClip[] clips = [Film(0, 12), Film(40, 65), Film(120, 128)];
        var decided = Decide([.. clips.Select(clip => clip with { From = clip.From + epoch, To = clip.To + epoch, Officers = [], Holders = [s_officer] })], activities);
        Assert.Equal(activities.Select(activity => activity.ActivityId), decided.Where(one => one.Rank == 1).Select(one => one.Activity.ActivityId));
        Assert.All(decided, one => Assert.True(!one.Confident && one.Reasons.Any(reason => reason.Code == LinkReasons.ClockReset)));
    }

    [Fact]
    public void A_part_of_a_recording_goes_with_the_part_that_lies_in_the_activity()
    {
        var (first, second) = (Film(0, 20), Film(20, 30));
        // Entered as over at twenty past; the camera went on.
        var decided = Decide([first, second with { Recording = first.ClipId, Within = TimeSpan.FromSeconds(2) }], [Activity(0, 20)]);
        Assert.Contains(decided, one => one.ClipId == second.ClipId && one.Reasons.Any(reason => reason.Code == LinkReasons.SameRecording));
    }

    [Fact]
    public void What_lies_only_at_the_edge_of_an_activity_is_a_persons_to_confirm()
    {
        Assert.False(Assert.Single(Decide([Film(18, 20)], [Activity(0, 20)])).Confident);
        Assert.True(Assert.Single(Decide([Film(15, 20)], [Activity(0, 20)])).Confident);
    }

    [Fact]
    public void One_film_of_two_activities_shows_both_first()
    {
        var decided = Decide([Film(0, 45)], [Activity(1, 20), Activity(22, 44)]);
        Assert.Equal([1, 1], decided.Select(one => one.Rank));
    }

    [Fact]
    public void Planned_out_of_order_and_not_enforcement()
    {
        Assert.False(Assert.Single(Decide([Film(0, 20)], [Activity(0, 20) with { Planned = true }])).Confident);
        Assert.False(Assert.Single(Decide([Film(0, 20)], [Activity(0, 20) with { OutOfOrder = true }])).Confident);
        Assert.Empty(Decide([Film(0, 20) with { NotEnforcement = true }], [Activity(0, 20)]));
    }

    [Fact]
    public void A_clip_without_a_time_is_left_to_people() => Assert.Empty(Decide([Film(0, 20) with { From = null, To = null }], [Activity(0, 20)]));

    private static IReadOnlyList<Suggestion> Decide(IReadOnlyList<RollClip> clips, IReadOnlyList<RollActivity> activities) => SuggestLinks.Decide(new Roll
    {
        Clips = clips,
        Activities = activities,
        Unit = s_unit,
        DockedBefore = s_nine.AddHours(-15),
        DockedAt = s_nine.AddHours(9),
    });

    private static RollClip Film(double from, double to)
    {
        var id = ClipId.New(Given.Now);
        return new RollClip
        {
            ClipId = id,
            Kind = ClipKind.Video,
            Methods = Methods.Video | Methods.Audio,
            From = s_nine.AddMinutes(from),
            To = s_nine.AddMinutes(to),
            Recording = id,
            Officers = [s_officer],
            Units = [s_unit],
        };
    }

    private static RollActivity Activity(double begins, double ends) => new()
    {
        ActivityId = ActivityId.New(Given.Now),
        CaseId = CaseId.New(Given.Now),
        Unit = s_unit,
        Officers = [s_officer],
        Names = ["甲"],
        Begins = s_nine.AddMinutes(begins),
        Ends = s_nine.AddMinutes(ends),
        Items = [new RollItem("T10", Methods.Video, Key: false, [])],
    };
}
