using Xunit;
using YaoAn.Catalog.Tests.Clips;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clocks;

public sealed class ClockTableTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private ClockTable Clocks => new(database.Catalog);

    [SkippableFact]
    public async Task A_reading_corrects_what_was_there_before_and_what_comes_after_it_and_rewrites_nothing()
    {
        TestDatabase.Need();
        var before = await ProbedAsync("CLK-1", Given.Now);
        await RecordAsync("CLK-1", Given.Now.AddHours(2), 42_000, 1_000);
        var after = await ProbedAsync("CLK-1", Given.Now.AddHours(4));
        var (other, far) = (await ProbedAsync("CLK-2", Given.Now), await ProbedAsync("CLK-1", Given.Now.AddDays(8)));
        foreach (var clip in new[] { await FindAsync(before), await FindAsync(after) })
        {
            Assert.Equal((42_000, 1_250, ClockSources.Entry), (clip.ClockOffsetMs, clip.ClockWithinMs, clip.ClockBy));
            Assert.Equal(clip.RecordedFrom!.Value.AddSeconds(-42), clip.CorrectedFrom);
            Assert.Equal(clip.RecordedTo!.Value.AddSeconds(-42), clip.CorrectedTo);
            Assert.Equal(clip.CorrectedFrom, clip.At);
        }
        Assert.Equal(Given.Now, (await FindAsync(before)).RecordedFrom);
        Assert.Null((await FindAsync(other)).CorrectedFrom);
        Assert.Null((await FindAsync(far)).CorrectedFrom);
        Assert.Equal(42_000, Assert.Single(await Clocks.OfRecorderAsync("CLK-1", default)).OffsetMs);
    }

    [SkippableFact]
    public async Task Clips_and_readings_that_come_in_side_by_side_all_end_corrected()
    {
        TestDatabase.Need();
        for (var round = 0; round < 5; round++)
        {
            var serial = $"CLK-SIDE-{round}";
            var clips = Enumerable.Range(0, 6).Select(hour => ProbedAsync(serial, Given.Now.AddHours(hour))).ToList();
            var readings = Enumerable.Range(0, 3).Select(hour => RecordAsync(serial, Given.Now.AddHours(2 * hour), 5_000, 1_000)).ToList();
            await Task.WhenAll([.. clips, .. readings]);
            foreach (var clip in clips)
                Assert.Equal(5_000, (await FindAsync(await clip)).ClockOffsetMs);
        }
    }

    [SkippableFact]
    public async Task A_second_reading_of_a_clip_takes_the_place_of_the_first()
    {
        TestDatabase.Need();
        var clip = await ProbedAsync(serial: null, Given.Now);
        foreach (var offset in new[] { 3_000, 4_000 })
        {
            await Clocks.RecordAsync(
                new ClockReading { ClipId = clip, DeviceAt = Given.Now, OffsetMs = offset, WithinMs = 500, Source = ClockSources.Gps, TimeSource = "name" },
                by: null,
                note: null,
                Given.Event(clip, $"clock/{clip}/{offset}", CustodyKinds.ClockRead),
                default);
        }
        Assert.Equal(4_000, (await FindAsync(clip)).ClockOffsetMs);
    }

    private Task<ClipId> ProbedAsync(string? serial, DateTimeOffset from) => GivenProbed.ClipAsync(database.Catalog, serial, from, TimeSpan.FromMinutes(1));

    private async Task RecordAsync(string serial, DateTimeOffset at, long offset, long within)
    {
        var actor = CustodyActor.Person(AccountId.New(Given.Now), "admin");
        var cause = Given.Event(null, $"clock/{serial}/{at:O}", CustodyKinds.ClockRead) with { Actor = actor };
        await Clocks.RecordAsync(
            new ClockReading { Recorder = serial, DeviceAt = at, OffsetMs = offset, WithinMs = within, Source = ClockSources.Entry }, actor, "compared", cause, default);
    }

    private async Task<ClipRow> FindAsync(ClipId clip) => (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!;
}
