using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

public sealed class RecordingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static int s_recorders;

    private RecordingTable Recordings => new(database.Catalog);

    [SkippableFact]
    public async Task Files_of_one_recording_are_one_whatever_order_they_come_in()
    {
        TestDatabase.Need();
        await Gen.Select(Gen.Select(Gen.Int[0, 120], Gen.Int[1, 30]).Array[1, 9], Gen.Int[0, 1000]).SampleAsync(
            async (periods, seed) =>
            {
                var serial = NewSerial();
                var order = Enumerable.Range(0, periods.Length).ToArray();
                new Random(seed).Shuffle(order);
                var clips = new ClipId[periods.Length];
                foreach (var index in order)
                    clips[index] = await ProbedAsync(serial, periods[index].Item1, periods[index].Item2);
                // Again by the definition: in the order of their starts, a file that begins more than 2 s after all ends so far begins anew.
                var (until, first) = (int.MinValue, default(ClipId));
                foreach (var index in Enumerable.Range(0, periods.Length).OrderBy(i => periods[i].Item1).ThenBy(i => clips[i].Value))
                {
                    if (until == int.MinValue || periods[index].Item1 > until + 2)
                        first = clips[index];
                    until = Math.Max(until, periods[index].Item1 + periods[index].Item2);
                    Assert.Equal(first, (await FindAsync(clips[index])).Recording);
                }
            },
            iter: 40,
            threads: 2);
    }

    [SkippableFact]
    public async Task Other_recorders_classes_channels_and_kinds_are_other_recordings()
    {
        TestDatabase.Need();
        var serial = NewSerial();
        var first = await ProbedAsync(serial, 0, 60, name: "NOR");
        foreach (var other in new[]
        {
            await ProbedAsync(serial, 60, 60, name: "SOS"),
            await ProbedAsync(serial, 0, 60, name: "NOR", channel: "B"),
            await ProbedAsync(serial, 60, 60, name: "NOR", kind: ClipKind.Audio),
            await ProbedAsync(NewSerial(), 60, 60, name: "NOR"),
            await ProbedAsync(serial: null, 60, 60, name: "NOR"),
        })
        {
            Assert.NotEqual(first, (await FindAsync(other)).Recording);
        }
        var photo = await ProbedAsync(serial, 10, 0, name: "NOR", kind: ClipKind.Photo);
        Assert.Null((await FindAsync(photo)).Recording);
        Assert.Null(await Recordings.OfClipAsync(Given.Reviewer(), photo, default));
        Assert.Equal(first, (await FindAsync(await ProbedAsync(serial, 61, 60, name: "NOR"))).Recording);
    }

    [SkippableFact]
    public async Task A_part_that_was_never_docked_is_named_with_its_numbers()
    {
        TestDatabase.Need();
        var serial = NewSerial();
        var first = await ProbedAsync(serial, 0, 300, sequence: 1);
        var second = await ProbedAsync(serial, 300, 300, sequence: 2);
        await ProbedAsync(serial, 700, 0, sequence: 4, kind: ClipKind.Photo);
        var later = await ProbedAsync(serial, 1200, 300, sequence: 6);
        var recording = (await Recordings.OfClipAsync(Given.Reviewer(), second, default))!;
        Assert.Equal([first, second], recording.Parts.Select(part => part.ClipId));
        Assert.Equal(SeamKind.Joined, Assert.Single(recording.Seams).Kind);
        Assert.Null(recording.Before);
        Assert.Equal(later, recording.After!.Value.Part.ClipId);
        var (kind, length, missing) = recording.After.Value.Seam;
        Assert.Equal((SeamKind.Missing, TimeSpan.FromMinutes(10)), (kind, length));
        Assert.Equal([3, 5], missing);
        Assert.Equal([3, 5], (await Recordings.OfClipAsync(Given.Reviewer(), later, default))!.Before!.Value.Seam.MissingNumbers);
    }

    [SkippableFact]
    public async Task Nobody_learns_of_parts_that_he_may_not_see()
    {
        TestDatabase.Need();
        var serial = NewSerial();
        await ProbedAsync(serial, 0, 300);
        var second = await ProbedAsync(serial, 300, 300);
        Assert.Null(await Recordings.OfClipAsync(Given.SampleViewer(), second, default));
    }

    [Theory]
    [InlineData(0.0, SeamKind.Joined)]
    [InlineData(1.0, SeamKind.Joined)]
    [InlineData(1.5, SeamKind.Gap)]
    [InlineData(-0.9, SeamKind.Joined)]
    [InlineData(-1.5, SeamKind.Overlap)]
    public void What_a_clock_of_whole_seconds_can_t_tell_is_no_finding(double seconds, SeamKind expected)
    {
        var earlier = PartOf(0, 300, 7);
        var later = PartOf(300 + seconds, 300, 8);
        Assert.Equal(expected, Seam.Between(earlier, later, new HashSet<long> { 7, 8 }).Kind);
    }

    [Fact]
    public void A_counter_that_was_reset_says_nothing()
    {
        Assert.Equal(SeamKind.Gap, Seam.Between(PartOf(0, 300, 900), PartOf(400, 300, 2), new HashSet<long>()).Kind);
        Assert.Equal(SeamKind.Gap, Seam.Between(PartOf(0, 300, 1), PartOf(400, 300, 5000), new HashSet<long>()).Kind);
        Assert.Equal(SeamKind.Gap, Seam.Between(PartOf(0, 300, null), PartOf(400, 300, 5), new HashSet<long>()).Kind);
    }

    private static RecordingPart PartOf(double from, double length, long? sequence) => new()
    {
        ClipId = new ClipId(Guid.CreateVersion7()),
        DisplayName = "clip.mp4",
        RecordedFrom = Given.Now.AddSeconds(from),
        RecordedTo = Given.Now.AddSeconds(from + length),
        Sequence = sequence,
    };

    private static string NewSerial() => $"REC-{Interlocked.Increment(ref s_recorders)}";

    private Task<ClipId> ProbedAsync(string? serial, int from, int length, string? name = null, string? channel = null, long? sequence = null, ClipKind kind = ClipKind.Video) =>
        GivenProbed.ClipAsync(database.Catalog, serial, Given.Now.AddSeconds(from), TimeSpan.FromSeconds(length), "name", kind, name, channel, sequence);

    private async Task<ClipRow> FindAsync(ClipId clip) => (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!;
}
