using CsCheck;
using Xunit;
using YaoAn.Tests.Support;

namespace YaoAn.Catalog.Tests.Clips;

/// <summary>Invariants 4 and 7: whatever workers try with a clip, in whatever order and how often, its stage takes one step after the other and leaves one event for each.</summary>
public sealed class StagePropertyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly ClipStage[] s_stages = Enum.GetValues<ClipStage>();

    private static readonly Gen<(int From, int To)[]> s_tries = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).Array[1, 30];

    [SkippableFact]
    public async Task Stages_are_taken_one_by_one_whatever_is_tried_by_however_many()
    {
        TestDatabase.Need();
        await Gen.Select(s_tries, s_tries, s_tries).SampleAsync(
            async (one, two, three) =>
            {
                var clip = (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;
                var taken = (await Task.WhenAll(new[] { one, two, three }.Select(tries => Task.Run(() => TryAsync(clip, tries))))).SelectMany(moves => moves).ToList();
                // Each move that was taken begins where another one ended, once.
                Assert.Equal(s_stages.Take(taken.Count).Select(stage => (stage, stage + 1)), taken.Order());
                var clips = new ClipTable(database.Catalog);
                Assert.Equal(s_stages[taken.Count], (await clips.FindForWorkAsync(clip, default))!.Stage);
                Assert.Equal(
                    ["clip.registered", .. taken.Order().Select(move => "clip." + move.To.Word())],
                    (await new CustodyTable(database.Catalog).OfClipAsync(Given.Reviewer(), clip, default)).Select(kept => kept.Kind).Order(Comparer<string>.Create((a, b) => StageOf(a).CompareTo(StageOf(b)))));
            },
            iter: Fuzz.Times(12), threads: 1);
    }

    [SkippableFact]
    public async Task A_stage_that_would_be_left_out_is_refused()
    {
        TestDatabase.Need();
        var clip = (await new RegistrationTable(database.Catalog).RegisterAsync(Given.Manifest(), ClipKind.Video, Given.Now, default)).Clip;
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => new ClipTable(database.Catalog).MoveAsync(Move(clip, ClipStage.Registered, ClipStage.Probed), default));
        Assert.Contains("Registered", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ClipStage.Registered, (await new ClipTable(database.Catalog).FindForWorkAsync(clip, default))!.Stage);
    }

    private async Task<List<(ClipStage From, ClipStage To)>> TryAsync(ClipId clip, (int From, int To)[] tries)
    {
        var taken = new List<(ClipStage From, ClipStage To)>();
        foreach (var (from, to) in tries)
        {
            var isStep = to == from + 1;
            try
            {
                if (await new ClipTable(database.Catalog).MoveAsync(Move(clip, s_stages[from], s_stages[to]), default))
                    taken.Add((s_stages[from], s_stages[to]));
                Assert.True(isStep, $"{from} to {to} was not refused");
            }
            catch (ArgumentException)
            {
                Assert.False(isStep, $"{from} to {to} was refused");
            }
        }
        return taken;
    }

    private static int StageOf(string kind) => Array.FindIndex(s_stages, stage => kind == "clip." + stage.Word());

    private static StageMove Move(ClipId clip, ClipStage from, ClipStage to) =>
        new() { Clip = clip, From = from, To = to, Event = Given.Event(clip, $"{to.Word()}/{clip}", "clip." + to.Word()) };
}
